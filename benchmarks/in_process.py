"""Acceptances without HTTP, in a process of its own, and the statements that they send.

Run as `python -m benchmarks.in_process KIND WORK.pickle URL CONNECTIONS RESULT.pickle`, where KIND
is `requests` (the façade's unit of work for each body) or `files` (interchanges received to
their end). WORK holds what is done first, to warm up, and what is measured.
"""

import asyncio
import pickle
import resource
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.capture import Recorder, Unit
from registry.database import create_engine
from registry.links.facade.read_request import read_operation
from registry.links.facade.receive_body import content_hash
from registry.links.facade.request_numbers import NumberedRequest
from registry.links.facade.submit import Submission, submit
from registry.links.items import TransactionType
from registry.links.partners import partner
from registry.links.receive_interchange import receive
from registry.policies.store import PolicyStore
from registry.values.actor import Actor, ActorKind
from registry.values.clock import SystemClock, today


@dataclass(frozen=True, slots=True)
class Work:
    """Bodies of requests with the practice's number for each, or interchanges; `first` warms up."""

    first: Sequence[tuple[str, bytes]]
    measured: Sequence[tuple[str, bytes]]


@dataclass(slots=True)
class Result:
    """What came of the measured part; `units` are those of all of it."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak_mebibytes: float = 0.0
    outcomes: "Counter[str]" = field(default_factory=Counter)
    units: list[Unit] = field(default_factory=list)


Do = Callable[[str, bytes], Awaitable[Sequence[str]]]
"""Does one piece of work; returns the outcome of each acceptance in it."""


def requests(engine: AsyncEngine) -> Do:
    """What the façade does with a body once it is read."""
    policies, clock = PolicyStore("current"), SystemClock()

    async def do(number: str, body: bytes) -> Sequence[str]:
        document = orjson.loads(body)
        items = read_operation(TransactionType.G1, document, today(clock))
        assert not isinstance(items, list), items
        sender = await partner(engine, items.gp_trading_partner_code)
        assert sender is not None
        actor = Actor(ActorKind.PRACTICE, sender.code, sender.ods_code)
        request = NumberedRequest(sender, number, body, content_hash("acceptance", document), clock.now())
        taken = await submit(engine, policies, clock, Submission(request, items, actor))
        return [type(taken).__name__.lower()]

    return do


def files(engine: AsyncEngine) -> Do:
    """What is done with an interchange file, up to its receipt."""
    policies, clock = PolicyStore("current"), SystemClock()

    async def do(number: str, data: bytes) -> Sequence[str]:
        received = await receive(engine, clock, policies, data)
        return [line.state for line in received.lines]

    return do


async def run(kind: str, work: Work, url: str, connections: int) -> Result:
    """Do the work with so many at a time."""
    engine = create_engine(url, connections)
    recorder = Recorder(engine)
    do = {"requests": requests, "files": files}[kind](engine)
    result = Result()
    places = enumerate(work.first)
    await asyncio.gather(*(_take(places, do, recorder, Counter()) for _ in range(connections)))
    places = enumerate(work.measured, start=len(work.first))
    cpu, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(_take(places, do, recorder, result.outcomes) for _ in range(connections)))
    result.seconds, result.cpu = time.perf_counter() - started, time.process_time() - cpu
    result.peak_mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result.units = recorder.units
    await engine.dispose()
    return result


async def _take(
    places: Iterator[tuple[int, tuple[str, bytes]]], do: Do, recorder: Recorder, outcomes: "Counter[str]"
) -> None:
    for place, (number, data) in places:
        recorder.of_task[asyncio.current_task()] = place
        outcomes.update(await do(number, data))


def main() -> None:
    kind, work, url, connections, result = sys.argv[1:]
    done = uvloop.run(run(kind, pickle.loads(Path(work).read_bytes()), url, int(connections)))
    Path(result).write_bytes(pickle.dumps(done))


if __name__ == "__main__":
    # Under this module's own name, so that what is pickled is found again.
    from benchmarks.in_process import main as own_main

    own_main()
