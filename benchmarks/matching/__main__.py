"""`make bench-matching`: the matcher beside Splink, on files and at the door of a register.

Everything runs one after the other on one machine: registers of our generator are written, each
tool works on them in a process of its own, and the pairs of all are measured by the same code.
Splink runs in two ways (see splink_register_settings.py). Then public sets, and a register in
PostgreSQL that is asked who somebody is. Nothing is asserted; all figures go to a JSON file.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psutil

from benchmarks.matching.online import measure_online
from benchmarks.matching.public_sets import PUBLIC_SETS, data_folder, measure_set
from benchmarks.matching.registers import Register, write
from benchmarks.matching.report import show
from benchmarks.matching.splink_register_settings import WAYS
from benchmarks.matching.tools import Tell, ours_on, run_tools, splink_on


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000, help="people of each register (200,000)")
    parser.add_argument("--seed", type=int, nargs="+", default=[7], help="a register for each (7)")
    parser.add_argument("--dup-rate", type=float, nargs="+", default=[0.02], help="a register for each (0.02)")
    parser.add_argument("--splink", choices=list(WAYS), nargs="*", default=list(WAYS), help="none for no Splink")
    parser.add_argument("--no-files", action="store_true", help="leave out registers in files")
    parser.add_argument("--no-public", action="store_true", help="leave out the public sets")
    parser.add_argument("--public-data", type=Path, default=data_folder(), help="where the public sets are")
    parser.add_argument("--no-online", action="store_true", help="leave out the register in PostgreSQL")
    parser.add_argument("--queries", type=int, default=30_000, help="questions to the register in PostgreSQL (30,000)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4, 16], help="over HTTP, at a time (1 4 16)")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REGISTRY_BENCH_HOME", "var/bench")))
    return parser.parse_args(arguments)


class Progress:
    """Tells on standard error what is being done, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"[{time.monotonic() - self._started:5.0f} s] {what} …", file=sys.stderr, flush=True)


def measure(chosen: argparse.Namespace, tell: Tell, keep: Path) -> dict[str, Any]:
    """Every measurement that was chosen; what is known so far is in `keep` after each of them."""
    home: Path = chosen.home.resolve() / "matching"
    figures: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "memory_gibibytes": psutil.virtual_memory().total / 2**30,
        "registers": [],
        "public": {},
    }
    registers = [Register(chosen.people, seed, rate) for rate in chosen.dup_rate for seed in chosen.seed]
    for register in [] if chosen.no_files else registers:
        figures["registers"].append(_on_register(register, chosen.splink, home, tell))
        _keep(figures, keep)
    if not chosen.no_public:
        for public in PUBLIC_SETS:
            tell(f"public set {public.name}")
            figures["public"][public.name] = measure_set(public, chosen.public_data, home, tell)
        _keep(figures, keep)
    if not chosen.no_online:
        written = write(registers[0], home, tell)
        figures["online"] = measure_online(written, home, chosen.queries, chosen.connections, tell)
        _keep(figures, keep)
    return figures


def _on_register(register: Register, ways: list[str], home: Path, tell: Tell) -> dict[str, Any]:
    written = write(register, home, tell)
    tools = [*(splink_on(written.given, way) for way in ways), ours_on(written.given, written.columns)]
    found = run_tools(tools, written.truth, written.folder, tell)
    return {"people": register.people, "seed": register.seed, "dup_rate": register.rate, "tools": found}


def _keep(figures: dict[str, Any], path: Path) -> None:
    path.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


def main() -> None:
    chosen, tell = options(), Progress()
    chosen.home.mkdir(parents=True, exist_ok=True)
    keep = chosen.home / f"matching-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    figures = measure(chosen, tell, keep)
    tell("done")
    show(figures)
    print(f"\nAll figures: {keep}")


if __name__ == "__main__":
    main()
