"""Registrations that are not the ordinary one: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

SPECIAL_REGISTRATIONS = (
    Invariant(
        "temporary_residents_are_on_another_list",
        "Nobody is a temporary resident of the practice on whose list they are.",
        """
        select x.id, x.patient_id from matters x join list_memberships m on m.patient_id = x.patient_id
          and m.list_id = x.practice_id and upper_inf(m.period)
        where x.kind = 'temporary-residence' and x.closed_at is null
        """,
    ),
    Invariant(
        "temporary_residents_move_nowhere",
        "The recording of a temporary resident makes no movement and no message.",
        """
        select t.id from transactions t where t.kind = 'special-registration' and t.outcome = 'temporary-residence'
          and (exists (select from list_movements v where v.transaction_id = t.id)
            or exists (select from practice_messages m where m.transaction_id = t.id))
        """,
    ),
    Invariant(
        "temporary_stays_are_short",
        "No temporary stay may last longer than the law lets it, nor goes on unseen after its last day.",
        """
        select id from matters where kind = 'temporary-residence'
          and ((facts ->> 'until')::date > (facts ->> 'limit')::date
            or closed_at is null and due_at < ((facts ->> 'until')::date + 1)::timestamp at time zone 'Europe/London')
        """,
    ),
    Invariant(
        "forces_are_on_the_list_named",
        "Whoever is registered from the armed forces is on the list of the practice that was authorised, until the"
        " registration ends.",
        """
        select x.id, x.patient_id from matters x where x.kind = 'forces-registration' and x.state = 'registered'
          and not exists (select from list_memberships m where m.patient_id = x.patient_id
            and m.list_id = x.practice_id and upper_inf(m.period))
        """,
    ),
    Invariant(
        "out_of_area_is_asked_for",
        "Whoever is registered as living out of the area came by an acceptance whose text asks for it.",
        r"""
        select m.id, m.patient_id from list_memberships m left join transactions t on t.id = m.transaction_id
        where m.out_of_area and t.kind is distinct from 'merge' and (t.id is null or t.kind <> 'acceptance'
          or coalesce(t.command ->> 'free_text', '') !~* '\mOOAR\M|\mOOA[[:space:].:/-]*REG(ISTRATION|ISTERED)?\M')
        """,
    ),
)
