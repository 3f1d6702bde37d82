"""Taking the places of postcodes from a file. Repeatable, and of any length: nothing is kept in memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Integer, Text

from registry.audit.record import record
from registry.database import Writes, unit_of_work
from registry.practices.csv_lines import RefusedLine
from registry.practices.places_csv import PlaceLine, read_places
from registry.values.actor import Actor
from registry.values.clock import Clock

_AT_ONCE = 5_000

_STAGE = text(
    "create temporary table places_coming (line integer, postcode text, easting integer, northing integer)"
    " on commit drop"
)
_COME = text("insert into places_coming select * from unnest(:lines, :postcodes, :eastings, :northings)").bindparams(
    *(bindparam(name, type_=ARRAY(Integer)) for name in ("lines", "eastings", "northings")),
    bindparam("postcodes", type_=ARRAY(Text)),
)
_TWICE = text(
    "select line, first_line from ("
    " select line, min(line) over (partition by postcode) as first_line from places_coming) c"
    " where line <> first_line order by line"
)
# One import at a time, so that two of the same file do not wait for each other's rows crosswise.
_ALONE = text("select pg_advisory_xact_lock(hashtext('places import'))")
_TAKE = text(
    """
    with coming as (
      select distinct on (postcode) postcode, easting, northing from places_coming order by postcode, line
    ), taken as (
      insert into postcode_places as held (postcode, easting, northing) select * from coming
      on conflict (postcode) do update set easting = excluded.easting, northing = excluded.northing
        where (held.easting, held.northing) <> (excluded.easting, excluded.northing)
      returning xmax = 0 as is_new)
    select (select count(*) from taken where is_new) as added,
      (select count(*) from taken where not is_new) as changed,
      (select count(*) from coming) as named
    """
)


@dataclass(slots=True)
class PlacesReport:
    """How many places were added, changed, found as they are held, and refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


async def import_places(
    engine: AsyncEngine,
    path: Path,
    *,
    actor: Actor,
    clock: Clock,
    on_refused: Callable[[RefusedLine], None],
    on_progress: Callable[[int], None] = lambda _: None,
) -> PlacesReport:
    """Take the places of a CSV file, in one unit of work.

    A line that cannot be taken is handed to `on_refused` and the others are loaded; so is, at the
    end, a line whose postcode an earlier line has named. `on_progress` is told the bytes read.
    Raises UnusableFile, and then nothing is loaded.
    """
    refused = 0

    def refuse(line: RefusedLine) -> None:
        nonlocal refused
        refused += 1
        on_refused(line)

    def good() -> Iterable[tuple[int, str, int, int]]:
        for line in read_places(path):
            if isinstance(line, PlaceLine):
                on_progress(line.position)
                yield line.line, line.postcode, line.easting, line.northing
            else:
                refuse(line)

    async with unit_of_work(engine) as connection:
        report = await _take(connection, good(), actor, clock.now(), refuse)
    report.refused = refused
    return report


async def add_places(
    connection: AsyncConnection, places: Iterable[tuple[str, int, int]], *, actor: Actor, at: datetime
) -> PlacesReport:
    """Take places that do not come from a file: postcode, easting, northing."""
    numbered = ((line, *place) for line, place in enumerate(places, start=1))
    return await _take(connection, numbered, actor, at, lambda _: None)


async def _take(
    connection: AsyncConnection,
    places: Iterable[tuple[int, str, int, int]],
    actor: Actor,
    at: datetime,
    refuse: Callable[[RefusedLine], None],
) -> PlacesReport:
    await connection.execute(_ALONE)
    await connection.execute(_STAGE)
    batch: list[tuple[int, str, int, int]] = []
    for place in places:
        batch.append(place)
        if len(batch) >= _AT_ONCE:
            await _come(connection, batch)
    await _come(connection, batch)
    for row in await connection.execute(_TWICE):
        refuse(RefusedLine(row.line, "postcode", f"is that of line {row.first_line} too"))
    counts = (await connection.execute(_TAKE)).one()
    await connection.execute(text("drop table places_coming"))
    if counts.added or counts.changed:
        writes = Writes()
        subject = {"added": counts.added, "changed": counts.changed}
        record(writes, actor, "places.imported", at, subject=subject)
        await writes.flush(connection)
    return PlacesReport(counts.added, counts.changed, counts.named - counts.added - counts.changed)


async def _come(connection: AsyncConnection, batch: list[tuple[int, str, int, int]]) -> None:
    if not batch:
        return
    lines, postcodes, eastings, northings = (list(column) for column in zip(*batch, strict=True))
    values = {"lines": lines, "postcodes": postcodes, "eastings": eastings, "northings": northings}
    await connection.execute(_COME, values)
    batch.clear()
