"""Acts of the register in processes that die before their n-th step, until each has been done.

Run as a program: `python -m tests.transactions.dying DATABASE_URL`. A step is a statement or a
commit. Each act is tried by one child after another, each dying one step later than the one
before, until one comes to its end. Whenever a child has died it is looked whether it left
anything behind. Prints, as JSON, for each act how many died, how often something was left, and
how often it was done in the end.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from registry.database import create_engine
from registry.transactions.commands import TraceAnswer
from registry.transactions.settle import Decision
from registry.values.clock import FixedClock
from tests.support.committing_office import CommittingOffice
from tests.support.fate import DIED, Fate
from tests.support.office import Practice
from tests.support.townspeople import STRANGERS

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

_LEFT = text(
    """
    select json_build_array(
      (select json_agg(json_build_array(id, version, state) order by id) from transactions),
      (select json_agg(json_build_array(id, version, status) order by id) from patients),
      (select count(*) from list_movements), (select json_agg(period order by id) from list_memberships),
      (select json_agg(json_build_array(id, state) order by id) from pending_deductions),
      (select json_agg(json_build_array(id, state) order by id) from national_requests),
      (select json_agg(json_build_array(id, state, version) order by id) from anomalies),
      (select count(*) from practice_messages), (select count(*) from audit_events),
      (select count(*) from match_keys), (select count(*) from pgqueuer),
      (select json_agg(json_build_array(id, version) order by id) from paper_batches),
      (select count(*) from paper_forms), (select count(*) from letters),
      (select json_agg(json_build_array(day, signed_by) order by day) from balance_days),
      (select count(*) from daily_balances))::text
    """
)


@dataclass(frozen=True)
class Told:
    """What became of an act."""

    act: str
    died: int
    left_something: int


@dataclass(frozen=True)
class Scene:
    """Two practices and the numbers of people of the first one's list."""

    old: Practice
    new: Practice
    numbers: list[str]


Act = Callable[[CommittingOffice, Scene], Awaitable[object]]


async def transfer(office: CommittingOffice, scene: Scene) -> object:
    """Move a person whose leaving is pending."""
    return await office.send(office.plan.acceptance(scene.new, STRANGERS[0], scene.numbers[0]))


async def newcomer(office: CommittingOffice, scene: Scene) -> object:
    """Take on somebody who is to be traced."""
    return await office.send(office.plan.acceptance(scene.new, STRANGERS[7], "9990009996"))


async def answer(office: CommittingOffice, scene: Scene) -> object:
    """Create the person whom the national side knows."""
    return await office.answer(TraceAnswer("single", "9990009996"))


async def referral(office: CommittingOffice, scene: Scene) -> object:
    """Put an acceptance before a clerk."""
    return await office.send(office.plan.acceptance(scene.new, STRANGERS[1], scene.numbers[1], free_text="CALL"))


async def decision(office: CommittingOffice, scene: Scene) -> object:
    """Have the clerk accept it."""
    return await office.settle(Decision("accept", 1, "rang them", number=scene.numbers[1]))


async def request(office: CommittingOffice, scene: Scene) -> object:
    """Ask for a deduction."""
    return await office.send(office.plan.deduction(scene.old, scene.numbers[2]))


async def another(office: CommittingOffice, scene: Scene) -> object:
    """Ask for another."""
    return await office.send(office.plan.deduction(scene.old, scene.numbers[3]))


async def post(office: CommittingOffice, scene: Scene) -> object:
    """The evening's post leaves, and the days of both begin."""
    office.clock.instant = NOW.replace(hour=17, minute=30)
    return await office.fall_due()


async def due(office: CommittingOffice, scene: Scene) -> object:
    """Thirty days later both are due: two units of work, and those of the receipts that never came."""
    office.clock.instant = NOW + timedelta(days=30)
    return await office.fall_due()


ACTS: tuple[Act, ...] = (transfer, newcomer, answer, referral, decision, request, another, post, due)


async def begin(url: str) -> Scene:
    """The scene, and a deduction that is pending for the first person."""
    engine = create_engine(url, pool_size=2)
    office = CommittingOffice(engine, FixedClock(NOW))
    async with office.at_work() as at_work:
        old, new = await at_work.practice(), await at_work.practice()
        numbers = [(await at_work.person(old, like=like))[1] for like in STRANGERS[:4]]
    await office.send(office.plan.deduction(old, numbers[0]))
    await engine.dispose()
    return Scene(old, new, numbers)


async def do(url: str, act: Act, scene: Scene, last: int) -> None:
    engine = create_engine(url, pool_size=2)
    Fate(last).watch(engine)
    await act(CommittingOffice(engine, FixedClock(NOW)), scene)
    await engine.dispose()


async def everything(url: str) -> str:
    """All that an act could have changed."""
    engine = create_engine(url, pool_size=1)
    async with engine.connect() as connection:
        found: str = (await connection.execute(_LEFT)).scalar_one()
    await engine.dispose()
    return found


def try_until_done(url: str, act: Act, scene: Scene) -> Told:
    """Children die one after another; the first that does not has done it."""
    died = left_something = 0
    before = asyncio.run(everything(url))
    while True:
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(do(url, act, scene, died))
            except BaseException as error:
                print(f"{act.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            return Told(act.__name__, died, left_something)
        if code != DIED:
            raise SystemExit(f"{act.__name__} failed after {died} deaths")
        died += 1
        after = asyncio.run(everything(url))
        left_something += after != before
        before = after


if __name__ == "__main__":
    place = asyncio.run(begin(sys.argv[1]))
    print(json.dumps([asdict(try_until_done(sys.argv[1], act, place)) for act in ACTS]))
