"""A sweep from its beginning to its end: read, search part by part, store each, and put the likeliest before people.

Nothing is merged here, and nothing is decided about anybody. The process may be killed at any
moment: whoever runs the sweep again reads the register anew and goes on with the parts that are left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Uuid

from registry.database import unit_of_work
from registry.matching.model.parts import Model
from registry.retry import retrying
from registry.transactions.context import Context
from registry.transactions.sweep.begin import Asked, Refused, Sweep, begin, note_read
from registry.transactions.sweep.finish import complete, settle_pairs
from registry.transactions.sweep.offer import offer, open_cases_now
from registry.transactions.sweep.read_register import Register, read_register
from registry.transactions.sweep.search import Search
from registry.transactions.sweep.store import store
from registry.transactions.sweep.tidy import tidy

Tell = Callable[[str, int, int], None]
"""Hears of progress: of what, how much is done, of how much. In any thread."""

AT_WORK = "A sweep is at work already, in another process: wait until it has ended."

_LOCK_KEY = 0x5357_4545_50
_TRIES, _PAUSE = 20, 0.1
_LOCK = text(f"select pg_try_advisory_lock({_LOCK_KEY})")
_UNLOCK = text(f"select pg_advisory_unlock({_LOCK_KEY})")

_REPORT = text(
    """
    select w.id, w.since, w.started_at, w.finished_at, w.model_version, w.normaliser_version, w.people, w.changed,
      w.pairs, w.certain, w.possible, w.skipped,
      (select count(*) from match_pairs m where m.state = 'waiting') as waiting,
      (select count(distinct m.cluster_id) from match_pairs m
        where m.check_links and m.state in ('waiting', 'offered')) as clusters_to_check
    from match_sweeps w where w.id = :id
    """
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep found, and what came of it. `changed` of the `people` were compared with all.

    `skipped` are blocks too large to be searched, by rule. `opened` cases were opened now, `open_cases`
    are before people altogether, and `waiting` pairs wait their turn.
    """

    id: UUID
    since: datetime | None
    started_at: datetime
    finished_at: datetime | None
    model_version: str
    normaliser_version: str
    people: int
    changed: int
    pairs: int
    certain: int
    possible: int
    skipped: list[dict[str, Any]]
    waiting: int
    clusters_to_check: int
    opened: int
    closed: int
    open_cases: int
    resumed: bool


async def run_sweep(
    engine: AsyncEngine,
    context: Context,
    model: Model,
    asked: Asked | None = None,
    *,
    at_most: int | None = None,
    tell: Tell | None = None,
) -> SweepReport | Refused:
    """Do a sweep to its end, tidy up, and open cases (`at_most` so many). One at a time in a register.

    Holds no unit of work open while it computes; what it computes runs in threads.
    """
    async with _alone(engine) as is_alone:
        if not is_alone:
            return Refused(AT_WORK)
        sweep = await retrying(engine, partial(begin, context=context, model=model, asked=asked or Asked()))
        if isinstance(sweep, Refused):
            return sweep
        if sweep.done < sweep.parts:
            await _search(engine, context, model, sweep, tell)
        await settle_pairs(engine, context, sweep)
        closed, opened = await tidy_and_offer(engine, context, at_most)
        await complete(engine, context, sweep)
        return await _report(engine, sweep, closed, opened)


async def tidy_and_offer(engine: AsyncEngine, context: Context, at_most: int | None = None) -> tuple[int, int]:
    """Close what is not to be asked any more, then fill the queue; returns how many were closed and opened."""
    tidied = await tidy(engine, context)
    return tidied.closed, await offer(engine, context, at_most)


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[bool]:
    """Whether no other process sweeps; none can begin meanwhile. PostgreSQL lets go soon after a process has died."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        is_alone = await _had(connection)
        try:
            yield is_alone
        finally:
            if is_alone:
                await connection.execute(_UNLOCK)


async def _had(connection: AsyncConnection) -> bool:
    for _ in range(_TRIES):
        if (await connection.execute(_LOCK)).scalar_one():
            return True
        await asyncio.sleep(_PAUSE)
    return False


async def _search(engine: AsyncEngine, context: Context, model: Model, sweep: Sweep, tell: Tell | None) -> None:
    told = tell or (lambda what, done, total: None)
    register = await _read(engine, sweep, told)
    search = Search(register, model, sweep.parts, tell)
    for parts in search.passes(sweep.done):
        within = await asyncio.to_thread(search.block, parts)
        skipped = [{"rule": rule, "blocks": blocks} for rule, blocks in within.blocked.skipped.items()]
        for part in parts:
            found = await asyncio.to_thread(search.find, within, part)
            act = partial(store, context=context, sweep=sweep, part=part, found=found, skipped=skipped)
            await retrying(engine, act)
            told("comparing", part + 1, sweep.parts)


async def _read(engine: AsyncEngine, sweep: Sweep, told: Tell) -> Register:
    told("reading the register", 0, 1)
    async with engine.connect() as connection:
        register = await read_register(connection, sweep.since)
    changed = int(register.changed.sum())
    async with unit_of_work(engine) as connection:
        await note_read(connection, sweep, len(register), changed)
    told("reading the register", 1, 1)
    return register


async def _report(engine: AsyncEngine, sweep: Sweep, closed: int, opened: int) -> SweepReport:
    async with engine.connect() as connection:
        row = (await connection.execute(_REPORT, {"id": sweep.id})).mappings().one()
        cases = await open_cases_now(connection)
    return SweepReport(**row, opened=opened, closed=closed, open_cases=cases, resumed=sweep.resumed)
