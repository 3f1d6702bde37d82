"""Every query of the scheme about practices, households and earlier places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Text, Uuid

from registry.transactions.facts import PracticeFacts
from registry.transactions.scheme.rules import months_after

_PRACTICE = text(
    """
    select p.id, p.ods_code, p.trading_partner_code, p.authority_cipher, p.list_state = 'open' as list_is_open, (
      select d.gmc_number || ',' || d.local_code from practice_doctors d
      where d.practice_id = p.id and d.period @> :day
        and (:gp_code = '' or d.gmc_number || ',' || d.local_code = :gp_code)
      order by lower(d.period) nulls first, d.gmc_number, d.local_code limit 1) as gp_code
    from practices p where p.ods_code = :ods_code
    """
).bindparams(bindparam("day", type_=Date), bindparam("gp_code", type_=Text))

_NAMED = text("select ods_code from practices where id = :id").bindparams(bindparam("id", type_=Uuid))

_ENTRY = text(
    "select id, contact from scheme_practices where practice_id = :practice_id and upper_inf(period)"
    " and period @> cast(:day as date) and (cast(:area as text) is null or authority_cipher = :area)"
    " order by authority_cipher limit 1 for share"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("day", type_=Date), bindparam("area", type_=Text))

_SERVING = text(
    "select p.ods_code from scheme_practices s join practices p on p.id = s.practice_id"
    " where s.authority_cipher = :area and upper_inf(s.period) and s.period @> cast(:day as date) order by 1"
).bindparams(bindparam("day", type_=Date))

_TAKES = text(
    "select exists (select from scheme_practices where practice_id = p.id and upper_inf(period)) as scheme, p.secure"
    " from practices p where p.id = :id"
).bindparams(bindparam("id", type_=Uuid))

_CHILDREN = text(
    """
    select c.id, c.version from match_keys mine
    join match_keys k on k.postcode = mine.postcode and k.date_of_birth > :born_after
      and k.address_key = mine.address_key and k.is_current and k.patient_id <> mine.patient_id
    join patients c on c.id = k.patient_id and c.status = 'live'
    where mine.patient_id = :id and mine.is_current and mine.postcode <> '' and mine.address_key <> '' order by c.id
    """
).bindparams(bindparam("id", type_=Uuid), bindparam("born_after", type_=Date))

_LAST_PLACE = text(
    "select state, closed_at from matters where patient_id = :id and kind = 'special-allocation'"
    " order by opened_at desc, id desc limit 1"
).bindparams(bindparam("id", type_=Uuid))

_LETTER = text(
    "select posted_on from letters where matter_id = :id and kind = :kind and posted_on is not null"
    " order by posted_on desc limit 1"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class FoundPractice:
    """A practice by its ODS code, with the doctor who stands for it on the day (empty: none)."""

    facts: PracticeFacts
    gp_code: str


async def find_practice(
    connection: AsyncConnection, ods_code: str, day: date, gp_code: str = ""
) -> FoundPractice | None:
    """A practice, and its longest-serving doctor unless one is named. None where no practice has the code."""
    values = {"ods_code": ods_code.strip().upper(), "day": day, "gp_code": gp_code.strip()}
    row = (await connection.execute(_PRACTICE, values)).mappings().one_or_none()
    if row is None:
        return None
    facts = PracticeFacts(
        id=row["id"],
        ods_code=row["ods_code"],
        partner_code=row["trading_partner_code"],
        authority_cipher=row["authority_cipher"],
        list_is_open=row["list_is_open"],
        doctor_known=row["gp_code"] is not None,
    )
    return FoundPractice(facts, row["gp_code"] or "")


async def practice_named(connection: AsyncConnection, practice_id: UUID) -> str:
    """The ODS code of a practice."""
    return (await connection.execute(_NAMED, {"id": practice_id})).scalar_one()


async def scheme_entry(
    connection: AsyncConnection, practice_id: UUID, area: str | None, day: date
) -> Mapping[str, Any] | None:
    """The entry by which a practice takes people of the scheme for an area (None: for any), held until the end
    of the unit of work; None where it takes none."""
    values = {"practice_id": practice_id, "area": area, "day": day}
    row = (await connection.execute(_ENTRY, values)).mappings().one_or_none()
    return None if row is None else dict(row)


async def serving(connection: AsyncConnection, area: str, day: date) -> Sequence[str]:
    """The ODS codes of the practices that take people of the scheme for an area."""
    return (await connection.execute(_SERVING, {"area": area, "day": day})).scalars().all()


async def takes_from_scheme(connection: AsyncConnection, practice_id: UUID) -> Literal["scheme", "secure", "ordinary"]:
    """What kind of practice it is, as the scheme sees it."""
    row = (await connection.execute(_TAKES, {"id": practice_id})).mappings().one()
    if row["scheme"]:
        return "scheme"
    return "secure" if row["secure"] else "ordinary"


async def children_at_address(connection: AsyncConnection, patient_id: UUID, today: date) -> list[dict[str, Any]]:
    """Who under eighteen lives at the address of a person, as a case shows candidates."""
    born_after = months_after(today, -18 * 12)
    rows = (await connection.execute(_CHILDREN, {"id": patient_id, "born_after": born_after})).all()
    return [{"patient_id": row.id, "version": row.version, "movement": None, "reasons": []} for row in rows]


async def last_place(connection: AsyncConnection, patient_id: UUID) -> tuple[str, date] | None:
    """How somebody's last place on the scheme stands or ended, and on which day; None for nobody of the scheme."""
    row = (await connection.execute(_LAST_PLACE, {"id": patient_id})).one_or_none()
    return None if row is None else (row.state, row.closed_at.date() if row.closed_at else date.max)


async def letter_posted_on(connection: AsyncConnection, matter_id: UUID, kind: str) -> date | None:
    """The day on which the last letter of a kind about a matter was posted."""
    return (await connection.execute(_LETTER, {"id": matter_id, "kind": kind})).scalar_one_or_none()
