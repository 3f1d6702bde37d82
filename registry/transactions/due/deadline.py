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
from registry.retry import is_out_of_reach
from registry.transactions.context import Context
from registry.transactions.due.failing import failing, note_failing, note_mended

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
    what became of the item; `gone` is not counted. An item that fails again and again is put
    before a person, until it succeeds or is no longer due.
    """
    what = act.__name__
    ends: dict[UUID, str] = {}
    async with engine.connect() as connection:
        failing_before = await failing(connection, what)
    while True:
        async with engine.connect() as connection:
            ids: Sequence[UUID] = (await connection.execute(query, {**parameters, "batch": BATCH})).scalars().all()
        fresh = [item for item in ids if item not in ends]
        for item in fresh:
            ends[item] = await _one(engine, context, act, item)
        if not fresh or len(ids) < BATCH:
            break
    mended = {item for item in failing_before if ends.get(UUID(item)) != "failed"}
    if mended and len(ids) < BATCH:
        async with unit_of_work(engine) as connection:
            await note_mended(connection, context, what, mended)
    return Done(end for end in ends.values() if end != "gone")


async def _one(
    engine: AsyncEngine, context: Context, act: Callable[[AsyncConnection, Context, UUID], Awaitable[str]], item: UUID
) -> str:
    try:
        async with unit_of_work(engine) as connection:
            return await act(connection, context, item)
    except Exception as error:  # whatever it is, the next person's deadline is due all the same
        log.error("due.failed", act=act.__name__, item=str(item), error=type(error).__name__)
        if not is_out_of_reach(error):
            async with unit_of_work(engine) as connection:
                await note_failing(connection, context, act.__name__, str(item), type(error).__name__)
        return "failed"
