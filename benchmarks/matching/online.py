"""A register in PostgreSQL that is asked who somebody is: inside a process, over HTTP, and pgbench as the floor."""

import asyncio
import json
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.capture import Unit
from benchmarks.matching.ask import Asked, Pass
from benchmarks.matching.latencies import counts, milliseconds
from benchmarks.matching.loaded import Server, database_of, load
from benchmarks.matching.metered import run_metered
from benchmarks.matching.over_http import WARM_UP, request, send, token_for
from benchmarks.matching.queries import read_queries
from benchmarks.matching.registers import Written
from benchmarks.matching.tools import Tell
from benchmarks.replay import Instance, Pgbench, shapes
from benchmarks.service import running

COLD_REQUESTS = 2_000


def measure_online(
    written: Written, home: Path, questions: int, connections: Sequence[int], tell: Tell
) -> dict[str, Any]:
    """Load the register unless it is loaded, and ask it; waiting times in milliseconds."""
    folder = home / "online"
    folder.mkdir(parents=True, exist_ok=True)
    server = load(written, folder, tell)
    try:
        figures: dict[str, Any] = {
            "people": server.loaded.people,
            "keys": server.loaded.keys,
            "seconds_to_load": server.loaded.seconds,
            "load_before": os.getloadavg()[0],
            "cold_is_cold": server.restart_cold(),
        }
        tell("asking inside a process, cold and again")
        asked = _ask(server, written, questions, folder)
        figures["inside"] = {"cold": _of_pass(asked.first), "warm": _of_pass(asked.again)}
        tell("pgbench with the same look-ups")
        figures["floor"] = asyncio.run(_floor(server, asked.units, folder))
        tell("deciding about all questions")
        figures["decisions"] = _decisions(server, written, questions, folder)
        figures["http"] = _over_http(server, written, questions, connections, folder, tell)
    finally:
        server.stop()
    return figures


def _ask(server: Server, written: Written, questions: int, folder: Path) -> Asked:
    result = folder / "asked.pickle"
    start = [sys.executable, "-m", "benchmarks.matching.ask", server.loaded.url, str(written.queries)]
    run_metered([*start, str(questions), str(result)], folder, "ask")
    asked: Asked = pickle.loads(result.read_bytes())
    result.unlink()
    return asked


def _decisions(server: Server, written: Written, questions: int, folder: Path) -> dict[str, Any]:
    """How well they are decided; a missed bar is a figure like any other here."""
    place = ["--home", str(server.home), "--database", database_of(written), "--loaded"]
    start = [sys.executable, "-m", "benchmarks.matching.decisions", str(written.folder), *place]
    run = run_metered([*start, "--queries", str(questions), "--json"], folder, "decisions", fine=(0, 1))
    told: dict[str, Any] = json.loads(run.output.strip().rpartition("\n")[2])
    return told


def _of_pass(told: Pass) -> dict[str, Any]:
    return {
        "questions": len(told.seconds),
        "milliseconds": milliseconds(told.seconds),
        "deciding": milliseconds(told.deciding),
        "candidates": counts(told.candidates),
    }


async def _floor(server: Server, units: Sequence[Unit], folder: Path) -> dict[str, Any]:
    """The kept units of work again by pgbench on one connection, without what it takes to look up parameters."""
    instances: list[tuple[int, Instance]] = [(1, [unit.statements]) for unit in units]
    found, share = shapes(instances)
    pgbench = Pgbench(server.loaded.url, found, folder / "pgbench", 1)
    await pgbench.prepare()
    try:
        pgbench.warm_up(len(units) // 10)
        played, look_ups = pgbench.units(), pgbench.look_ups()
    finally:
        await pgbench.remove()
    mean = (1 / played.per_second - 1 / look_ups.per_second) * 1000
    return {"mean_milliseconds": mean, "transactions": played.transactions, "share": share}


def _over_http(
    server: Server, written: Written, questions: int, connections: Sequence[int], folder: Path, tell: Tell
) -> dict[str, Any]:
    token = token_for(server.loaded.url)
    requests = [request(query.body, token) for query in read_queries(written.queries, questions)]
    tell("over HTTP, cold")
    server.restart_cold()
    with running("serve", server.loaded.url, folder) as service:
        cold = send(requests[-COLD_REQUESTS:], service.port, 1, folder)
        send(requests[:WARM_UP], service.port, 1, folder)
        warm = []
        for number in connections:
            tell(f"over HTTP, connections: {number}")
            warm.append(send(requests, service.port, number, folder))
    return {"cold": cold, "warm": warm}
