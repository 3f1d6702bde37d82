"""One measurement: a kind of request over some connections, and the same statements by pgbench."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks import meter
from benchmarks.fhir.asked import ONCE, Person, Request, requests
from benchmarks.fhir.captured import captured
from benchmarks.matching.over_http import send
from benchmarks.replay import Pgbench, shapes
from benchmarks.service import running
from benchmarks.stage import Stage
from registry.database import create_engine, unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue

_TRIAL = 100
"""Requests that warm up, and by whose pace it is reckoned how many fill the time."""
_COPY = "bench_fhir"
_LEAST = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """What every measurement is given."""

    stage: Stage
    people: Sequence[Person]
    practices: Sequence[str]
    today: date
    seconds: float
    processes: int
    replayed: int

    def folder(self, name: str) -> Path:
        path = self.stage.home / "scratch" / name
        path.mkdir(parents=True, exist_ok=True)
        return path


async def over_http(setting: Setting, kind: str, connections: int) -> dict[str, Any]:
    """Serve a fresh copy of the register and ask for about as long as was wanted: rate, waiting times, cost."""
    url = await setting.stage.copy(_COPY)
    tokens = await _tokens(url, setting.practices)
    with running("serve", url, setting.stage.home, setting.processes) as service:
        # So that each process has connections that have planned the statements, and nothing is measured twice.
        await _send(setting, _part(setting, kind, 0, _TRIAL), tokens, service.port, connections)
        trial = await _send(setting, _part(setting, kind, _TRIAL, 2 * _TRIAL), tokens, service.port, connections)
        wanted = max(_LEAST, int(trial["per_second"] * setting.seconds))
        rest = _part(setting, kind, 2 * _TRIAL, 2 * _TRIAL + wanted)
        await setting.stage.checkpoint()
        before, own = await meter.read(setting.stage), meter.processor_seconds(service.pid)
        told = await _send(setting, rest, tokens, service.port, connections)
        after, own = await meter.read(setting.stage), meter.processor_seconds(service.pid) - own
    await setting.stage.drop(_COPY)
    per_request = {"API": own / len(rest), "PostgreSQL": (after.server_cpu - before.server_cpu) / len(rest)}
    milliseconds = {name: seconds * 1000 for name, seconds in per_request.items()}
    return {**told, "requests": len(rest), "processor_milliseconds": milliseconds}


async def by_pgbench(setting: Setting, kind: str, connections: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The same statements, taken down from the application, over each number of connections."""
    url = await setting.stage.copy(_COPY)
    tokens = await _tokens(url, setting.practices)
    asked = list(requests(kind, setting.people[: setting.replayed], setting.practices, setting.today, "replayed"))
    units = await captured(url, asked, tokens)
    statements = [[unit.statements for unit in each] for each in units]
    found, share = shapes([(1, each) for each in statements])
    told: dict[int, dict[str, Any]] = {}
    for number in connections:
        url = await setting.stage.copy(_COPY)
        pgbench = Pgbench(url, found, setting.folder("pgbench"), number)
        await pgbench.prepare()
        await asyncio.to_thread(pgbench.warm_up, max(number, len(statements) // 10))
        await setting.stage.checkpoint()
        ran = await asyncio.to_thread(pgbench.units)
        look_ups = await asyncio.to_thread(pgbench.look_ups)
        rate = 1 / (1 / ran.per_second - 1 / look_ups.per_second)
        told[number] = {
            "per_second": rate,
            "transactions": ran.transactions,
            "share": share,
            "round_trips": sum(unit.round_trips for each in units for unit in each) / len(units),
            "statements": sum(len(each) for some in statements for each in some) / len(units),
        }
    await setting.stage.drop(_COPY)
    return told


def _part(setting: Setting, kind: str, first: int, last: int) -> list[Request]:
    """Some of the requests: about everybody in turn, and from the beginning once more where that is possible."""
    people = setting.people
    again = 0 if kind in ONCE else last // len(people)
    chosen = ([*people] * (again + 1))[first:last]
    return list(requests(kind, chosen, setting.practices, setting.today, f"{first}-"))


async def _send(
    setting: Setting, asked: Sequence[Request], tokens: Mapping[str, str], port: int, connections: int
) -> dict[str, Any]:
    wire = [request.on_the_wire(tokens[request.practice]) for request in asked]
    return await asyncio.to_thread(send, wire, port, connections, setting.folder("requests"))


async def _tokens(url: str, practices: Sequence[str]) -> dict[str, str]:
    """A token of a person at each practice, by its ODS code."""
    engine = create_engine(url, 1)
    try:
        async with unit_of_work(engine) as connection:
            rows = await connection.exec_driver_sql("select ods_code, id from practices")
            return {
                row.ods_code: await issue(
                    connection, f"staff:{row.ods_code}", Role.STAFF, datetime.now(UTC), practice_id=row.id
                )
                for row in rows.all()
                if row.ods_code in practices
            }
    finally:
        await engine.dispose()
