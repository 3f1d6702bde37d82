"""The measurements, one function each; all of them start from the same loaded register."""

import asyncio
import json
import pickle
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks import meter
from benchmarks.capture import Unit
from benchmarks.in_process import Result, Work
from benchmarks.meter import Cost
from benchmarks.replay import Instance, Pgbench, shapes
from benchmarks.service import HOST, running
from benchmarks.stage import Stage
from benchmarks.transfers import Transfer, interchanges
from registry.database import create_engine, unit_of_work
from registry.links.documents import to_document
from registry.security.callers import Role
from registry.security.tokens import issue

_OPERATION = "/fhir/Patient/" + quote("$nhais.acceptance", safe="$.")
_WORKER_SECONDS = 6
_PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement is given: the register, the transfers, and how many at a time."""

    stage: Stage
    transfers: Sequence[Transfer]
    connections: int
    warm_up: int

    def scratch(self, name: str) -> Path:
        folder = self.stage.home / "scratch"
        folder.mkdir(exist_ok=True)
        return folder / name


@dataclass(frozen=True, slots=True)
class Facade:
    """Acceptances through the façade over HTTP."""

    per_second: float
    milliseconds: Mapping[str, float]
    statuses: Mapping[str, int]
    states: Mapping[str, int]
    cost: Cost
    peaks: Sequence[float]
    worker_peaks: Sequence[float]
    jobs_per_second: float


async def through_facade(bench: Bench, processes: int) -> Facade:
    """Start the API, send every transfer once, then let the worker do what followed."""
    url = await bench.stage.copy("bench_run")
    tokens = await _tokens(url, bench.transfers)
    sent = [_request(transfer, number, tokens) for number, transfer in enumerate(bench.transfers)]
    written = await meter.rows_written(bench.stage, "bench_run")
    with running("serve", url, bench.stage.home, processes) as service:
        _generate(bench, sent[: bench.warm_up], service.port)
        await bench.stage.checkpoint()
        before, own = await meter.read(bench.stage), meter.processor_seconds(service.pid)
        told = _generate(bench, sent[bench.warm_up :], service.port)
        after, own = await meter.read(bench.stage), meter.processor_seconds(service.pid) - own
        peaks = meter.peak_mebibytes(service.pid)
    count = len(sent) - bench.warm_up
    written = await meter.rows_written(bench.stage, "bench_run") - written
    rows = round(written * count / len(sent))
    cost = meter.cost(before, after, count, rows, {"API": own, "load generator": told["cpu"]})
    states = await bench.stage.run("select state, count(*) as number from transactions group by 1", "bench_run")
    jobs, worker_peaks = await _drain(bench, url)
    await bench.stage.drop("bench_run")
    return Facade(
        count / told["seconds"],
        _percentiles(told["latencies"]),
        told["statuses"],
        {row["state"]: row["number"] for row in states},
        cost,
        peaks,
        worker_peaks,
        jobs,
    )


async def _drain(bench: Bench, url: str) -> tuple[float, Sequence[float]]:
    """Jobs a second that the worker does for some seconds, and its memory."""
    statement = "select count(*) as done from national_requests where state = 'C'"
    with running("worker", url, bench.stage.home) as service:
        await asyncio.sleep(2)
        first = (await bench.stage.run(statement, "bench_run"))[0]["done"]
        await asyncio.sleep(_WORKER_SECONDS)
        last = (await bench.stage.run(statement, "bench_run"))[0]["done"]
        return (last - first) / _WORKER_SECONDS, meter.peak_mebibytes(service.pid)


@dataclass(frozen=True, slots=True)
class InProcess:
    """Acceptances without HTTP, and what each sends to the database."""

    per_second: float
    outcomes: Mapping[str, int]
    cost: Cost
    peak: float
    deciding_round_trips: float
    round_trips: float
    statements: float


async def as_requests(bench: Bench) -> tuple[InProcess, list[Instance]]:
    """The façade's unit of work alone: read, number, decide, write."""
    work = [(f"{number:032X}", _body(transfer)) for number, transfer in enumerate(bench.transfers)]
    result, measured = await _in_process(bench, "requests", work, bench.warm_up, 1)
    return measured, [[unit.statements] for unit in result.units]


