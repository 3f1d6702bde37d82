"""Many people who came new in one week, by types 2 and 4, of whom nothing was heard afterwards."""

from registry.transactions.counter_fraud.patterns.pattern import ENDS, STARTS, Pattern, is_student, london

_SQL = f"""
with accepted as materialized (
  select t.practice_id, t.patient_id, t.id, t.received_at,
    date_trunc('week', {london("t.received_at")})::date as week, case
    when r.secure then 'secure-setting'
    when p.residential_institute is not null then 'care-homes'
    when {is_student("p.date_of_birth", london("t.received_at"))} then 'students'
    else 'unexplained' end as why
  from transactions t join practices r on r.id = t.practice_id join patients p on p.id = t.patient_id
  where t.kind = 'acceptance' and t.state = 'accepted' and t.taken_back_by is null
    and t.command ->> 'acceptance_type' in ('2', '4')
    and t.received_at >= {STARTS} and t.received_at < {ENDS}),
heard as (
  select a.*, exists (
    select from transactions l where l.patient_id = a.patient_id and l.id <> a.id and l.received_at > a.received_at
      and l.source <> 'clock' and l.kind in ('acceptance', 'amendment', 'removal', 'deduction-request', 'own-removal',
        'practice-removal', 'immediate-removal', 'assignment', 'special-registration')) as heard
  from accepted a),
weeks as (
  select practice_id, week, count(*) filter (where why = 'unexplained') as newcomers,
    count(*) filter (where why = 'unexplained' and not heard) as silent
  from heard group by 1, 2),
worst as (
  select distinct on (practice_id) practice_id, week, newcomers, silent from weeks
  where 100 * silent >= :percent * newcomers order by practice_id, silent desc, week),
left_out as (
  select practice_id, jsonb_object_agg(why, people) as explained from (
    select practice_id, why, count(*) as people from heard where why <> 'unexplained' and not heard group by 1, 2) each
  group by 1),
whole as (
  select practice_id, count(*) as newcomers, count(*) filter (where not heard) as silent from heard group by 1)
select r.id as practice_id, r.ods_code as practice, coalesce(w.silent, 0)::float as figure,
  coalesce(w.silent, 0)::integer as people, coalesce(w.newcomers, 0)::integer as of,
  coalesce(e.explained, '{{}}') as explained,
  jsonb_build_object('newcomers', coalesce(a.newcomers, 0), 'silent', coalesce(a.silent, 0)) as counts
from practices r left join worst w on w.practice_id = r.id left join left_out e on e.practice_id = r.id
left join whole a on a.practice_id = r.id
order by r.ods_code
"""

SILENT = Pattern(
    "silent",
    "The most people accepted in one week as new to the register, of whom nobody heard anything afterwards.",
    _SQL,
)
