"""Taking very many people from a file: rows made by several processes, written by COPY.

Everything is one unit of work, so that a load that is broken off leaves nothing. A line about
a number that the register or an earlier line has goes the ordinary way at the end.
"""

import asyncio
import os
from array import array
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.transactions.take_on.circumstances import Circumstances, Line, TakeOnReport
from registry.transactions.take_on.import_people import Listener, count_anew_at_once
from registry.transactions.take_on.loosened import loosened
from registry.transactions.take_on.people_file import NOT_JSON, Block, UnusableFile, blocks, lines_at, offsets
from registry.transactions.take_on.prepare import Prepared, prepare, set_up
from registry.transactions.take_on.rows import COLUMNS
from registry.transactions.take_on.seen_numbers import SeenNumbers
from registry.transactions.take_on.take_on import AT_ONCE, TakeOn, circumstances_of
from registry.transactions.take_on.unusable import unusable_numbers
from registry.transactions.take_on.write import hold_writers, taken_numbers, write_people
from registry.values.actor import Actor
from registry.values.clock import Clock

_BLOCK = 2_000_000
"""Bytes that a process makes rows of at once: some two thousand people."""
_BLOCKS_AHEAD = 2
"""Blocks that each process may be ahead of the writing."""

_IS_EMPTY = text("select not exists (select from patients) and not exists (select from patient_numbers)")
_ANY_INVALIDATED = text("select exists (select from invalidated_numbers)")


async def bulk_import(
    engine: AsyncEngine, path: Path, *, actor: Actor, clock: Clock, listener: Listener, processes: int | None = None
) -> TakeOnReport:
    """As `import_people`, and much faster. Others cannot change people meanwhile; while an empty
    register is filled they cannot read them either. Raises UnusableFile, and then nothing is loaded.
    """
    async with unit_of_work(engine) as connection:
        circumstances = await circumstances_of(connection, actor, clock.now())
        work = TakeOn(circumstances, listener.on_refused, listener.on_differing)
        count = processes or os.cpu_count() or 1
        load = _BulkLoad(path, work, SeenNumbers(), listener, ahead=count * _BLOCKS_AHEAD)
        async with AsyncExitStack() as stack:
            stack.callback(load.seen.close)
            await hold_writers(connection)
            is_empty: bool = (await connection.execute(_IS_EMPTY)).scalar_one()
            if is_empty:
                await stack.enter_async_context(loosened(connection, list(COLUMNS)))
            pool = stack.enter_context(_pool(circumstances, count))
            load.any_invalidated = (await connection.execute(_ANY_INVALIDATED)).scalar_one()
            await load.fill(connection, pool, look_up=not is_empty)
        await load.second_look(connection)
        await work.end(connection)
    await count_anew_at_once(engine, work.report)
    return work.report


def _pool(circumstances: Circumstances, processes: int) -> ProcessPoolExecutor:
    given = (circumstances.places, circumstances.today, circumstances.now)
    # Not forked: this process has a connection, a loop and threads.
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=set_up, initargs=given)


@dataclass(slots=True)
class _BulkLoad:
    """One load in hand. `set_aside` holds the lines for a second look, as pairs of line and offset."""

    path: Path
    work: TakeOn
    seen: SeenNumbers
    listener: Listener
    ahead: int
    any_invalidated: bool = False
    """Whether there are numbers that nobody is taken on under."""
    set_aside: "array[int]" = field(default_factory=lambda: array("Q"))

    async def fill(self, connection: AsyncConnection, pool: ProcessPoolExecutor, *, look_up: bool) -> None:
        """Write the people of every block. `look_up` asks whether the register has their numbers."""
        loop = asyncio.get_running_loop()
        async for prepared in self._prepared(pool):
            if prepared.block.offset == 0 and _is_other_file(prepared):
                raise UnusableFile(f"{self.path.name} is not NDJSON: its first lines are not JSON")
            repeated = await self._repeated(connection, prepared, look_up)
            if repeated:
                self._put_aside(prepared.block, repeated)
                prepared = await loop.run_in_executor(pool, partial(prepare, passed_over=repeated), prepared.block)
            await write_people(connection, self.work.circumstances, prepared.ids, prepared.tables)
            self.work.report.added += len(prepared.ids)
            self.work.supersessions += prepared.supersessions
            for refused in prepared.refused:
                self.work.refuse(refused)
            self.listener.on_progress(prepared.block.end)

    async def second_look(self, connection: AsyncConnection) -> None:
        """Take the lines that were set aside the ordinary way: now their earlier ones can be looked up."""
        places = zip(self.set_aside[::2], self.set_aside[1::2], strict=True)
        lines = lines_at(self.path, places, self.work.circumstances.today)
        while batch := list(islice(lines, AT_ONCE)):
            await self.work.add(connection, [Line(number, content) for number, content in batch])

    async def _prepared(self, pool: ProcessPoolExecutor) -> AsyncIterator[Prepared]:
        """The blocks in the file's order, some being made ready while one is written."""
        loop = asyncio.get_running_loop()
        under_way: deque[asyncio.Future[Prepared]] = deque()
        for block in blocks(self.path, _BLOCK):
            under_way.append(loop.run_in_executor(pool, prepare, block))
            if len(under_way) > self.ahead:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()

    async def _repeated(self, connection: AsyncConnection, prepared: Prepared, look_up: bool) -> frozenset[int]:
        """The lines of a block whose number the file or the register has brought before."""
        positions = self.seen.add(prepared.numbers)
        if look_up or self.any_invalidated:
            numbers = [f"{number:010d}" for number in prepared.numbers]
            taken = await taken_numbers(connection, numbers) if look_up else set[str]()
            taken |= await unusable_numbers(connection, numbers) if self.any_invalidated else set()
            positions += [place for place, number in enumerate(numbers) if number in taken] if taken else []
        return frozenset(prepared.lines[place] for place in positions)

    def _put_aside(self, block: Block, lines: frozenset[int]) -> None:
        for number, offset in offsets(block, lines):
            self.set_aside.extend((number, offset))


def _is_other_file(prepared: Prepared) -> bool:
    """Whether nothing in a block was JSON."""
    others = prepared.ids or prepared.supersessions
    return not others and bool(prepared.refused) and all(each.field == NOT_JSON.field for each in prepared.refused)
