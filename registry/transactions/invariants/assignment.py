"""Assignments: what must always be true."""

from registry.transactions.invariants.invariant import Invariant
from registry.transactions.rules.assignment_facts import FACTORS

_FACTORS = ", ".join(f"'{name}'" for name in FACTORS)

_SEALED = """exists (select from patients p left join patients s on s.id = p.merged_into
          where p.id = d.patient_id and 'invalidated' in (p.status, s.status))"""
"""Of whoever's identity was sealed, what was said when they were assigned is in the vault."""

ASSIGNMENT = (
    Invariant(
        "assignment_is_for_the_unregistered",
        "Nobody who is on a practice's list has an application that was found eligible and is still open. (One that is"
        " merely received may be of somebody whose removal is pending.)",
        """
        select m.id, m.state, m.patient_id from matters m
        join list_memberships l on l.patient_id = m.patient_id and upper_inf(l.period)
        where m.kind = 'assignment' and m.closed_at is null and m.state <> 'applied'
        """,
    ),
    Invariant(
        "assignment_is_explained",
        "Whoever was assigned, or offered to a practice, has a decision, which names one chosen practice and of every"
        " practice considered every factor; but for people whose identity was sealed.",
        f"""
        select m.id, null as decision_id from matters m
        where m.kind = 'assignment' and m.state in ('assigned', 'awaiting-acceptance') and not exists (
          select from assignment_decisions d
          where d.matter_id = m.id and d.id = (m.facts ->> 'decision_id')::uuid and d.practice_id = m.practice_id)
        union all
        select d.matter_id, d.id from assignment_decisions d left join assignment_candidates c on c.decision_id = d.id
        where not {_SEALED} group by d.id
        having count(*) filter (where c.chosen and c.practice_id = d.practice_id) <> 1
          or count(*) filter (where c.chosen) <> 1
          or bool_or((select array_agg(f ->> 'name') from jsonb_array_elements(c.factors) f)
            is distinct from array[{_FACTORS}])
        """,
    ),
    Invariant(
        "override_has_a_reason",
        "Whoever was assigned to another practice than the first, or to one that would have more than its share, has"
        " a reason on record; but for people whose identity was sealed.",
        f"""
        select d.id from assignment_decisions d join assignment_candidates c on c.decision_id = d.id and c.chosen
        where (c.place > 1 or c.over_share) and coalesce(d.reason, '') = '' and not {_SEALED}
        """,
    ),
    Invariant(
        "assignment_is_to_an_open_list",
        "No practice was assigned anybody while its list was closed, or after it had them removed.",
        """
        select d.id, d.practice_id from assignment_decisions d
        join assignment_candidates c on c.decision_id = d.id and c.chosen
        where not c.proposed
          or exists (select from jsonb_array_elements(c.factors) f
            where f ->> 'name' = 'list-state' and f ->> 'found' <> 'open')
          or exists (select from list_movements v where v.patient_id = d.patient_id and v.from_list = d.practice_id
            and v.removal in ('RDR', 'RDI') and v.recorded_at < d.decided_at
            and not exists (select from list_movements back where back.reverses = v.id))
        """,
    ),
    Invariant(
        "nobody_on_the_scheme_is_assigned",
        "Nobody was assigned to an ordinary practice while on the special allocation scheme, or waiting for a place.",
        """
        select d.id, d.patient_id from assignment_decisions d join matters s on s.patient_id = d.patient_id
          and s.kind = 'special-allocation'
        where s.opened_at < d.decided_at and (s.closed_at is null or s.closed_at > d.decided_at)
        """,
    ),
    Invariant(
        "assigned_are_on_that_list_by_it",
        "Each person assigned was put on the list of the chosen practice by a transaction of the assignment, or by the"
        " practice's acceptance.",
        """
        select m.id from matters m
        where m.kind = 'assignment' and m.state = 'assigned' and not exists (
          select from matter_events e join list_movements v on v.transaction_id = e.transaction_id
          where e.matter_id = m.id and e.to_state = 'assigned' and v.to_list = m.practice_id
            and v.patient_id = m.patient_id
            and (e.event = 'accepted' or v.reason = 'assignment'))
        """,
    ),
    Invariant(
        "refusal_has_reasons_or_a_chase",
        "Each refusal has its written reasons, or a matter that waits for them, or the end of a chase for a reason.",
        """
        select f.id from practice_refusals f left join matters m on m.id = f.matter_id
        where f.reasons_given_on is null
          and (m.kind is distinct from 'practice-refusal' or m.closed_at is not null and m.state <> 'breach-closed')
          or f.reasons_given_on is not null and m.id is not null and m.state <> 'reasons-given'
        """,
    ),
)
