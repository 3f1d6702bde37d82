"""What a clock is: when it next strikes, and what is done then."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.transactions.context import Context

log = structlog.get_logger("registry.due")

BATCH = 500
"""Items read at once."""


class Done(Counter[str]):
    """How many items were dealt with, by what became of them. `failed` stay due and are tried again."""

    @property
    def dealt_with(self) -> int:
        """The items that were dealt with."""
        return self.total() - self["failed"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind of clock.

    `next_sql` is a query with one column, the instants at which it strikes. `strike` does
    everything that is due at the context's present; it is safe to run twice and side by side.
    """

    name: str
    next_sql: str
    strike: Callable[[AsyncEngine, Context], Awaitable[Done]]


async def each(
    engine: AsyncEngine,
    query: TextClause,
    parameters: dict[str, Any],
    context: Context,
    act: Callable[[AsyncConnection, Context, UUID], Awaitable[str]],
) -> Done:
    """Apply an act to each row found, each in its own unit of work, until none is left that was not tried.

    The query takes `batch` besides its parameters and returns ids. The act returns a word for
    what became of the item; `gone` is not counted.
    """
    ends: dict[UUID, str] = {}
    while True:
        async with engine.connect() as connection:
            ids: Sequence[UUID] = (await connection.execute(query, {**parameters, "batch": BATCH})).scalars().all()
        fresh = [item for item in ids if item not in ends]
        for item in fresh:
            ends[item] = await _one(engine, context, act, item)
        if not fresh or len(ids) < BATCH:
            return Done(end for end in ends.values() if end != "gone")


async def _one(
    engine: AsyncEngine, context: Context, act: Callable[[AsyncConnection, Context, UUID], Awaitable[str]], item: UUID
) -> str:
    try:
        async with unit_of_work(engine) as connection:
            return await act(connection, context, item)
    except Exception as error:  # whatever it is, the next person's deadline is due all the same
        log.error("due.failed", act=act.__name__, item=str(item), error=type(error).__name__)
        return "failed"
