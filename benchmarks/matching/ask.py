"""Questions to the matcher inside a process, one after the other, as a registration asks them; a process of its own.

Run as `python -m benchmarks.matching.ask URL QUERIES.parquet NUMBER RESULT.pickle`. All questions
are asked twice: with the server as it is found, and again. What a few of them sent to the
database is kept for pgbench.
"""

import pickle
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.capture import Recorder, Unit
from benchmarks.matching.queries import read_queries
from registry.database import create_engine, unit_of_work
from registry.matching.candidates import find_and_lock, load_keys
from registry.matching.decide import Candidate, MatchDecision, decide
from registry.matching.incoming import incoming_from
from registry.matching.population import population
from registry.values.person import Demographics

KEPT = 5_000
"""Questions whose statements are kept."""


@dataclass(slots=True)
class Pass:
    """Seconds of each question: in all, and of them for comparing and deciding; and how many candidates it had."""

    seconds: list[float] = field(default_factory=list)
    deciding: list[float] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """Both passes, and the units of work of some questions."""

    first: Pass
    again: Pass
    units: list[Unit]


async def ask(engine: AsyncEngine, person: Demographics, told: Pass) -> MatchDecision:
    """One question: search, keys, decision, in a unit of work."""
    started = time.perf_counter()
    incoming = incoming_from(person)
    async with unit_of_work(engine) as connection:
        known = await population(connection)
        ids = await find_and_lock(connection, incoming, lock=False)
        keys = await load_keys(connection, ids)
        found = time.perf_counter()
        decision = decide(incoming, [Candidate(each, keys[each]) for each in ids], population=known)
        decided = time.perf_counter()
    told.seconds.append(time.perf_counter() - started)
    told.deciding.append(decided - found)
    told.candidates.append(len(ids))
    return decision


async def run(url: str, people: Sequence[Demographics]) -> Asked:
    """Ask all, ask all again, and keep what some of them send."""
    engine = create_engine(url, 1)
    try:
        # The connection is made and the counts of names are read before anything is measured.
        await ask(engine, Demographics(people[0].name), Pass())
        passes: list[Pass] = []
        for _ in range(2):
            told = Pass()
            for person in people:
                await ask(engine, person, told)
            passes.append(told)
        recorder = Recorder(engine)
        for person in people[:KEPT]:
            await ask(engine, person, Pass())
    finally:
        await engine.dispose()
    return Asked(passes[0], passes[1], recorder.units)


def main() -> None:
    url, queries, number, result = sys.argv[1:]
    people = [query.person.demographics() for query in read_queries(Path(queries), int(number))]
    Path(result).write_bytes(pickle.dumps(uvloop.run(run(url, people))))


if __name__ == "__main__":
    # Under this module's own name, so that what is pickled is found again.
    from benchmarks.matching.ask import main as own_main

    own_main()
