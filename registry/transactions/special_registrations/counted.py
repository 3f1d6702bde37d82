"""Who of a list counts, and who does not: the one condition that every count uses.

Temporary residents are on no list for their stay, so that nothing counts them. People in secure settings
are on a list and out of GMS capitation (domain rules R1, R11, correction 12). Out-of-area patients count
and are told apart.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


def counted(membership: str) -> str:
    """The SQL condition by which a row of `list_memberships`, under the given alias, counts for capitation."""
    return f"not exists (select from practices counted where counted.id = {membership}.list_id and counted.secure)"


_COUNTS = text(
    f"""
    select count(*) as on_list, count(*) filter (where {counted("m")}) as counted,
      count(*) filter (where m.out_of_area) as out_of_area
    from list_memberships m where m.list_id = :list_id and m.period @> cast(:day as date)
    """
)


@dataclass(frozen=True, slots=True)
class ListCounts:
    """How many are on a list, how many of them count for capitation, and how many live out of its area."""

    on_list: int
    counted: int
    out_of_area: int


async def count_list(connection: AsyncConnection, list_id: UUID, day: date) -> ListCounts:
    """The counts of a practice's list on a day, as the register knows it now."""
    row = (await connection.execute(_COUNTS, {"list_id": list_id, "day": day})).one()
    return ListCounts(row.on_list, row.counted, row.out_of_area)
