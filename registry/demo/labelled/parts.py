"""The parts of a country one after the other, made by one process or several."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pyarrow as pa

from registry.demo.labelled.make import Made, make
from registry.demo.labelled.plan import Chunk, Plan
from registry.demo.labelled.world import World, world

_HERE: list[World] = []


def _settle(plan: Plan) -> None:
    """Each process makes itself the world once."""
    pa.set_cpu_count(1)
    _HERE[:] = [world(plan)]


def _make_here(chunk: Chunk) -> Made:
    return make(_HERE[0], chunk)


def parts(plan: Plan, processes: int) -> Iterator[Made]:
    """The parts in order, the same however many processes make them; a few are made ahead."""
    chunks = plan.chunks
    if processes < 2 or len(chunks) < 2:
        here = world(plan)
        yield from (make(here, chunk) for chunk in chunks)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _settle, (plan,)) as pool:
        ahead: deque[Future[Made]] = deque()
        for chunk in chunks:
            ahead.append(pool.submit(_make_here, chunk))
            if len(ahead) > processes + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
