"""The captured units of work again, by pgbench: the same statements, each set of parameters once.

What a script needs for one unit waits as a row of a side table, and comes with one look-up
before BEGIN; that look-up is measured by itself and taken off. Ids, keys and JSON are those of
the captured run, and the database is as it was before that run, so that the same rows are
locked, read and written. What differs: results are thrown away, one connection's units come in
another order, and parameters travel as text.
"""

import re
import resource
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from math import sqrt
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg

from benchmarks.capture import Statement
from registry.embedded_postgres import binary

Instance = Sequence[Sequence[Statement]]
"""What one run of a script does: one or several units of work."""

LEAST_SHARE = 0.02
"""Rarer shapes of units are left out."""
_PARAMETER = re.compile(r"\$(\d+)")
_RATE = re.compile(r"tps = ([0-9.]+) \(without initial")
_OF_SCRIPT = re.compile(r"^ - (\d+) transactions", re.MULTILINE)
_PROCESSED = re.compile(r"number of transactions actually processed: (\d+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """Instances of one text: the statements with variables, and the parameters of each instance."""

    script: str
    rows: list[tuple[str, ...]]
    acceptances: int
    """How many acceptances one instance decides."""


def shapes(instances: Iterable[tuple[int, Instance]]) -> tuple[list[Shape], float]:
    """Instances with the acceptances of each, by shape; and the share of instances in shapes that are not rare."""
    found: dict[str, Shape] = {}
    total = 0
    for acceptances, instance in instances:
        script, row = _script_and_row(instance)
        found.setdefault(script, Shape(script, [], acceptances)).rows.append(row)
        total += 1
    kept = [shape for shape in found.values() if len(shape.rows) >= LEAST_SHARE * total]
    return kept, sum(len(shape.rows) for shape in kept) / total


def _script_and_row(instance: Instance) -> tuple[str, tuple[str, ...]]:
    """An absent parameter becomes null in the text, since a variable of pgbench cannot be null."""
    lines: list[str] = []
    row: list[str] = []
    for unit in instance:
        lines.append("begin;")
        for statement, parameters in unit:
            names: list[str] = []
            for value in parameters:
                names.append("null" if value is None else f":v{len(row)}")
                if value is not None:
                    row.append(_text(value))
            lines.append(_PARAMETER.sub(lambda found, names=names: names[int(found[1]) - 1], _one_line(statement)))
            lines[-1] += ";"
        lines.append("commit;")
    return "\n".join(lines), tuple(row)


def _one_line(statement: str) -> str:
    return " ".join(statement.split())


def _text(value: Any) -> str:
    """A parameter as PostgreSQL reads it."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float() | UUID():
            return str(value)
        case bytes():
            return "\\x" + value.hex()
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return _text(value.value)
        case list() | tuple():
            return "{" + ",".join(_element(each) for each in value) + "}"
        case _:
            raise TypeError(f"no text for a parameter of type {type(value).__name__}")


def _element(value: Any) -> str:
    """An element of an array as PostgreSQL reads it."""
    if value is None:
        return "null"
    escaped = _text(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if isinstance(value, str) else escaped


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of pgbench did: transactions, acceptances among them, transactions a second, its own processor
    seconds."""

    transactions: int
    acceptances: int
    per_second: float
    cpu: float


class Pgbench:
    """pgbench on one database, with a side table for each shape. First `prepare` and `warm_up`."""

    def __init__(self, url: str, shapes: Sequence[Shape], folder: Path, connections: int) -> None:
        self._url, self._shapes, self._folder, self._connections = url, shapes, folder, connections
        self._used = 0

    async def prepare(self) -> None:
        """Make the side tables and write the scripts."""
        connection = await asyncpg.connect(self._url)
        try:
            for number, shape in enumerate(self._shapes):
                await _side_table(connection, number, shape)
        finally:
            await connection.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        for number, shape in enumerate(self._shapes):
            look_up = _look_up(number, len(shape.rows[0]))
            self._file(number, "look-up").write_text(look_up + "\n")
            self._file(number, "unit").write_text(f"{look_up}\n{shape.script}\n")

    async def remove(self) -> None:
        """Drop the side tables: for a database that is kept."""
        connection = await asyncpg.connect(self._url)
        try:
            for number in range(len(self._shapes)):
                await connection.execute(f"drop table bench_{number}")
                await connection.execute(f"drop sequence bench_{number}_n")
        finally:
            await connection.close()

    def warm_up(self, transactions: int) -> None:
        self._used = self._run("unit", transactions).transactions

    def units(self) -> Ran:
        """Run until nearly every set of parameters is used up."""
        return self._run("unit", self._most() - self._used)

    def look_ups(self) -> Ran:
        """Only the look-up of parameters, as often."""
        restart = "".join(f"alter sequence bench_{number}_n restart; " for number in range(len(self._shapes)))
        _program("psql", self._url, "-X", "-q", "-c", restart)
        return self._run("look-up", self._most())

    def _most(self) -> int:
        """How many transactions may be drawn by weight before any shape runs out, but for very bad luck."""
        rows = [len(shape.rows) for shape in self._shapes]
        if len(rows) == 1:
            return rows[0]
        return min(int(sum(rows) * (1 - 5 / sqrt(each))) for each in rows)

    def _file(self, number: int, kind: str) -> Path:
        return self._folder / f"{number}-{kind}.sql"

    def _run(self, kind: str, transactions: int) -> Ran:
        each = transactions // self._connections
        arguments = ["-n", "-M", "prepared", "-c", str(self._connections), "-j", "2", "-t", str(each)]
        for number, shape in enumerate(self._shapes):
            arguments += ["-f", f"{self._file(number, kind)}@{len(shape.rows)}"]
        report, cpu = _program("pgbench", self._url, *arguments)
        by_script = _by_script(report)
        acceptances = sum(done * shape.acceptances for done, shape in zip(by_script, self._shapes, strict=True))
        return Ran(sum(by_script), acceptances, _rate(report), cpu)


def _look_up(number: int, parameters: int) -> str:
    columns = ", ".join(f"v{place}" for place in range(parameters))
    return f"select {columns} from bench_{number} where n = (select nextval('bench_{number}_n')) \\gset"


async def _side_table(connection: "asyncpg.Connection[Any]", number: int, shape: Shape) -> None:
    columns = [f"v{place}" for place in range(len(shape.rows[0]))]
    table = f"bench_{number}"
    declared = ", ".join(f"{column} text not null" for column in columns)
    await connection.execute(f"create unlogged table {table} (n bigint primary key, {declared})")
    await connection.execute(f"create unlogged sequence {table}_n")
    rows = [(place, *row) for place, row in enumerate(shape.rows, start=1)]
    await connection.copy_records_to_table(table, records=rows, columns=["n", *columns])
    await connection.execute(f"vacuum analyze {table}")


def _rate(report: str) -> float:
    found = _RATE.search(report)
    assert found is not None, report
    return float(found[1])


def _by_script(report: str) -> list[int]:
    """Transactions of each script; pgbench tells them apart only where there are several."""
    found = [int(number) for number in _OF_SCRIPT.findall(report)]
    return found or [int(number) for number in _PROCESSED.findall(report)]


def _program(name: str, url: str, *arguments: str) -> tuple[str, float]:
    """Run a program of PostgreSQL on a database; returns what it printed and its processor seconds."""
    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    environment = {"PGHOST": host, "PGUSER": "postgres", "PGDATABASE": parts.path[1:], "LC_ALL": "C"}
    environment["PGOPTIONS"] = "-c jit=off -c timezone=UTC"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(binary(name)), *arguments], env=environment, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or "aborted" in done.stderr:
        raise RuntimeError(f"{name} failed: {done.stderr[-2000:]}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
