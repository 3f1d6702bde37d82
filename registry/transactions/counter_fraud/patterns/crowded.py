"""Many people registered at one address on one day."""

from registry.transactions.counter_fraud.patterns.pattern import ENDS, STARTS, Pattern, is_student, london

# As they were registered: an address that was changed the day after was still that one. Those who
# have no fixed abode share a postcode that is no place.
_ADDRESS = "t.command -> 'demographics' -> 'address'"
_SQL = f"""
with placed as (
  select t.practice_id, t.patient_id, r.secure, {london("t.posted_at")} as day, p.date_of_birth as born,
    coalesce(t.command ->> 'residential_institute', p.residential_institute) is not null as home,
    upper(regexp_replace(({_ADDRESS} -> 'lines')::text || coalesce({_ADDRESS} ->> 'postcode', ''),
      '[^A-Za-z0-9]', '', 'g')) as place, coalesce({_ADDRESS} ->> 'postcode', '') as postcode
  from transactions t join practices r on r.id = t.practice_id join patients p on p.id = t.patient_id
  where t.kind = 'acceptance' and t.state = 'accepted' and t.taken_back_by is null and t.outcome <> 'already-there'
    and t.posted_at >= {STARTS} and t.posted_at < {ENDS}),
crowds as (
  select practice_id, day, count(distinct patient_id) as people, case
    when bool_or(secure) then 'secure-setting'
    when bool_or(postcode ilike 'ZZ99%') then 'no-fixed-abode'
    when 100 * count(*) filter (where home or extract(year from age(day, born)) >= :care_home_age)
      >= :share_percent * count(*) then 'care-homes'
    when 100 * count(*) filter (where {is_student("born", "day")}) >= :share_percent * count(*) then 'students'
    else 'unexplained' end as why
  from placed where place <> '' group by practice_id, day, place having count(distinct patient_id) > :most_in_a_home),
counted as (
  select practice_id, coalesce(max(most) filter (where why = 'unexplained'), 0) as most,
    coalesce(sum(crowds) filter (where why = 'unexplained'), 0) as crowds,
    coalesce(sum(people) filter (where why = 'unexplained'), 0) as people,
    coalesce(jsonb_object_agg(why, people) filter (where why <> 'unexplained'), '{{}}') as explained
  from (
    select practice_id, why, max(people) as most, count(*) as crowds, sum(people) as people from crowds group by 1, 2
  ) each group by 1),
whole as (select practice_id, count(distinct patient_id) as people from placed group by 1)
select r.id as practice_id, r.ods_code as practice, coalesce(c.most, 0)::float as figure,
  coalesce(c.people, 0)::integer as people, coalesce(w.people, 0)::integer as of,
  coalesce(c.explained, '{{}}') as explained, jsonb_build_object('crowds', coalesce(c.crowds, 0)) as counts
from practices r left join counted c on c.practice_id = r.id left join whole w on w.practice_id = r.id
order by r.ods_code
"""

CROWDED = Pattern("crowded", "The most people registered at one address on one day.", _SQL)
