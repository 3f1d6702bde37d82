"""Writing encoded rows of people, and finding who is held already."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.take_on.circumstances import Circumstances
from registry.transactions.take_on.compare import HeldPerson
from registry.transactions.take_on.copy_rows import Content, copy
from registry.transactions.take_on.rows import COLUMNS

_PEOPLE_AN_EVENT = 1_000

# Nobody may come in with one of the numbers between the look and the writing.
_HOLD_WRITERS = text("lock table patients in share row exclusive mode")

_HELD = text(
    """
    select p.nhs_number, to_jsonb(p) as facts, m.list_id
    from patients p left join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
    where p.nhs_number = any(:numbers)
    """
).bindparams(bindparam("numbers", type_=ARRAY(Text)))

_FORMER = text("select nhs_number from patient_numbers where nhs_number = any(:numbers)").bindparams(
    bindparam("numbers", type_=ARRAY(Text))
)

_TAKEN = text(
    """
    select nhs_number from patients where nhs_number = any(:numbers)
    union all select nhs_number from patient_numbers where nhs_number = any(:numbers)
    """
).bindparams(bindparam("numbers", type_=ARRAY(Text)))


async def hold_writers(connection: AsyncConnection) -> None:
    """Let nobody else add or change people until this unit of work ends. Readers go on."""
    await connection.execute(_HOLD_WRITERS)


async def held_people(connection: AsyncConnection, numbers: list[str]) -> dict[str, HeldPerson]:
    """Who has which of these numbers at present."""
    rows = await connection.execute(_HELD, {"numbers": numbers})
    return {row.nhs_number: HeldPerson(row.facts, row.list_id) for row in rows}


async def former_numbers(connection: AsyncConnection, numbers: list[str]) -> set[str]:
    """Those of these numbers that were superseded."""
    return set((await connection.execute(_FORMER, {"numbers": numbers})).scalars())


async def taken_numbers(connection: AsyncConnection, numbers: list[str]) -> set[str]:
    """Those of these numbers that somebody has or had."""
    return set((await connection.execute(_TAKEN, {"numbers": numbers})).scalars())


async def write_people(
    connection: AsyncConnection, circumstances: Circumstances, ids: Iterable[str], tables: Mapping[str, Content]
) -> None:
    """Write new people, by id and encoded rows, and record that they were taken on."""
    for table, columns in COLUMNS.items():
        await copy(connection, table, columns, tables[table])
    writes = Writes()
    remaining = iter(ids)
    while some := list(islice(remaining, _PEOPLE_AN_EVENT)):
        # They are only written as text again: making values of them would be in vain.
        shown = cast("list[UUID]", some)
        record(writes, circumstances.actor, "patient.taken-on", circumstances.now, patient_ids=shown)
    await writes.flush(connection)
