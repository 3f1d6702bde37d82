"""Looks at balances."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Date, Uuid

_DAY = text(
    "select day, struck_at, practices, differences, strangers, due_at, signed_at, signed_by, remark from balance_days"
    " where day = :day"
).bindparams(bindparam("day", type_=Date))

_LINES = text(
    """
    select p.ods_code as practice, to_jsonb(b) - 'day' - 'practice_id' as figures
    from daily_balances b join practices p on p.id = b.practice_id
    where b.day = :day and (:scope_all or b.practice_id = :scope_practice_id)
      and (not :differing or cardinality(b.differences) > 0)
    order by p.ods_code
    """
).bindparams(
    bindparam("day", type_=Date),
    bindparam("scope_all", type_=Boolean),
    bindparam("scope_practice_id", type_=Uuid),
    bindparam("differing", type_=Boolean),
)

_UNSIGNED = text("select day, practices, differences, due_at from balance_days where signed_at is null order by day")


async def read_balance(
    connection: AsyncConnection, scope: Mapping[str, Any], day: date, *, differing: bool = False
) -> dict[str, Any] | None:
    """A day with a line for each practice within the scope, or for those that differ; None where none was struck."""
    row = (await connection.execute(_DAY, {"day": day})).mappings().one_or_none()
    if row is None:
        return None
    lines = await connection.execute(_LINES, {**scope, "day": day, "differing": differing})
    return {**row, "lines": [{"practice": line.practice, **line.figures} for line in lines]}


async def unsigned_days(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The days that nobody has signed, oldest first."""
    return [dict(row) for row in (await connection.execute(_UNSIGNED)).mappings()]
