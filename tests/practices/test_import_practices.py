"""Practices from a file: new, known, changed, and refused line by line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.practices.csv_lines import RefusedLine, UnusableFile
from registry.practices.import_practices import PracticeReport, add_practices, import_practices
from registry.practices.place import Place
from registry.practices.store import Doctor, Practice, number_series, places
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.values.organisation import GPCode
from tests.support.databases import Database

OFFICE = Actor(ActorKind.STAFF, "tests")
HEADING = "ods_code,name,trading_partner_code,ha_cipher,gp_codes,postcode,list_state"
FIRST = 'Y90001,"Old Market, Surgery",OMS5,XX1,"9910101,1;9910102,2@2024-04-01",zx1 1aa,open'
SECOND = 'y90002,Sea Road,srs5,yd,"9910103,3",,closed'


def a_file(folder: Path, *lines: str) -> Path:
    path = folder / "practices.csv"
    path.write_text("\n".join((HEADING, *lines)) + "\n")
    return path


class Import:
    """Imports into one database, and what was refused."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.refused: list[RefusedLine] = []

    async def lines(self, *lines: str) -> PracticeReport:
        return await self.file(a_file(self.folder, *lines))

    async def file(self, path: Path) -> PracticeReport:
        self.refused = []
        return await import_practices(
            self.database.engine, path, actor=OFFICE, clock=self.clock, on_refused=self.refused.append
        )

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.database.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]


@pytest.fixture
def importing(database: Database, clock: FixedClock, tmp_path: Path) -> Import:
    return Import(database, clock, tmp_path)


async def test_practices_are_added_with_doctors_list_and_number_series(importing: Import):
    assert await importing.lines(FIRST, SECOND) == PracticeReport(added=2)
    assert await importing.rows(
        "select ods_code, name, trading_partner_code, authority_cipher, postcode, list_state from practices order by 1"
    ) == [
        ("Y90001", "Old Market, Surgery", "OMS5", "XX1", "ZX1 1AA", "open"),
        ("Y90002", "Sea Road", "SRS5", "YD", None, "closed"),
    ]
    assert await importing.rows(
        "select gmc_number, local_code, lower(period)::text, upper_inf(period) from practice_doctors order by 1"
    ) == [("9910101", "1", None, True), ("9910102", "2", "2024-04-01", True), ("9910103", "3", None, True)]
    for practice_id, code in await importing.rows("select id, ods_code from practices"):
        assert await importing.rows("select code, practice_id from lists where id = :id", id=practice_id) == [
            (code, practice_id)
        ]
        series = number_series(practice_id)
        assert await importing.rows(
            "select max_value, cycle, start_value from pg_sequences where sequencename = :name", name=series
        ) == [(9999999, True, 1)]
    assert await importing.rows("select action, subject ->> 'ods_code' from audit_events order by id") == [
        ("practice.added", "Y90001"),
        ("practice.added", "Y90002"),
    ]


async def test_the_same_file_again_changes_nothing(importing: Import):
    await importing.lines(FIRST, SECOND)
    before = await importing.rows("select * from practices order by id")
    assert await importing.lines(FIRST, SECOND) == PracticeReport(unchanged=2)
    assert await importing.rows("select * from practices order by id") == before


async def test_a_known_practice_is_brought_up_to_date_and_keeps_doctors_that_are_not_named(importing: Import):
    await importing.lines(FIRST)
    other = 'Y90001,New Market Surgery,OMS5,XX1,"9910104,4;9910102,2@2020-01-01",ZX1 1AB,closed'
    assert await importing.lines(other) == PracticeReport(changed=1)
    assert await importing.rows("select name, postcode, list_state from practices") == [
        ("New Market Surgery", "ZX1 1AB", "closed")
    ]
    assert await importing.rows("select local_code, lower(period)::text from practice_doctors order by 1") == [
        ("1", None),
        ("2", "2020-01-01"),
        ("4", None),
    ]


async def test_a_doctor_never_comes_to_begin_later(importing: Import):
    await importing.lines(FIRST)
    later = FIRST.replace("9910101,1", "9910101,1@2025-01-01")
    assert await importing.lines(later) == PracticeReport(unchanged=1)


