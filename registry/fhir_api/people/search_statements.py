"""The statements of a plain search: what reads the first rows, and what is asked of whoever was read."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

# In the form of the matcher's names, as near as SQL comes to it; for names that the keys do not hold.
_PLAIN = (
    "btrim(regexp_replace(regexp_replace("
    "translate(upper(normalize(translate({0}, '''’´`', ''), NFKD)), 'ØŁĐÐ', 'OLDD'),"
    r" '[-.,/_&()\s]+', ' ', 'g'), '[^A-Z ]+', '', 'g'))"
)
_MAY_BE_TOLD_OF = """
    cross join lateral (
      select p.id from shown_patients p where p.id = k.patient_id and p.nhs_number is not null
        and p.status in ('live', 'informal-dead', 'formal-dead') and not (:names_places and p.whereabouts_hidden)
      offset 0) told
    where (:history or k.is_current)
"""
_COLUMNS = "k.patient_id, k.surname, k.first_forename, k.second_forename, k.is_current"
_SURNAME = "k.surname between :family_from and :family_until"
BY_DAY = f"""
    select {_COLUMNS}
    from generate_series(cast(:born_since as date), cast(:born_until as date), interval '1 day') d (day)
    cross join lateral (
      select * from match_keys k where k.date_of_birth = cast(d.day as date) and {_SURNAME} offset 0) k
    {_MAY_BE_TOLD_OF} limit :most_read
"""
BY_SURNAME = f"""
    select {_COLUMNS} from (
      select * from match_keys k where {_SURNAME} order by k.surname, k.first_forename, k.date_of_birth) k
    {_MAY_BE_TOLD_OF} limit :most_read
"""
# Who is found by a former number is whoever survives it; the present number is looked for first.
BY_NUMBER = f"""
    select {_COLUMNS} from match_keys k
    {_MAY_BE_TOLD_OF} and k.patient_id = coalesce(
      (select id from patients where nhs_number = :number),
      (select patient_id from patient_numbers where nhs_number = :number))
    limit :most_read
"""

_OWN_NAME = f"""
      f.first_forename like g.pattern or f.second_forename like g.pattern
      or f.first_forename || ' ' || f.second_forename like g.pattern
      or exists (select from unnest(array[p.first_forename, p.second_forename, p.other_forenames]
          || string_to_array(p.other_forenames, ' ')) w (word)
        where {_PLAIN.format("w.word")} like g.pattern or upper(w.word) = g.raw)"""
_OTHER_NAME = f"""
      exists (select from jsonb_path_query(p.elements, '$.names[*] ? (
            @.use == "nickname" || @.use == "temp").given[*]') w (word)
        where {_PLAIN.format("w.word #>> '{}'")} like g.pattern)"""
_POSTCODE = """(
      replace(upper(p.postcode), ' ', '') like :postcode
      or :history and exists (select from match_keys a where a.patient_id = p.id and a.postcode like :postcode))"""
_DIALLED = "regexp_replace(replace(regexp_replace({0}, '[^0-9+]', '', 'g'), '+', '00'), '^0044', '0')"
# A telecom that is over is a former one, and so is one of a former version.
_TELECOM = """(
      exists (select from jsonb_path_query(p.elements, '$.telecom[*] ? (@.system == "{system}")') t (item)
        where {value} = :{system} and (:history or coalesce(item -> 'period' ->> 'end', '9999') >= :today))
      or :history and exists (
        select from patient_versions v
          cross join jsonb_path_query(v.facts -> 'elements', '$.telecom[*] ? (@.system == "{system}")') t (item)
        where v.patient_id = p.id and {value} = :{system}))"""

CONDITIONS: Mapping[str, str] = {
    "family": "(:family_raw is null or upper(p.surname) = :family_raw)",
    "wildcard": "f.surname like :family_like",
    "born": "p.date_of_birth between :born_since and :born_until",
    "died": "p.date_of_death between :died_since and :died_until",
    "sex": "(p.sex = :sex or :history and exists ("
    "select from patient_versions v where v.patient_id = p.id and v.facts ->> 'sex' = :sex))",
    "postcode": _POSTCODE,
    "practice": "exists (select from shown_memberships m join practices r on r.id = m.list_id"
    " where m.patient_id = p.id and upper_inf(m.period) and r.ods_code = :practice)",
    "email": _TELECOM.format(system="email", value="lower(item ->> 'value')"),
    "phone": _TELECOM.format(system="phone", value=_DIALLED.format("item ->> 'value'")),
}
"""What is asked of whoever was read, by what it is asked with. `f` is a row of keys, `p` the person as shown."""

_FOUND = """
  with read as materialized ({source}),
  fitting as (
    select p.id, p.nhs_number, f.is_current, coalesce(own.missed, 0) as by_nickname
    from read f
    cross join lateral (select * from shown_patients s where s.id = f.patient_id offset 0) p
    cross join lateral (
      select count(*) filter (where not ({own})) as missed, bool_and(({own}) or {other}) as fits
      from unnest(cast(:given_like as text[]), cast(:given_raw as text[])) g (pattern, raw)) own
    where coalesce(own.fits, true) and {conditions}),
  people as (
    select id, min(nhs_number) as number, min(by_nickname) as by_nickname, bool_or(is_current) as is_current
    from fitting group by id
    having min(by_nickname) = 0 or not :exact
    order by min(by_nickname), bool_or(is_current) desc, min(nhs_number) limit :most + 1)
  select s.too_wide, people.id, people.by_nickname
  from (select count(*) >= :most_read as too_wide from read) s left join people on true
  order by people.by_nickname, people.is_current desc, people.number
"""

_TYPES: Mapping[str, Any] = {
    **dict.fromkeys(("names_places", "history", "exact"), Boolean),
    **dict.fromkeys(("born_since", "born_until", "died_since", "died_until"), Date),
    **dict.fromkeys(("most", "most_read"), Integer),
    **dict.fromkeys(("given_like", "given_raw"), ARRAY(Text)),
}


@cache
def statement_of(source: str, conditions: str) -> tuple[TextClause, frozenset[str]]:
    """The statement for a kind of search, and the parameters that it has: one for each kind, planned once."""
    clause = text(_FOUND.format(source=source, own=_OWN_NAME, other=_OTHER_NAME, conditions=conditions))
    names = frozenset(clause.compile().params)
    return clause.bindparams(*(bindparam(name, type_=_TYPES.get(name, Text)) for name in names)), names
