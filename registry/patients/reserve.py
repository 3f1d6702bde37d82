"""The reserve of NHS numbers: set aside by the national side beforehand, and taken when somebody new is made.

A number that is made is never the highest plus one: it is one that the national side gave out, so that nobody
else gives it to anybody. Whoever takes one does it in the unit of work that makes the person; where that comes
to nothing, the number is in the reserve still.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.patients.invalidated import is_invalidated

# A number that a neighbour is about to take is passed over, so that nobody waits for anybody.
_TAKE = text(
    """
    delete from number_reserve n where n.nhs_number = (
      select nhs_number from number_reserve order by nhs_number limit 1 for update skip locked)
    returning n.nhs_number,
      exists (select from patients p where p.nhs_number = n.nhs_number)
        or exists (select from patient_numbers p where p.nhs_number = n.nhs_number) as is_somebodys
    """
)
_LEFT = text("select count(*) from number_reserve")


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A number that is nobody's, and how many the reserve holds after it."""

    number: str
    left: int


async def take_number(connection: AsyncConnection) -> TakenNumber | None:
    """Take a number that nobody has, ever had, or may not have again; None where the reserve is empty.

    What turns out to be unusable goes out of the reserve with it. Raises VaultClosed where it cannot be told
    which numbers nobody may have.
    """
    while True:
        row = (await connection.execute(_TAKE)).one_or_none()
        if row is None:
            return None
        if not row.is_somebodys and not await is_invalidated(connection, row.nhs_number):
            return TakenNumber(row.nhs_number, await held(connection))


async def held(connection: AsyncConnection) -> int:
    """How many numbers the reserve holds."""
    return (await connection.execute(_LEFT)).scalar_one()
