"""Orders of numbers for the reserve: what is to be asked of the national side, and what came of it.

An order is written down before it is sent, and asked again under its own id until it is filled: whatever dies
between asking and storing, the national side sets aside no second set for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid
from uuid_utils.compat import uuid7

_NOW = bindparam("now", type_=DateTime(timezone=True))
_ID = bindparam("id", type_=Uuid)
_OPEN = text("select id, wanted from number_orders where filled_at is null")
_ADD = text(
    "insert into number_orders (id, wanted, asked_at) values (:id, :wanted, :now) on conflict do nothing"
).bindparams(_ID, _NOW)
_LOCK = text("select id from number_orders where id = :id and filled_at is null for update").bindparams(_ID)
_STORE = text(
    "insert into number_reserve (nhs_number, reserved_at) select n, :now from unnest(:numbers) n on conflict do nothing"
).bindparams(_NOW, bindparam("numbers", type_=ARRAY(Text)))
_FILLED = text(
    "update number_orders set filled_at = :now, came = :came, problem = null where id = :id and filled_at is null"
).bindparams(_ID, _NOW)
_FAILED = text("update number_orders set problem = :problem where id = :id and filled_at is null").bindparams(_ID)
_LAST = text("select asked_at, filled_at, wanted, came, problem from number_orders order by asked_at desc limit 1")


@dataclass(frozen=True, slots=True)
class Order:
    """An order that is not filled."""

    id: UUID
    wanted: int


@dataclass(frozen=True, slots=True)
class LastOrder:
    """The latest order, as an operator sees it."""

    asked_at: datetime
    filled_at: datetime | None
    wanted: int
    came: int
    problem: str | None


async def order_numbers(connection: AsyncConnection, wanted: int, now: datetime) -> Order | None:
    """The open order; where there is none, a new one of so many numbers. None where it was filled just now."""
    await connection.execute(_ADD, {"id": uuid7(), "wanted": wanted, "now": now})
    return await open_order(connection)


async def open_order(connection: AsyncConnection) -> Order | None:
    """The order that is not filled, if any."""
    row = (await connection.execute(_OPEN)).one_or_none()
    return None if row is None else Order(row.id, row.wanted)


async def fill(connection: AsyncConnection, order: Order, numbers: Sequence[str], now: datetime) -> bool:
    """Put what came for an order into the reserve. False, and nothing stored, where somebody else was faster."""
    if (await connection.execute(_LOCK, {"id": order.id})).one_or_none() is None:
        return False
    await connection.execute(_STORE, {"numbers": list(numbers), "now": now})
    await connection.execute(_FILLED, {"id": order.id, "came": len(numbers), "now": now})
    return True


async def note_problem(connection: AsyncConnection, order: Order, problem: str) -> None:
    """Say beside an order why it is not filled yet."""
    await connection.execute(_FAILED, {"id": order.id, "problem": problem})


async def last_order(connection: AsyncConnection) -> LastOrder | None:
    """The latest order; None where nothing was ever ordered."""
    row = (await connection.execute(_LAST)).one_or_none()
    return None if row is None else LastOrder(*row)