async def test_a_doctor_whose_entry_had_ended_comes_back_from_the_day_of_its_end(importing: Import):
    await importing.lines(FIRST)
    async with importing.database.engine.begin() as connection:
        await connection.execute(
            text("update practice_doctors set period = daterange(null, '2025-03-01') where local_code = '1'")
        )
    assert await importing.lines(FIRST) == PracticeReport(changed=1)
    assert await importing.rows(
        "select lower(period)::text from practice_doctors where local_code = '1' and upper_inf(period)"
    ) == [("2025-03-01",)]


async def test_partner_codes_can_be_handed_on_within_one_file(importing: Import):
    await importing.lines(FIRST)
    moved, heir = FIRST.replace("OMS5", "OMS6"), SECOND.replace("srs5", "OMS5")
    assert await importing.lines(moved, heir) == PracticeReport(added=1, changed=1)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Y9,Name,OMS7,XX1,,,open", "ods_code"),
        ("Y90003,,OMS7,XX1,,,open", "name"),
        ("Y90003,Name,OMS77,XX1,,,open", "trading_partner_code"),
        ("Y90003,Name,OMS5,XX1,,,open", "trading_partner_code"),
        ("Y90003,Name,OMS7,XX12,,,open", "ha_cipher"),
        ('Y90003,Name,OMS7,XX1,"991,1",,open', "gp_codes"),
        ('Y90003,Name,OMS7,XX1,"9910101,1@yesterday",,open', "gp_codes"),
        ('Y90003,Name,OMS7,XX1,"9910101,1;9910101,1@2020-01-01",,open', "gp_codes"),
        ("Y90003,Name,OMS7,XX1,,ZX1 1AA AND MORE,open", "postcode"),
        ("Y90003,Name,OMS7,XX1,,,ajar", "list_state"),
        ("Y90003,Name,OMS7,XX1,9910101,1,,open", "list_state"),
        ("Y90003,Name,OMS7", "ha_cipher"),
        ('Y90003,"Name,OMS7,XX1,,,open', "line"),
        ("Y90001,Name,OMS7,XX1,,,open", "ods_code"),
    ],
)
async def test_a_refused_line_is_named_with_its_column_and_the_others_load(importing: Import, line: str, column: str):
    report = await importing.lines(FIRST, line, SECOND)
    assert report == PracticeReport(added=2, refused=1)
    assert [(refused.line, refused.field) for refused in importing.refused] == [(3, column)]


async def test_a_line_in_another_encoding_is_refused_alone(importing: Import, tmp_path: Path):
    path = a_file(tmp_path, FIRST)
    path.write_bytes(path.read_bytes() + "Y90003,Café,CAF5,XX1,,,open\n".encode("latin-1"))
    assert await importing.file(path) == PracticeReport(added=1, refused=1)
    assert importing.refused == [RefusedLine(3, "line", "is not UTF-8 text")]


@pytest.mark.parametrize(
    "content", [b"", b"ods_code,name\nY90001,Name\n", b"\xff\xfeo\0d\0s\0", b'"ods_code\n', b"{}\n"]
)
async def test_a_file_of_another_kind_is_unusable(importing: Import, tmp_path: Path, content: bytes):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableFile):
        await importing.file(path)
    with pytest.raises(UnusableFile, match="cannot be read"):
        await importing.file(tmp_path / "missing.csv")


async def test_columns_may_stand_in_another_order_behind_a_byte_order_mark(importing: Import, tmp_path: Path):
    path = tmp_path / "other.csv"
    path.write_bytes(
        b"\xef\xbb\xbfName,ODS_code,list_state,postcode,gp_codes,ha_cipher,trading_partner_code\r\n"
        b"Sea Road,Y90002,open,,,YD,SRS5\r\n\r\n"
    )
    assert await importing.file(path) == PracticeReport(added=1)


async def test_the_oldest_entry_of_the_day_stands_for_a_doctor_not_named(connection: AsyncConnection):
    doctors = (Doctor(GPCode("9910102", "2"), datetime(2024, 4, 1, tzinfo=UTC).date()), Doctor(GPCode("9910101", "1")))
    practice = Practice("Y90031", "Name", "P031", "XX1", doctors)
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    await add_practices(connection, [practice, Practice("Y90032", "Name", "P032", "XX1")], actor=OFFICE, at=at)
    found = await places(connection, at.date())
    assert found["Y90031"].gp_code == "9910101,1"
    assert found["Y90032"] == Place(found["Y90032"].list_id, "")
