"""Every query about practices."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.practices.models import practice_doctors, practices
from registry.practices.place import Place
from registry.values.organisation import GPCode

_HELD = text(
    """
    select p.id, p.ods_code, p.name, p.trading_partner_code, p.authority_cipher, p.postcode, p.list_state,
      coalesce((
        select json_agg(json_build_array(d.id, d.gmc_number, d.local_code, lower(d.period), upper(d.period))
          order by upper(d.period))
        from practice_doctors d where d.practice_id = p.id), '[]') as doctors
    from practices p
    """
)

_PLACES = text(
    """
    select p.ods_code, p.id, coalesce((
      select d.gmc_number || ',' || d.local_code from practice_doctors d
      where d.practice_id = p.id and d.period @> cast(:day as date)
      order by lower(d.period) nulls first, d.local_code limit 1), '') as gp_code
    from practices p
    """
)

# The ledger's table stands above this package; a practice without its list could hold nobody.
_LISTS = text(
    """
    insert into lists (id, code, practice_id) select p.id, p.ods_code, p.id from practices p
    where not exists (select from lists l where l.id = p.id)
    """
)

_ONE_IMPORT_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('practices import'))")

_BY_ODS_CODE = text("select id, ods_code, name from practices where ods_code = :ods_code")


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor of a practice by code, and from when it is valid (None: from the beginning)."""

    code: GPCode
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """What an import says of a practice."""

    ods_code: str
    name: str
    trading_partner_code: str
    authority_cipher: str
    doctors: tuple[Doctor, ...] = ()
    postcode: str | None = None
    list_state: str = "open"


@dataclass(frozen=True, slots=True)
class DoctorEntry:
    """An entry of a doctor: from a day (None: the beginning) until another (None: open).

    It follows an entry that ended on the day `after`, where there is one.
    """

    id: UUID
    since: date | None
    until: date | None = None
    after: date | None = None


@dataclass(slots=True)
class HeldPractice:
    """A practice as the register has it. Of each doctor the latest entry; `practice` names none."""

    id: UUID
    practice: Practice
    doctors: dict[GPCode, DoctorEntry] = field(default_factory=dict)


@dataclass(slots=True)
class HeldPractices:
    """All practices, by ODS code and by partner code. England has about 6,500."""

    by_ods_code: dict[str, HeldPractice] = field(default_factory=dict)
    by_partner_code: dict[str, str] = field(default_factory=dict)

    def add(self, held: HeldPractice) -> None:
        former = self.by_ods_code.get(held.practice.ods_code)
        if former is not None:
            del self.by_partner_code[former.practice.trading_partner_code]
        self.by_ods_code[held.practice.ods_code] = held
        self.by_partner_code[held.practice.trading_partner_code] = held.practice.ods_code


async def held_practices(connection: AsyncConnection) -> HeldPractices:
    """All practices. Waits for another import, and makes others wait until this unit of work ends."""
    await connection.execute(_ONE_IMPORT_AT_A_TIME)
    held = HeldPractices()
    for row in (await connection.execute(_HELD)).mappings():
        practice = Practice(
            ods_code=row["ods_code"],
            name=row["name"],
            trading_partner_code=row["trading_partner_code"],
            authority_cipher=row["authority_cipher"],
            postcode=row["postcode"],
            list_state=row["list_state"],
        )
        held.add(HeldPractice(row["id"], practice, _latest_entries(row["doctors"])))
    return held


def _latest_entries(rows: list[list[Any]]) -> dict[GPCode, DoctorEntry]:
    """The latest entry of each doctor, from rows in the order of their ends."""
    latest: dict[GPCode, DoctorEntry] = {}
    for entry_id, gmc, local, since, until in rows:
        code = GPCode(gmc, local)
        before = latest.get(code)
        latest[code] = DoctorEntry(UUID(entry_id), _day(since), _day(until), before.until if before else None)
    return latest


async def places(connection: AsyncConnection, day: date) -> dict[str, Place]:
    """The list of each practice by ODS code, with the doctor whose entry is oldest on the day."""
    rows = await connection.execute(_PLACES, {"day": day})
    return {row.ods_code: Place(row.id, row.gp_code) for row in rows}


async def practice_by_code(connection: AsyncConnection, ods_code: str) -> dict[str, Any] | None:
    """Id, ODS code and name of a practice, or None."""
    row = (await connection.execute(_BY_ODS_CODE, {"ods_code": ods_code.strip().upper()})).mappings().one_or_none()
    return None if row is None else dict(row)


def insert_practice(writes: Writes, practice: Practice, at: datetime) -> UUID:
    """Add a practice. Its list and number series follow with `complete_practices`."""
    practice_id = uuid7()
    writes.insert(practices, id=practice_id, updated_at=at, **_columns(practice))
    return practice_id


def update_practice(writes: Writes, practice_id: UUID, practice: Practice, at: datetime) -> None:
    """Change a practice's own columns; its doctors are entries of their own."""
    writes.update(practices, practice_id, updated_at=at, **_columns(practice))


def insert_doctor(writes: Writes, practice_id: UUID, code: GPCode, since: date | None) -> UUID:
    """Add an entry of a doctor, open at its end."""
    entry_id = uuid7()
    writes.insert(
        practice_doctors,
        id=entry_id,
        practice_id=practice_id,
        gmc_number=code.gmc_number,
        local_code=code.local_code,
        period=_open_period(since),
    )
    return entry_id


def begin_doctor(writes: Writes, entry_id: UUID, since: date | None) -> None:
    """Let an open entry begin on another day."""
    writes.update(practice_doctors, entry_id, period=_open_period(since))


async def complete_practices(connection: AsyncConnection, practice_ids: Iterable[UUID]) -> None:
    """Give new practices their list in the ledger, and the series that numbers their transactions."""
    await connection.execute(_LISTS)
    series = [f"create sequence if not exists {number_series(each)} maxvalue 9999999 cycle" for each in practice_ids]
    if series:
        # One round trip for all; a prepared statement would take only one of them.
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute(";".join(series))


def number_series(practice_id: UUID) -> str:
    """The name of the sequence from which a practice's transactions through the facade are numbered."""
    return f"facade_number_{practice_id.hex}"


def _columns(practice: Practice) -> dict[str, Any]:
    return {
        "ods_code": practice.ods_code,
        "name": practice.name,
        "trading_partner_code": practice.trading_partner_code,
        "authority_cipher": practice.authority_cipher,
        "postcode": practice.postcode,
        "list_state": practice.list_state,
    }


def _open_period(since: date | None) -> str:
    return f"[{iso(since) or ''},)"


def _day(text_of_day: str | None) -> date | None:
    return date.fromisoformat(text_of_day) if text_of_day else None
