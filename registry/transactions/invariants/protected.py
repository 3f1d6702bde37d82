"""Protected whereabouts: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

PROTECTED = (
    Invariant(
        "protected_are_hidden",
        "Whoever has an open protection is restricted.",
        """
        select m.id, m.patient_id from matters m join patients p on p.id = m.patient_id
        where m.kind = 'protection' and m.closed_at is null and not p.restricted
        """,
    ),
    Invariant(
        "protected_messages_tell_no_place",
        "Nothing that waits for a practice about somebody with an open protection tells where they are.",
        """
        select n.id, n.patient_id from practice_messages n
        join matters m on m.patient_id = n.patient_id and m.kind = 'protection' and m.closed_at is null
        where n.position is null and n.withdrawn_at is null
          and n.content ?| array['new_ha_cipher', 'address', 'postcode', 'residential_institute']
        """,
    ),
    Invariant(
        "protected_post_goes_by_way",
        "No letter to somebody goes to their home from when they are protected until they are not.",
        """
        select l.id, l.patient_id from letters l join letter_batches b on b.id = l.batch_id
        join matters m on m.patient_id = l.patient_id and m.kind = 'protection'
        where l.state in ('handed-over', 'posted', 'returned') and l.route in ('home', 'guardian')
          and b.handed_over_at > m.opened_at and (m.closed_at is null or b.handed_over_at < m.closed_at)
        """,
    ),
    Invariant(
        "protected_are_not_flagged",
        "Nobody with an open protection has an open FP69, by which silence would take them off a list.",
        """
        select f.id, f.patient_id from matters f
        join matters m on m.patient_id = f.patient_id and m.kind = 'protection' and m.closed_at is null
        where f.kind in ('fp69', 'fp69-request') and f.closed_at is null
        """,
    ),
)
