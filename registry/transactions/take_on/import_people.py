"""Taking people from a file into a register in use: batch by batch, each a unit of work."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.transactions.take_on.circumstances import Differing, Line, Refused, TakeOnReport
from registry.transactions.take_on.people_file import NOT_JSON, UnusableFile, blocks, read_lines
from registry.transactions.take_on.take_on import TakeOn, circumstances_of
from registry.values.actor import Actor
from registry.values.clock import Clock

_BLOCK = 1_000_000
"""Bytes read at once: about a thousand people, who are written together."""
_WORTH_COUNTING_ANEW = 1_000

_COUNTED = ("patients", "match_keys, list_memberships, list_movements")
"""Tables that are counted anew, in two parts that take as long as each other."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what happens during an import. Progress is in bytes of the file."""

    on_refused: Callable[[Refused], None]
    on_differing: Callable[[Differing], None]
    on_progress: Callable[[int], None] = lambda _: None


async def import_people(
    engine: AsyncEngine, path: Path, *, actor: Actor, clock: Clock, listener: Listener
) -> TakeOnReport:
    """Take the people of an NDJSON file of FHIR Patients; the good lines load.

    Repeating an import changes nothing, so one that was broken off is simply begun again.
    Raises UnusableFile when the file cannot be read or none of its lines is JSON.
    """
    async with unit_of_work(engine) as connection:
        work = TakeOn(
            await circumstances_of(connection, actor, clock.now()), listener.on_refused, listener.on_differing
        )
    for batch in batches(path, work.circumstances.today, listener.on_progress):
        async with unit_of_work(engine) as connection:
            await work.add(connection, batch)
    async with unit_of_work(engine) as connection:
        await work.end(connection)
        await count_anew(connection, work.report)
    return work.report


async def load_people(
    connection: AsyncConnection, path: Path, *, actor: Actor, clock: Clock, listener: Listener
) -> TakeOnReport:
    """As `import_people`, within one unit of work of the caller's."""
    work = TakeOn(await circumstances_of(connection, actor, clock.now()), listener.on_refused, listener.on_differing)
    for batch in batches(path, work.circumstances.today, listener.on_progress):
        await work.add(connection, batch)
    await work.end(connection)
    await count_anew(connection, work.report)
    return work.report


def batches(path: Path, today: date, on_progress: Callable[[int], None] = lambda _: None) -> Iterator[list[Line]]:
    """The file's lines, some at a time. Raises UnusableFile for a file of which no line is JSON."""
    is_json = False
    for block in blocks(path, _BLOCK):
        batch = [Line(number, content) for number, content in read_lines(block, today)]
        is_json = is_json or any(line.content is not NOT_JSON for line in batch)
        if batch and not is_json:
            raise UnusableFile(f"{path.name} is not NDJSON: its first lines are not JSON")
        yield batch
        on_progress(block.end)


async def count_anew(connection: AsyncConnection, report: TakeOnReport) -> None:
    """Let the planner know of many new rows at once, rather than when autovacuum comes by."""
    if report.added >= _WORTH_COUNTING_ANEW:
        await connection.execute(text(f"analyze {', '.join(_COUNTED)}"))


async def count_anew_at_once(engine: AsyncEngine, report: TakeOnReport) -> None:
    """As `count_anew`, of rows that are committed, on two connections."""

    async def count(tables: str) -> None:
        async with unit_of_work(engine) as connection:
            await connection.execute(text(f"analyze {tables}"))

    if report.added >= _WORTH_COUNTING_ANEW:
        await asyncio.gather(*map(count, _COUNTED))
