"""Who might it be? One statement of bounded index look-ups, which also locks whom it finds.

Order within a unit of work, each step a statement of its own:

1. the advisory locks of `locks.lock_keys`, on what two messages about one unknown person share;
2. `find_and_lock`: the candidates, locked in the order of their ids;
3. the facts: `load_keys`, or a caller's wider query.

They cannot be fewer. Under READ COMMITTED a statement sees what was committed when it began.
When it has to wait for a lock, only the locked row itself is read afresh; everything joined to
it (keys, memberships, a person inserted meanwhile) still is as it was before the wait. So a
lock is taken in one statement and what it protects is read in the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Text, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Prebuilt
from registry.matching.incoming import Incoming
from registry.matching.keys import MatchKey, key_from_json
from registry.matching.sound import sound_code

MOST_PER_LOOK_UP = 60
MOST_READ = 400
"""Rows of one block that are read at most, to keep the best of it: a hall of residence, KHAN on a 1 January."""
MOST_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class _LookUp:
    """A condition that one index serves, and what is kept of a block that is too large to be taken whole."""

    condition: str
    likeliest: tuple[str, ...] = ()

    def sql(self, rank: int, among: str = "") -> str:
        found = f"from match_keys where {self.condition}{among.format(who='match_keys.patient_id')}"
        if not self.likeliest:
            return f"    (select patient_id, {rank} as look_up {found} limit {MOST_PER_LOOK_UP})"
        points = " + ".join(f"coalesce({each}, false)::int" for each in self.likeliest)
        return (
            f"    (select patient_id, {rank} from (select patient_id, {points} as points {found} limit {MOST_READ}) b"
            f" order by points desc limit {MOST_PER_LOOK_UP})"
        )


_SAME_SOUND = "surname_code = :surname_code"
_SAME_INITIAL = "left(first_forename, 1) = left(:forename, 1)"
_SAME_POSTCODE = "postcode = :postcode"
_SAME_DAY = "extract(day from date_of_birth) = extract(day from cast(:born as date))"
_SAME_MONTH = "extract(month from date_of_birth) = extract(month from cast(:born as date))"
_NAMES = "surname = :surname and first_forename = :forename"
_IN_THE_YEAR = "date_of_birth between :year_from and :year_until"

# Each look-up is served by one index. A parameter that is null finds nothing, which is right:
# a missing value must not bring people together.
_LOOK_UPS = (
    _LookUp("nhs_number = :nhs_number"),
    _LookUp(f"{_NAMES} and date_of_birth = :born"),
    _LookUp("date_of_birth = :born and surname = :surname", (_SAME_POSTCODE, _SAME_INITIAL)),
    _LookUp("date_of_birth = :born and first_forename = :forename", (_SAME_POSTCODE, _SAME_SOUND)),
    _LookUp("postcode = :postcode and date_of_birth = :born", (_SAME_SOUND, _SAME_INITIAL)),
    _LookUp("postcode = :postcode and first_forename = :forename", (_SAME_SOUND,)),
    _LookUp("postcode = :previous_postcode and first_forename = :forename", (_SAME_SOUND,)),
    _LookUp(f"{_NAMES} and {_IN_THE_YEAR}", ("date_of_birth = any(:near_dates)", _SAME_DAY, _SAME_MONTH)),
    _LookUp(f"{_NAMES} and date_of_birth = any(:near_dates)", (_SAME_POSTCODE,)),
    _LookUp("date_of_birth = :born and surname = :previous_surname", (_SAME_POSTCODE, _SAME_INITIAL)),
    _LookUp("date_of_birth = :born and surname_code = :surname_code", (_SAME_POSTCODE, _SAME_INITIAL)),
    _LookUp(f"surname = :forename and first_forename = :surname and {_IN_THE_YEAR}"),
    _LookUp(f"postcode = :postcode and {_IN_THE_YEAR}", (_SAME_SOUND, _SAME_INITIAL, _SAME_DAY, _SAME_MONTH)),
    # Only where no date of birth is given; with one, these would find namesakes by the hundred.
    _LookUp("surname = :undated_surname and first_forename = :forename", (_SAME_POSTCODE,)),
    _LookUp("postcode = :postcode and first_forename = :undated_surname"),
)

# Asked of each row by its key: a join might be turned round, and then read everybody.
_SHOWN = """
      and (select o.merged_into is null and not o.apart and o.status <> 'invalidated' and o.nhs_number is not null
             and (:restricted_too or not o.restricted)
           from patients o where o.id = {who})"""


def _found(among: str = "") -> str:
    by_number = "    select patient_id, 0 from patient_numbers where nhs_number = :nhs_number"
    blocks = [each.sql(rank, among) for rank, each in enumerate(_LOOK_UPS)]
    return "\n    union all\n".join([*blocks, by_number + among.format(who="patient_numbers.patient_id")])


def _search(among: str = "") -> str:
    return f"""
