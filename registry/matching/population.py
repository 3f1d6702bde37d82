"""What this process knows of the register as a whole, for every decision.

Read once and kept: a decision costs no round trip for it. Now and then the stamp of the nightly
count is looked at, and the counts are read anew when it has changed. Memory is bounded by the
count itself, which lists only what many bear, and by a limit for each kind.
"""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.frequencies import Population, population_of

LOOK_AGAIN_AFTER = 600.0
"""Seconds for which the counts are taken as they are, without a look at their stamp."""
MOST_LISTED = 100_000
"""Values of a kind that are held at most, the commonest."""

_STAMP = text("select people, counted_at from name_counts")
_COUNTED = text(
    "select kind, value, bearers from ("
    "select kind, value, bearers, row_number() over (partition by kind order by bearers desc, value) as place"
    f" from name_frequencies) as listed where place <= {MOST_LISTED}"
)


@dataclass(slots=True)
class _Held:
    population: Population | None
    stamp: datetime | None
    looked_at: float


# By engine, not by process: a process may work on two registers.
_held: WeakKeyDictionary[Engine, _Held] = WeakKeyDictionary()


async def population(connection: AsyncConnection) -> Population | None:
    """The register's population as counted last; None before the first count.

    At most as old as the night's count and ten minutes. Asks the database only when it holds
    nothing, or has not looked for ten minutes.
    """
    engine = connection.engine.sync_engine
    held = _held.get(engine)
    if held is None or monotonic() - held.looked_at > LOOK_AGAIN_AFTER:
        held = _held[engine] = await _look(connection, held)
    return held.population


def forget(connection: AsyncConnection) -> None:
    """Have the next decision of this process look at the stamp: after a count, and in tests."""
    _held.pop(connection.engine.sync_engine, None)


async def _look(connection: AsyncConnection, held: _Held | None) -> _Held:
    row: Any = (await connection.execute(_STAMP)).one_or_none()
    if row is None:
        return _Held(None, None, monotonic())
    if held is not None and held.stamp == row.counted_at:
        return _Held(held.population, held.stamp, monotonic())
    counted = [(kind, value, bearers) for kind, value, bearers in await connection.execute(_COUNTED)]
    return _Held(population_of(row.people, counted), row.counted_at, monotonic())
