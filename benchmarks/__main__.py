"""`make bench`: acceptances through the façade and through files, beside pgbench with the same statements."""

import argparse
import asyncio
import os
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks import measures
from benchmarks.measures import Bench
from benchmarks.report import show
from benchmarks.stage import set_up
from benchmarks.transfers import transfers


def options() -> argparse.Namespace:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="people in the register, to a million (20,000)")
    parser.add_argument("--requests", type=int, default=3_000, help="acceptances of each measurement (3,000)")
    parser.add_argument("--connections", type=int, default=8, help="at a time, each way (8)")
    parser.add_argument(
        "--processes", type=int, nargs="+", default=[1, 2], help="processes of the API, each number measured (1 2)"
    )
    parser.add_argument("--no-files", action="store_true", help="leave out interchange files")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REGISTRY_BENCH_HOME", "var/bench")))
    return parser.parse_args()


class Progress:
    """Tells on standard error what is being done, and how long the step before took."""

    def __init__(self) -> None:
        self._started = self._step = time.monotonic()

    def __call__(self, what: str) -> None:
        now = time.monotonic()
        print(f"[{now - self._started:5.0f} s] {what} …", file=sys.stderr, flush=True)


async def measure(chosen: argparse.Namespace, tell: Progress) -> dict[str, Any]:
    """Every measurement, in plain values."""
    now = datetime.now(UTC)
    tell(f"a register of {chosen.people:,} people")
    stage = await set_up(chosen.home.resolve(), chosen.people, now)
    try:
        warm_up = max(chosen.connections * 20, chosen.requests // 10)
        wanted = await transfers(stage, chosen.requests + warm_up, now.date())
        bench = Bench(stage, wanted, chosen.connections, warm_up)
        figures: dict[str, Any] = {
            "at": now.isoformat(timespec="seconds"),
            "people": chosen.people,
            "connections": chosen.connections,
            "processes": chosen.processes,
            "acceptances": len(wanted) - warm_up,
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
        }
        for processes in chosen.processes:
            tell(f"the façade over HTTP, API processes: {processes}")
            figures[f"facade_{processes}"] = asdict(await measures.through_facade(bench, processes))
        tell("the façade's unit of work by itself")
        alone, instances = await measures.as_requests(bench)
        figures["unit_of_work"] = asdict(alone)
        tell("pgbench with the same statements")
        figures["pgbench_facade"] = asdict(
            await measures.replayed(bench, "facade", [(1, instance) for instance in instances])
        )
        if not chosen.no_files:
            for size in (1, 10):
                tell(f"interchange files of {size}")
                measured, parts = await measures.as_files(bench, size)
                figures[f"files_{size}"] = asdict(measured)
                tell("pgbench with the same statements")
                same = await measures.replayed(bench, f"files-{size}", parts)
                figures[f"pgbench_files_{size}"] = asdict(same)
        return figures
    finally:
        stage.close()


def main() -> None:
    chosen, tell = options(), Progress()
    figures = asyncio.run(measure(chosen, tell))
    tell("done")
    show(figures)
    path = chosen.home / f"bench-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    path.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    print(f"\nAll figures: {path}")


if __name__ == "__main__":
    main()
