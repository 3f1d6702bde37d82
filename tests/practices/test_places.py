"""Where postcodes are: a file of places, read line by line, as often as one likes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.practices.csv_lines import RefusedLine, UnusableFile
from registry.practices.places_import import PlacesReport, import_places
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from tests.support.databases import Database

OFFICE = Actor(ActorKind.STAFF, "tests")
HEADING = "postcode,easting,northing"


class Import:
    """Imports into one database, and what was refused."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self.database, self.clock, self.path = database, clock, folder / "places.csv"
        self.refused: list[RefusedLine] = []
        self.read = 0

    async def lines(self, *lines: str, heading: str = HEADING) -> PlacesReport:
        self.path.write_text("\n".join((heading, *lines)) + "\n")
        return await self.file(self.path)

    async def file(self, path: Path) -> PlacesReport:
        self.refused = []

        def on_progress(position: int) -> None:
            self.read = position

        return await import_places(
            self.database.engine,
            path,
            actor=OFFICE,
            clock=self.clock,
            on_refused=self.refused.append,
            on_progress=on_progress,
        )

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.database.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]


@pytest.fixture
def importing(database: Database, clock: FixedClock, tmp_path: Path) -> Import:
    return Import(database, clock, tmp_path)


async def test_places_are_added_and_brought_up_to_date_and_the_same_file_changes_nothing(importing: Import):
    assert await importing.lines("zx1 1aa,640000,480000", "ZX11AB,640100,480200.0") == PlacesReport(added=2)
    assert importing.read == importing.path.stat().st_size
    held = [("ZX1 1AA", 640000, 480000), ("ZX1 1AB", 640100, 480200)]
    assert await importing.rows("select * from postcode_places order by postcode") == held
    assert await importing.file(importing.path) == PlacesReport(unchanged=2)
    assert await importing.lines("ZX1 1AA,640000,480001") == PlacesReport(changed=1)
    assert await importing.rows("select count(*) from postcode_places") == [(2,)]
    assert await importing.rows("select action, subject ->> 'added', subject ->> 'changed' from audit_events") == [
        ("places.imported", "2", "0"),
        ("places.imported", "0", "1"),
    ]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (",640000,480000", "postcode"),
        ("NOWHERE,640000,480000", "postcode"),
        ("ZX1 1AC,,480000", "easting"),
        ("ZX1 1AC,-5,480000", "easting"),
        ("ZX1 1AC,700001,480000", "easting"),
        ("ZX1 1AC,640000,1300001", "northing"),
        ("ZX1 1AC,640000,48.5", "northing"),
        ("ZX1 1AC,640000,²", "northing"),
        ("ZX1 1AC,640000", "northing"),
        ("ZX1 1AC,640000,480000,7", "northing"),
        ('"ZX1 1AC,640000,480000', "line"),
        ("zx11aa,640001,480000", "postcode"),
    ],
)
async def test_a_refused_line_is_named_with_its_field_and_the_others_load(importing: Import, line: str, field: str):
    report = await importing.lines("ZX1 1AA,640000,480000", line, "ZX1 1AB,640100,480200")
    assert report == PlacesReport(added=2, refused=1)
    assert [(refused.line, refused.field) for refused in importing.refused] == [(3, field)]
    assert await importing.rows("select easting from postcode_places where postcode = 'ZX1 1AA'") == [(640000,)]


async def test_other_columns_are_passed_over_and_a_file_of_another_kind_is_unusable(importing: Import, tmp_path: Path):
    heading = "\ufeffNorthing,x,Postcode,easting"
    assert await importing.lines("480000,?,ZX1 1AA,640000", heading=heading) == PlacesReport(added=1)
    with pytest.raises(UnusableFile, match="missing: northing"):
        await importing.lines(heading="postcode,easting")
    with pytest.raises(UnusableFile, match="cannot be read"):
        await importing.file(tmp_path / "missing.csv")
    assert await importing.lines() == PlacesReport()


async def test_a_long_file_is_taken_in_batches(importing: Import):
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    codes = [f"ZX{n} {d}{a}{b}" for n in range(1, 5) for d in range(10) for a in letters for b in letters]
    lines = [f"{code},{600000 + number},480000" for number, code in enumerate(codes)]
    assert await importing.lines(*lines) == PlacesReport(added=len(codes))
    assert await importing.lines(*lines, lines[0]) == PlacesReport(unchanged=len(codes), refused=1)
