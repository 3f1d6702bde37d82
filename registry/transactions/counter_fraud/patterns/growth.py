"""A list that grows by people of whom it is not known where they were before."""

from registry.transactions.counter_fraud.patterns.pattern import LIST_SIZES, Pattern, is_student

# A home that is new has nobody who lived there before the period, and stands where there are houses.
_SQL = f"""
with arrived as materialized (
  select v.to_list as practice_id, v.patient_id, f.code as came_from, f.practice_id is not null as from_practice,
    v.effective_on as day, r.secure, p.date_of_birth as born, p.postcode, p.residential_institute is not null as home,
    count(*) over (partition by v.to_list, p.postcode, upper(concat_ws(' ', p.line_1, p.line_2, p.line_3))) as in_home
  from list_movements v join practices r on r.id = v.to_list join lists f on f.id = v.from_list
  join patients p on p.id = v.patient_id
  where v.effective_on >= :since and v.effective_on < :until and v.reverses is null and f.code <> 'take-on'
    and not exists (select from list_movements u where u.reverses = v.id)),
lived_in as materialized (
  select distinct q.postcode from patients q join list_memberships m on m.patient_id = q.id
  where lower(m.period) < :since and q.postcode in (select postcode from arrived)
    and q.id not in (select patient_id from arrived)),
gazetteer as (select exists (select from postcode_places) as kept),
sorted as (
  select a.practice_id, case
    when a.secure then 'secure-setting'
    when a.came_from = 'birth' then 'births'
    when a.from_practice or a.came_from in ('elsewhere', 'scotland', 'northern-ireland', 'forces', 'prison')
      then 'moves'
    when a.home then 'care-homes'
    when {is_student("a.born", "a.day")} then 'students'
    when a.postcode is not null and h.postcode is null and a.in_home <= :most_in_a_home
      and (not g.kept or l.postcode is not null) then 'new-housing'
    else 'unexplained' end as why
  from arrived a cross join gazetteer g left join lived_in h on h.postcode = a.postcode
  left join postcode_places l on l.postcode = a.postcode),
counted as (
  select practice_id, sum(people) as arrived,
    coalesce(sum(people) filter (where why = 'unexplained'), 0) as unexplained,
    coalesce(jsonb_object_agg(why, people) filter (where why <> 'unexplained'), '{{}}') as explained
  from (select practice_id, why, count(*) as people from sorted group by 1, 2) each group by 1),
departed as (
  select v.from_list as practice_id, count(*) as people,
    count(*) filter (where t.practice_id is null and t.code not in
      ('death', 'elsewhere', 'scotland', 'northern-ireland', 'forces', 'prison', 'superseded')) as others
  from list_movements v join practices r on r.id = v.from_list join lists t on t.id = v.to_list
  where v.effective_on >= :since and v.effective_on < :until and v.reverses is null
    and not exists (select from list_movements u where u.reverses = v.id)
  group by 1),
since as (
  select practice_id, sum(change) as people from (
    select v.to_list as practice_id, 1 as change from list_movements v join lists f on f.id = v.from_list
    where v.effective_on >= :since and f.code <> 'take-on'
    union all select from_list, -1 from list_movements where effective_on >= :since) moved
  group by 1),
now as ({LIST_SIZES}),
figures as (
  select r.id, r.ods_code, greatest(coalesce(n.people, 0) - coalesce(s.people, 0), 0) as opening,
    greatest(coalesce(c.unexplained, 0) - coalesce(d.others, 0), 0) as unexplained,
    coalesce(c.arrived, 0) as arrived, coalesce(d.people, 0) as departed, coalesce(d.others, 0) as others,
    coalesce(c.explained, '{{}}') as explained
  from practices r left join counted c on c.practice_id = r.id left join departed d on d.practice_id = r.id
  left join since s on s.practice_id = r.id left join now n on n.practice_id = r.id)
select id as practice_id, ods_code as practice,
  round(100.0 * unexplained / greatest(opening, 1), 1)::float as figure, unexplained::integer as people,
  opening::integer as of, explained,
  jsonb_build_object('arrived', arrived, 'departed', departed, 'departed-elsewhere', others) as counts
from figures order by ods_code
"""

GROWTH = Pattern(
    "growth",
    "Per cent by which the list grew that births, moves, students, care homes and new houses do not explain.",
    _SQL,
)
