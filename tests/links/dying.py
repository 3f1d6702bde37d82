"""Receives files in processes that die before their n-th step, and then has each finished.

Run as a program: `python -m tests.links.dying DATABASE_URL INBOX REPLIES`. For each file of the
inbox a child dies one step later than the child before: a step is a statement, a commit, or
the renaming of a file. Then another child receives the file again, or the worker's job goes on
with it, in turn. Ends with the first child that came to its end by itself, and prints how many
died.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine
from registry.links.deliver import deliver_files
from registry.links.receive_file import receive_file
from registry.links.resume import resume
from registry.links.send import send
from registry.policies.store import PolicyStore
from registry.values.clock import Clock, FixedClock
from tests.support.fate import DIED, Fate

FIRST_COMMIT = 10
"""Before this step nothing may have been stored."""
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


async def nothing_follows(engine: AsyncEngine, clock: Clock) -> None:
    return None


async def _receive(url: str, file: Path, replies: Path, fate: Fate | None) -> None:
    engine = create_engine(url, pool_size=2)
    if fate is not None:
        fate.watch(engine)
    policies = PolicyStore("current")
    await receive_file(engine, FixedClock(NOW), policies, file.read_bytes(), nothing_follows, replies)
    await engine.dispose()


async def _resume(url: str, replies: Path) -> None:
    engine, clock = create_engine(url, pool_size=2), FixedClock(NOW)
    await resume(engine, clock, PolicyStore("current"), older_than=timedelta(0))
    await send(engine, clock)
    await deliver_files(engine, clock, replies)
    await engine.dispose()


def _in_child(work: Callable[[], Coroutine[None, None, None]]) -> int:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(work())
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(url: str, inbox: Path, replies: Path) -> None:
    for last, file in enumerate(sorted(inbox.iterdir())):
        code = _in_child(partial(_receive, url, file, replies, Fate(last)))
        if code == 0:
            print(last)
            return
        if code != DIED:
            sys.exit(f"step {last}: the child ended with {code}")
        # The worker can only go on with what was stored; before that the sender comes again.
        comes_again = last % 2 == 1 or last < FIRST_COMMIT
        finish = partial(_receive, url, file, replies, None) if comes_again else partial(_resume, url, replies)
        if _in_child(finish) != 0:
            sys.exit(f"step {last}: it could not be finished")
    sys.exit("every child died; the inbox is too small")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