async def as_files(bench: Bench, size: int) -> tuple[InProcess, list[tuple[int, Instance]]]:
    """Interchanges of `size` acceptances each, received to their end. What is to be replayed is each
    acceptance by itself, and what stands around them (storing, and settling) in one."""
    content = interchanges(bench.transfers, size, datetime.now(UTC))
    work = [(str(number), each) for number, each in enumerate(content)]
    result, measured = await _in_process(bench, "files", work, max(1, bench.warm_up // size), size)
    of: dict[int, list[Unit]] = {}
    for unit in result.units:
        of.setdefault(unit.of, []).append(unit)
    instances: list[tuple[int, Instance]] = []
    for first, *middle, last in of.values():
        instances.append((0, [first.statements, last.statements]))
        instances += [(1, [unit.statements]) for unit in middle]
    return measured, instances


@dataclass(frozen=True, slots=True)
class Replayed:
    """The same statements by pgbench, without what it takes to look up their parameters."""

    per_second: float
    per_second_with_look_ups: float
    cost: Cost
    transactions: int
    share: float
    """How much of what was captured it could play; units of rare shapes are left out."""


async def replayed(bench: Bench, name: str, instances: Sequence[tuple[int, Instance]]) -> Replayed:
    """Play captured units of work again, on the register as it was before them."""
    url = await bench.stage.copy("bench_run")
    found, share = shapes(instances)
    pgbench = Pgbench(url, found, bench.scratch(name), bench.connections)
    await pgbench.prepare()
    pgbench.warm_up(bench.warm_up)
    await bench.stage.checkpoint()
    written = await meter.rows_written(bench.stage, "bench_run")
    before = await meter.read(bench.stage)
    units = pgbench.units()
    after = await meter.read(bench.stage)
    rows = await meter.rows_written(bench.stage, "bench_run") - written
    look_ups = pgbench.look_ups()
    last = await meter.read(bench.stage)
    await bench.stage.drop("bench_run")
    each = units.transactions / look_ups.transactions
    taken_off = {"PostgreSQL": (last.server_cpu - after.server_cpu) * each, "pgbench": look_ups.cpu * each}
    corrected = 1 / (1 / units.per_second - 1 / look_ups.per_second)
    acceptances = units.acceptances / units.transactions
    return Replayed(
        corrected * acceptances,
        units.per_second * acceptances,
        meter.cost(before, after, units.acceptances, rows, {"pgbench": units.cpu}, taken_off),
        units.transactions,
        share,
    )


async def _in_process(
    bench: Bench, kind: str, work: Sequence[tuple[str, bytes]], warm_up: int, size: int
) -> tuple[Result, InProcess]:
    url = await bench.stage.copy("bench_run")
    paths = bench.scratch("work.pickle"), bench.scratch("result.pickle")
    paths[0].write_bytes(pickle.dumps(Work(work[:warm_up], work[warm_up:])))
    await bench.stage.checkpoint()
    written = await meter.rows_written(bench.stage, "bench_run")
    before = await meter.read(bench.stage)
    arguments = [kind, str(paths[0]), url, str(bench.connections), str(paths[1])]
    await asyncio.to_thread(subprocess.run, [sys.executable, "-m", "benchmarks.in_process", *arguments], check=True)
    after = await meter.read(bench.stage)
    rows = await meter.rows_written(bench.stage, "bench_run") - written
    result: Result = pickle.loads(paths[1].read_bytes())
    await bench.stage.drop("bench_run")
    everything = len(work) * size
    measured = (len(work) - warm_up) * size
    own = result.cpu * everything / measured
    deciding = [unit for unit in result.units if kind == "requests" or _decides(unit)]
    round_trips = sum(unit.round_trips for unit in result.units)
    return result, InProcess(
        measured / result.seconds,
        dict(result.outcomes),
        meter.cost(before, after, everything, rows, {"Python": own}),
        result.peak_mebibytes,
        statistics.fmean(unit.round_trips for unit in deciding),
        round_trips / everything,
        sum(len(unit.statements) for unit in result.units) / everything,
    )


def _decides(unit: Unit) -> bool:
    return any("insert into transactions" in statement for statement, _ in unit.statements)


def _generate(bench: Bench, requests: Sequence[bytes], port: int) -> dict[str, Any]:
    path = bench.scratch("requests.pickle")
    path.write_bytes(pickle.dumps(list(requests)))
    command = [sys.executable, "-m", "benchmarks.generator", str(path), HOST, str(port), str(bench.connections)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_PATIENCE_SECONDS)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _request(transfer: Transfer, number: int, tokens: Mapping[str, str]) -> bytes:
    body = _body(transfer)
    head = (
        f"POST {_OPERATION} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {tokens[transfer.practice.ods_code]}\r\nConversationId: {number:032X}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(transfer: Transfer) -> bytes:
    return orjson.dumps(to_document(transfer.items))


async def _tokens(url: str, transfers: Sequence[Transfer]) -> dict[str, str]:
    """A token for each practice that sends, by its ODS code."""
    engine = create_engine(url, 1)
    now = datetime.now(UTC)
    tokens: dict[str, str] = {}
    try:
        async with unit_of_work(engine) as connection:
            found = await connection.exec_driver_sql("select ods_code, id from practices")
            for row in found.all():
                if any(transfer.practice.ods_code == row.ods_code for transfer in transfers):
                    name = f"app:{row.ods_code}"
                    tokens[row.ods_code] = await issue(connection, name, Role.APP, now, practice_id=row.id)
    finally:
        await engine.dispose()
    return tokens


def _percentiles(latencies: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    cuts = statistics.quantiles(latencies, n=100)
    return {f"p{place}": cuts[place - 1] * 1000 for place in (50, 95, 99)}
