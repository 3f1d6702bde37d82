"""Two records in hand: named by number or id, locked in the order of ids, with everything that was merged into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.acts.act import Impossible
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person, lock_people
from registry.values.nhs_number import NHSNumber

_BY_NUMBER = text(
    "select id from patients where nhs_number = :number and status <> 'invalidated'"
    " union all select n.patient_id from patient_numbers n join patients p on p.id = n.patient_id"
    " where n.nhs_number = :number and p.status <> 'invalidated' limit 1"
).bindparams(bindparam("number", type_=Text))
_BY_ID = text("select coalesce(merged_into, id) from patients where id = :id and status <> 'invalidated'").bindparams(
    bindparam("id", type_=Uuid)
)
_WITH_ABSORBED = text("select id from patients where id = any(:ids) or merged_into = any(:ids) order by id").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)

NOBODY = "Nobody in the register has this NHS number."
NO_RECORD = "There is no such record in the register."
NO_NUMBER = "Say an NHS number (ten digits of which the last checks the others), or the id of a record."


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who are locked."""

    one: PersonFacts
    other: PersonFacts

    def of(self, patient_id: UUID) -> PersonFacts:
        """The one of the two who has an id."""
        return self.one if self.one.id == patient_id else self.other


async def record_named(connection: AsyncConnection, written: str, field: str) -> UUID | Impossible:
    """The record that stands for a number or a record's id, or why there is none.

    What was merged away leads to its survivor. A record that stands for nobody is not there: whoever
    asks hears the same as of a number that nobody ever had.
    """
    number = NHSNumber.parse(written)
    if number is not None:
        found = (await connection.execute(_BY_NUMBER, {"number": number.value})).scalar_one_or_none()
        return found or Impossible(NOBODY, field)
    try:
        found = (await connection.execute(_BY_ID, {"id": UUID(written)})).scalar_one_or_none()
    except ValueError:
        return Impossible(NO_NUMBER, field)
    return found or Impossible(NO_RECORD, field)


async def pair_named(connection: AsyncConnection, one: str, other: str) -> Pair | Impossible:
    """The two records, locked, or why there are none."""
    while True:
        first, second = await record_named(connection, one, "one"), await record_named(connection, other, "other")
        if isinstance(first, Impossible):
            return first
        if isinstance(second, Impossible):
            return second
        if first == second:
            return Impossible("Both are one record already.", "other")
        await lock_with_absorbed(connection, [first, second])
        if (first, second) == (
            await record_named(connection, one, "one"),
            await record_named(connection, other, "other"),
        ):
            return Pair(await gather_person(connection, first), await gather_person(connection, second))


async def lock_with_absorbed(connection: AsyncConnection, ids: Sequence[UUID]) -> list[UUID]:
    """Lock records and everything that was merged into them, by id, in one statement; returns whom it locked."""
    while True:
        found = await _with_absorbed(connection, ids)
        await lock_people(connection, found)
        if found == await _with_absorbed(connection, ids):
            return found


async def _with_absorbed(connection: AsyncConnection, ids: Sequence[UUID]) -> list[UUID]:
    return list((await connection.execute(_WITH_ABSORBED, {"ids": list(ids)})).scalars())
