"""A list of which much post comes back."""

from registry.transactions.counter_fraud.patterns.pattern import ENDS, LIST_SIZES, STARTS, Pattern, is_student, london

_SQL = f"""
with flagged as (
  select m.practice_id, case
    when r.secure then 'secure-setting'
    when p.residential_institute is not null then 'care-homes'
    when {is_student("p.date_of_birth", london("m.opened_at"))} then 'students'
    else 'unexplained' end as why, m.state
  from matters m join practices r on r.id = m.practice_id join patients p on p.id = m.patient_id
  where m.kind = 'fp69' and m.state <> 'cancelled' and m.opened_at >= {STARTS} and m.opened_at < {ENDS}),
counted as (
  select practice_id, coalesce(sum(people) filter (where why = 'unexplained'), 0) as unexplained,
    coalesce(jsonb_object_agg(why, people) filter (where why <> 'unexplained'), '{{}}') as explained,
    sum(lifted) as lifted, sum(removed) as removed
  from (
    select practice_id, why, count(*) as people, count(*) filter (where state = 'lifted') as lifted,
      count(*) filter (where state = 'removed') as removed
    from flagged group by 1, 2) each group by 1),
now as ({LIST_SIZES})
select r.id as practice_id, r.ods_code as practice,
  round(1000.0 * coalesce(c.unexplained, 0) / greatest(coalesce(n.people, 0), 1), 1)::float as figure,
  coalesce(c.unexplained, 0)::integer as people, coalesce(n.people, 0)::integer as of,
  coalesce(c.explained, '{{}}') as explained,
  jsonb_build_object('lifted', coalesce(c.lifted, 0), 'removed', coalesce(c.removed, 0)) as counts
from practices r left join counted c on c.practice_id = r.id left join now n on n.practice_id = r.id
order by r.ods_code
"""

BOUNCE = Pattern("bounce", "FP69s for each thousand on the list: people from whose address post came back.", _SQL)
