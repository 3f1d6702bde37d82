"""How many: a list's numbers by the ledger. They count everybody, and name nobody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NUMBERS = text(
    """
    select count(*) filter (where to_list = :list_id and effective_on < :first)
        - count(*) filter (where from_list = :list_id and effective_on < :first) as opening,
      count(*) filter (where to_list = :list_id and effective_on between :first and :last) as came,
      count(*) filter (where from_list = :list_id and effective_on between :first and :last) as went
    from list_movements where to_list = :list_id or from_list = :list_id
    """
)


@dataclass(frozen=True, slots=True)
class ListNumbers:
    """How many were on a list when the first day began, and how many came and went until the last."""

    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went


async def list_numbers(connection: AsyncConnection, list_id: UUID, first: date, last: date) -> ListNumbers:
    """The numbers of a list from a day to a day, both included: all who came, less all who went."""
    row = (await connection.execute(_NUMBERS, {"list_id": list_id, "first": first, "last": last})).one()
    return ListNumbers(row.opening, row.came, row.went)
