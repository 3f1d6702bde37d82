"""People who were recorded as dead, and whom a practice accepts."""

from registry.transactions.counter_fraud.patterns.pattern import ENDS, STARTS, Pattern

# Registered after their death, or sent for it: a person of the office stops most of these.
_SQL = f"""
with again as (
  select v.to_list as practice_id, v.patient_id, 'registered' as how
  from list_movements v join lists f on f.id = v.from_list join practices r on r.id = v.to_list
  where f.code = 'death' and v.reverses is null and v.effective_on >= :since and v.effective_on < :until
  union all
  select a.practice_id, c.id, 'sent' from anomalies a cross join unnest(a.patient_ids) c (id)
  join transactions t on t.id = a.transaction_id and t.kind = 'acceptance'
  where a.kind = 'recorded-dead' and a.opened_at >= {STARTS} and a.opened_at < {ENDS}),
people as (
  select g.practice_id, g.patient_id, bool_or(g.how = 'registered') as registered, exists (
    select from list_movements b join lists f on f.id = b.from_list
    where b.patient_id = g.patient_id and f.code = 'death' and b.reverses is not null) as lives
  from again g group by 1, 2),
counted as (
  select practice_id, count(*) filter (where not lives) as people, count(*) filter (where lives) as living,
    count(*) filter (where registered) as registered, count(*) as whole
  from people group by 1)
select r.id as practice_id, r.ods_code as practice, coalesce(c.people, 0)::float as figure,
  coalesce(c.people, 0)::integer as people, coalesce(c.whole, 0)::integer as of,
  case when c.living > 0 then jsonb_build_object('death-taken-back', c.living) else '{{}}' end as explained,
  jsonb_build_object('registered', coalesce(c.registered, 0)) as counts
from practices r left join counted c on c.practice_id = r.id
order by r.ods_code
"""

DEAD_AGAIN = Pattern("dead-again", "People recorded as dead whom the practice accepted, or wanted to.", _SQL)
