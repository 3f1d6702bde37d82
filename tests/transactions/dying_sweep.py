"""A sweep in processes that die before their n-th step, one after another, until one comes to its end.

Run as a program: `python -m tests.transactions.dying_sweep DATABASE_URL`. A step is a statement or a
commit. The first process begins the sweep, each later one goes on with it. Prints how many died.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime

from registry.database import create_engine
from registry.matching.model.load import SHIPPED
from registry.transactions.sweep.begin import Asked, Refused
from registry.transactions.sweep.run import run_sweep
from registry.values.clock import FixedClock
from tests.support.committing_office import CommittingOffice
from tests.support.fate import DIED, Fate
from tests.support.sweeping import renamed, somebody, taken_on

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PARTS = 3
DOUBLES = 8
SURNAMES = ("Ablewhite", "Bickerstaff", "Cattermole", "Dunkerley", "Entwhistle", "Fothergill", "Grimsdyke", "Huckaback")


async def begin(url: str) -> None:
    """People of whom each is there twice."""
    engine = create_engine(url, pool_size=2)
    office = CommittingOffice(engine, FixedClock(NOW))
    for place, surname in enumerate(SURNAMES):
        person = somebody("Morwenna", surname, f"19{50 + 5 * place}-0{place + 1}-17")
        await taken_on(office, person, renamed(person, surname=f"{surname}s"))
    await engine.dispose()


async def sweep(url: str, last: int) -> None:
    engine = create_engine(url, pool_size=2)
    Fate(last).watch(engine)
    office = CommittingOffice(engine, FixedClock(NOW))
    report = await run_sweep(engine, office.plan.context(), SHIPPED, Asked(parts=PARTS))
    if isinstance(report, Refused):
        raise SystemExit(report.sentence)
    await engine.dispose()


def try_until_done(url: str) -> int:
    """How many died before one came to its end."""
    died = 0
    while True:
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(sweep(url, died))
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            return died
        if code != DIED:
            raise SystemExit(f"failed after {died} deaths")
        died += 1


if __name__ == "__main__":
    asyncio.run(begin(sys.argv[1]))
    print(try_until_done(sys.argv[1]))
