"""Patient read, search, `$match` and Task create over HTTP, beside pgbench with the same statements.

python -m benchmarks.fhir --people 200000 --seconds 10
"""

import argparse
import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.__main__ import Progress
from benchmarks.fhir.asked import KINDS, open_practices, people
from benchmarks.fhir.measured import Setting, by_pgbench, over_http
from benchmarks.fhir.report import show
from benchmarks.stage import set_up

_PRACTICES = 50
"""How many callers there are: the rate of each stays below its limit."""


def options() -> argparse.Namespace:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fhir", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000, help="people in the register (200,000)")
    parser.add_argument("--seconds", type=float, default=10, help="for about how long each is asked (10)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16], help="at a time, each measured (1 16)")
    parser.add_argument("--processes", type=int, default=2, help="processes of the API (2)")
    parser.add_argument("--replayed", type=int, default=2_000, help="requests that pgbench sends again (2,000)")
    parser.add_argument("--only", choices=sorted(KINDS), action="append", help="measure this alone; may be repeated")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("REGISTRY_BENCH_HOME", "var/bench")))
    return parser.parse_args()


async def measure(chosen: argparse.Namespace, tell: Progress) -> dict[str, Any]:
    """Every measurement, in plain values."""
    now = datetime.now(UTC)
    tell(f"a register of {chosen.people:,} people")
    stage = await set_up(chosen.home.resolve(), chosen.people, now)
    try:
        some = await people(stage, min(chosen.people, 40_000))
        practices = (await open_practices(stage))[:_PRACTICES]
        setting = Setting(
            stage, some, practices, now.date(), chosen.seconds, chosen.processes, min(chosen.replayed, len(some))
        )
        figures: dict[str, Any] = {
            "at": now.isoformat(timespec="seconds"),
            "people": chosen.people,
            "processes": chosen.processes,
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "kinds": {},
        }
        for kind in chosen.only or KINDS:
            found: dict[str, Any] = {}
            for connections in chosen.connections:
                tell(f"{kind} over {connections}")
                found[str(connections)] = await over_http(setting, kind, connections)
            tell(f"{kind}: pgbench with the same statements")
            for connections, told in (await by_pgbench(setting, kind, chosen.connections)).items():
                found[str(connections)]["pgbench"] = told
            figures["kinds"][kind] = found
        return figures
    finally:
        stage.close()


def main() -> None:
    chosen, tell = options(), Progress()
    figures = asyncio.run(measure(chosen, tell))
    tell("done")
    show(figures)
    path = chosen.home / f"fhir-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    path.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    print(f"\nAll figures: {path}")


if __name__ == "__main__":
    main()
