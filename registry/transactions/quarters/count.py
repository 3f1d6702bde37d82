"""Count lists at the end of a quarter, by what was recorded before it closed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Date

_COUNT = text(
    """
    select p.id as practice_id, p.ods_code as practice, coalesce(c.people, 0)::int as people
    from practices p left join (
      select list_id, sum(change) as people from (
        select to_list as list_id, 1 as change from list_movements
          where effective_on <= :ends_on and id <= :last_movement
        union all
        select from_list, -1 from list_movements where effective_on <= :ends_on and id <= :last_movement
      ) changes group by list_id
    ) c on c.list_id = p.id order by p.ods_code
    """
).bindparams(bindparam("ends_on", type_=Date), bindparam("last_movement", type_=BigInteger))

_STOP_MOVEMENTS = text("lock table list_movements in share row exclusive mode")
_LAST = text("select coalesce(max(id), 0) from list_movements")

Count = tuple[UUID, str, int]
"""A practice by id and code, and how many people are on its list."""


async def stop_movements(connection: AsyncConnection) -> int:
    """Let nobody move until the unit of work ends, and return the number of the last movement.

    Whoever is moving somebody has committed by then; whoever comes later draws a higher number.
    So what was recorded before the close is told by number, and no clock can be wrong about it.
    """
    await connection.execute(_STOP_MOVEMENTS)
    return (await connection.execute(_LAST)).scalar_one()


async def last_movement(connection: AsyncConnection) -> int:
    """The number of the last movement so far."""
    return (await connection.execute(_LAST)).scalar_one()


async def count_lists(connection: AsyncConnection, ends_on: date, last_movement: int) -> Sequence[Count]:
    """Every practice with its people on the last day of a quarter, by the movements up to a number."""
    rows = await connection.execute(_COUNT, {"ends_on": ends_on, "last_movement": last_movement})
    return [(row.practice_id, row.practice, row.people) for row in rows]