with found as materialized (
{_found(among)}
), chosen as materialized (
    select patient_id from found
    group by patient_id
    order by count(distinct look_up) desc, min(look_up), patient_id
    limit {MOST_CANDIDATES}
)
select patients.id, patients.merged_into is not null as gone
from patients join chosen on chosen.patient_id = patients.id
order by patients.id
"""


# People found by most look-ups are kept first. NO KEY UPDATE is the lock that an update takes:
# it keeps other registrations out, yet lets rows elsewhere refer to the person meanwhile.
SEARCH_SQL = _search()

SEARCH_PARAMETERS = (
    *(bindparam(name, type_=Text) for name in ("nhs_number", "surname", "forename", "previous_surname")),
    *(bindparam(name, type_=Text) for name in ("surname_code", "postcode", "previous_postcode", "undated_surname")),
    *(bindparam(name, type_=Date) for name in ("born", "year_from", "year_until")),
    bindparam("near_dates", type_=ARRAY(Date)),
)

_FIND = Prebuilt.of(text(SEARCH_SQL).bindparams(*SEARCH_PARAMETERS))
_FIND_SHOWN = Prebuilt.of(
    text(_search(_SHOWN)).bindparams(*SEARCH_PARAMETERS, bindparam("restricted_too", type_=Boolean))
)
_FIND_AND_LOCK = Prebuilt.of(text(SEARCH_SQL + "for no key update of patients").bindparams(*SEARCH_PARAMETERS))
_KEYS = text(
    """
    select patient_id, surname, first_forename, second_forename, previous_surname, date_of_birth, sex,
           postcode, address_key, nhs_number, is_current
    from match_keys where patient_id = any(:ids)
    union all
    select patient_id, '', '', '', '', null, null, '', '', nhs_number, false
    from patient_numbers where patient_id = any(:ids)
    order by patient_id, is_current desc
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def find_and_lock(connection: AsyncConnection, incoming: Incoming, *, lock: bool = True) -> list[UUID]:
    """The ids of at most 200 people who might be the described one, ascending.

    With `lock` their rows are held until the unit of work ends; without, it is a mere search.
    Superseded numbers find the person who bears them now.
    """
    statement = _FIND_AND_LOCK if lock else _FIND
    while True:
        rows = await statement.rows(connection, search_parameters(incoming))
        # Who was merged away while this waited for the lock is found no more: the survivor is, when asked anew.
        if not any(gone for _, gone in rows):
            return [patient_id for patient_id, _ in rows]


async def find_shown(connection: AsyncConnection, incoming: Incoming, *, restricted_too: bool) -> list[UUID]:
    """The ids of at most 200 people who might be the described one and may be told of, ascending; nothing is locked.

    Left out before anything is counted or cut off: who is kept apart, merged, out of use, or without a number, and
    unless `restricted_too` who is protected. So no place that is asked for finds them, nor shows by its limit that
    they are there.
    """
    rows = await _FIND_SHOWN.rows(connection, {**search_parameters(incoming), "restricted_too": restricted_too})
    return [patient_id for patient_id, _ in rows]


async def load_keys(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[MatchKey]]:
    """All key rows of people, superseded numbers among them; in the order of `ids`, empty where there are none."""
    keys: dict[UUID, list[MatchKey]] = {patient_id: [] for patient_id in ids}
    for row in (await connection.execute(_KEYS, {"ids": list(ids)})).mappings():
        key = key_from_json({**row})
        keys[key.patient_id].append(key)
    return keys


def search_parameters(incoming: Incoming) -> Mapping[str, Any]:
    """The parameters of the look-ups; what is not given is null."""
    born = incoming.date_of_birth
    surname = incoming.surname or None
    return {
        "nhs_number": incoming.nhs_number,
        "surname": surname,
        "forename": incoming.first_forename or None,
        "previous_surname": incoming.previous_surname or None,
        "surname_code": sound_code(incoming.surname) or None,
        "postcode": incoming.postcode or None,
        "previous_postcode": incoming.previous_postcode or None,
        "born": born,
        "year_from": date(born.year, 1, 1) if born else None,
        "year_until": date(born.year, 12, 31) if born else None,
        "near_dates": near_dates(born) if born else [],
        "undated_surname": None if born else surname,
    }


def near_dates(born: date) -> list[date]:
    """The dates that slips make of a date of birth: another last digit of the year, the decade beside it, the two
    digits exchanged, and within the year the day and month exchanged. Ascending; without the date itself."""
    decade, last = born.year // 10 * 10, born.year % 10
    years = {decade + digit for digit in range(10)} | {born.year - 10, born.year + 10}
    years.add(born.year // 100 * 100 + last * 10 + born.year // 10 % 10)
    found = {born.replace(year=year) for year in years if _exists(year, born)}
    if born.day <= 12:
        found.add(born.replace(month=born.day, day=born.month))
    return sorted(found - {born})


def _exists(year: int, born: date) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= year <= 9999 and (leap or (born.month, born.day) != (2, 29))
