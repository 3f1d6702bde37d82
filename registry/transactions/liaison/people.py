"""Whom a case is about: found by number, locked by id, and numbered within the case."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid
from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.gather import lock_people
from registry.transactions.liaison.models import liaison_people
from registry.values.nhs_number import NHSNumber

MOST_PEOPLE = 50
"""So many at once may be named; more are a pattern, and no list of names."""

_BY_NUMBER = text(
    "select id from patients where nhs_number = any(:numbers)"
    " union select patient_id from patient_numbers where nhs_number = any(:numbers) order by 1"
).bindparams(bindparam("numbers", type_=ARRAY(Text)))

_MERGED = text("select 1 from patients where id = any(:ids) and merged_into is not null limit 1").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)

_OF_CASE = text("select number, patient_id from liaison_people where matter_id = :id").bindparams(
    bindparam("id", type_=Uuid)
)


async def find_people(connection: AsyncConnection, numbers: Sequence[str]) -> list[UUID] | Impossible:
    """The people who have or had these numbers, locked in order of id; or why one of them is nobody."""
    parsed = [NHSNumber.parse(number) for number in numbers]
    if any(number is None for number in parsed):
        return Impossible("An NHS number is not one: ten digits of which the last checks the others.", "nhs_numbers")
    values = sorted({number.value for number in parsed if number is not None})
    found = (await connection.execute(_BY_NUMBER, {"numbers": values})).scalars().all()
    if len(found) < len(values) and not await _all_known(connection, values):
        return Impossible("Nobody in the register has one of these NHS numbers.", "nhs_numbers")
    await lock_people(connection, found)
    if (await connection.execute(_MERGED, {"ids": list(found)})).first() is not None:
        return Impossible("One of them was merged just now: look again.", "nhs_numbers")
    return list(found)


async def _all_known(connection: AsyncConnection, numbers: Sequence[str]) -> bool:
    """Whether each number is somebody's: two of them may be the same person's."""
    for number in numbers:
        if (await connection.execute(_BY_NUMBER, {"numbers": [number]})).first() is None:
            return False
    return True


async def people_of(connection: AsyncConnection, matter_id: UUID) -> dict[int, UUID]:
    """The people of a case by their numbers in it."""
    return {row.number: row.patient_id for row in await connection.execute(_OF_CASE, {"id": matter_id})}


def add_people(
    writes: Writes, context: Context, matter_id: UUID, kind: str, people: Sequence[UUID], first: int = 1
) -> list[int]:
    """Put people into a case, who are locked; returns their numbers in it."""
    numbers = list(range(first, first + len(people)))
    for number, patient_id in zip(numbers, people, strict=True):
        writes.insert(
            liaison_people,
            id=uuid7(),
            matter_id=matter_id,
            number=number,
            patient_id=patient_id,
            added_at=context.now,
        )
    if people:
        subject = {"matter": matter_id, "kind": kind}
        record(writes, context.actor, f"{kind}.person-named", context.now, patient_ids=people, subject=subject)
    return numbers
