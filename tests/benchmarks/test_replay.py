"""What pgbench is given to replay is what was captured, each unit of work at most once."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from benchmarks.capture import Statement
from benchmarks.replay import Pgbench, shapes
from registry.database import unit_of_work
from tests.support.databases import Database

_HIT = "insert into hits (id, note) values ($1::int, $2::text)"


def _unit(number: int, note: str | None) -> list[list[Statement]]:
    return [[(_HIT, (number, note))]]


def test_parameters_become_variables_and_absent_ones_null() -> None:
    statements: list[Statement] = [
        ("select $2::text,\n  $1::uuid", (UUID(int=7), "a'b")),
        ("select $1::bytea, $2::bigint[], $3::date, $4::timestamptz, $5::bool", _VALUES),
    ]
    ((shape,), share) = shapes([(1, [statements])])
    assert shape.script == (
        "begin;\nselect :v1::text, :v0::uuid;\nselect :v2::bytea, :v3::bigint[], null::date, :v4::timestamptz,"
        " :v5::bool;\ncommit;"
    )
    (row,) = shape.rows
    assert row == (str(UUID(int=7)), "a'b", "\\x00ff", "{1,-2}", "2026-11-02T09:30:00+00:00", "true")
    assert share == 1.0


_VALUES = (b"\x00\xff", [1, -2], None, datetime(2026, 11, 2, 9, 30, tzinfo=UTC), True)


def test_units_of_a_rare_shape_are_left_out() -> None:
    instances = [(1, _unit(number, "x")) for number in range(99)] + [(1, _unit(99, None))]
    kept, share = shapes(instances)
    assert [len(shape.rows) for shape in kept] == [99]
    assert share == pytest.approx(0.99)


def test_a_value_that_has_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        shapes([(1, [[("select $1", (1j,))]])])
    assert shapes([(1, [[("select $1::date", (date(2026, 11, 2),))]])])[0][0].rows == [("2026-11-02",)]


async def test_pgbench_does_each_unit_once(database: Database, tmp_path: Path) -> None:
    if "?host=" not in database.url:
        pytest.skip("pgbench is told of a server by its socket")
    async with unit_of_work(database.engine) as connection:
        await connection.execute(text("create table hits (id int primary key, note text)"))
    instances = [(number % 2, _unit(number, "even" if number % 2 == 0 else None)) for number in range(400)]
    found, _ = shapes(instances)
    pgbench = Pgbench(database.url, found, tmp_path, 2)
    await pgbench.prepare()
    pgbench.warm_up(20)
    units, look_ups = pgbench.units(), pgbench.look_ups()
    async with unit_of_work(database.engine) as connection:
        rows = (await connection.execute(text("select id, note from hits"))).all()
    assert len(rows) == units.transactions + 20
    assert all((row.note == "even") == (row.id % 2 == 0) for row in rows)
    assert units.acceptances < units.transactions
    assert look_ups.transactions == len(rows)
