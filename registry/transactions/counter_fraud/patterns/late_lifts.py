"""FP69s that are answered again and again just before they expire."""

from registry.transactions.counter_fraud.patterns.pattern import ENDS, STARTS, Pattern, london

# An amendment that brings another address is an answer; a bare word at the last moment keeps somebody on the list.
_SQL = f"""
with answered as (
  select m.practice_id, m.patient_id, t.kind = 'amendment' as with_address,
    {london("e.at")} > (m.facts ->> 'expires_on')::date - :days as late
  from matters m join matter_events e on e.matter_id = m.id and e.to_state = 'lifted' and e.version = m.version
  left join transactions t on t.id = e.transaction_id
  where m.kind = 'fp69' and m.state = 'lifted' and e.at >= {STARTS} and e.at < {ENDS}),
people as (
  select practice_id, patient_id, count(*) as lifted, count(*) filter (where late and with_address is not true) as late,
    count(*) filter (where late and with_address) as moved
  from answered group by 1, 2),
counted as (
  select practice_id, sum(lifted) as lifted, sum(late) as late, sum(moved) as moved,
    count(*) filter (where late > 1) as again
  from people group by 1)
select r.id as practice_id, r.ods_code as practice,
  case when 100 * c.late >= :percent * c.lifted then c.late else 0 end::float as figure,
  coalesce(c.late, 0)::integer as people, coalesce(c.lifted, 0)::integer as of,
  case when c.moved > 0 then jsonb_build_object('new-address', c.moved) else '{{}}' end as explained,
  jsonb_build_object('again', coalesce(c.again, 0)) as counts
from practices r left join counted c on c.practice_id = r.id
order by r.ods_code
"""

LATE_LIFTS = Pattern("late-lifts", "FP69s lifted in their last days, where these are most of those lifted.", _SQL)
