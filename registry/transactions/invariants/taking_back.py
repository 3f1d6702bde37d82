"""Taking back: what must always be true."""

from registry.transactions.invariants.invariant import Invariant

TAKING_BACK = (
    Invariant(
        "reversals_mirror",
        "A counter-movement takes back one movement of the same person, from where it led to where it began, and counts"
        " from the same day; it is not taken back itself.",
        """
        select r.id, r.patient_id from list_movements r join list_movements v on v.id = r.reverses
        where r.patient_id <> v.patient_id or r.from_list <> v.to_list or r.to_list <> v.from_list
          or r.effective_on <> v.effective_on or v.reverses is not null
        """,
    ),
    Invariant(
        "nothing_stood_in_the_way",
        "When a movement was taken back, no later movement of the person stood.",
        """
        select r.id, x.id as later from list_movements r join list_movements x
          on x.patient_id = r.patient_id and x.id > r.reverses and x.id < r.id and x.reverses is null
        where r.reverses is not null and not exists (
          select from list_movements y where y.reverses = x.id and y.id < r.id)
        """,
    ),
    Invariant(
        "taken_back_says_by_what",
        "A transaction whose movement was taken back names the transaction that did it, and nothing else does.",
        """
        select t.id, t.taken_back_by from transactions t
        left join list_movements v on v.transaction_id = t.id and v.reverses is null
        left join list_movements r on r.reverses = v.id
        where v.id is not null and t.taken_back_by is distinct from r.transaction_id
          or v.id is null and t.taken_back_by is not null and not exists (
            select from transactions b where b.id = t.taken_back_by and b.kind = 'reversal')
        """,
    ),
    Invariant(
        "withdrawn_messages_say_nothing_that_holds",
        "A message was withdrawn only because the transaction that sent it was taken back, or because it was an"
        " amendment of whereabouts that were protected before it left.",
        """
        select m.id from practice_messages m join transactions t on t.id = m.transaction_id
        where m.withdrawn_at is not null and t.taken_back_by is null and not (m.kind = 'F1' and exists (
          select from transactions p where p.kind = 'particulars' and p.outcome = 'protected'
            and p.patient_id = m.patient_id and p.received_at = m.withdrawn_at))
        """,
    ),
)
