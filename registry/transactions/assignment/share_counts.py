"""What counts as an assignment when practices' shares are told."""

COUNTED = """
    select d.practice_id, d.decided_on, d.reason from assignment_decisions d join matters m on m.id = d.matter_id
    where d.id = (m.facts ->> 'decision_id')::uuid and m.state in ('assigned', 'awaiting-acceptance')
      and not exists (select from transactions t where t.matter_id = m.id and t.taken_back_by is not null)
"""
"""Query of the decisions that hold: the last of its application, whose person was assigned or is to be accepted,
and not taken back."""
