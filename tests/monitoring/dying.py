"""Keying paper and balancing a day in processes that die before their n-th step, until each has been done.

Run as a program: `python -m tests.monitoring.dying DATABASE_URL`; see `tests.transactions.dying`.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from registry.monitoring.balance import sign_balance, strike_balance
from registry.settings import Settings
from tests.monitoring.watched import Watched
from tests.paper.post import ACTS, as_written
from tests.support.acts import done
from tests.support.committing_office import CommittingOffice
from tests.support.townspeople import STRANGERS
from tests.transactions.dying import NOW, Act, Scene, begin, try_until_done

EVENING = datetime(2026, 11, 2, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
TODAY = NOW.date()


async def _paper(office: CommittingOffice, act: str, **details: object) -> object:
    if act != "open-batch":
        details["id"] = await office.one("select id from paper_batches")
    return await office.act(lambda connection: done(connection, office.plan.context(), ACTS[act], **details))


async def open_batch(office: CommittingOffice, scene: Scene) -> object:
    """Count three forms."""
    return await _paper(office, "open-batch", practice=scene.new.ods_code, received_on=TODAY.isoformat(), forms=3)


async def key(office: CommittingOffice, scene: Scene) -> object:
    """Key a transfer of somebody whose leaving is pending."""
    said = as_written(STRANGERS[0], scene.numbers[0])
    return await _paper(office, "key-acceptance", form="F-1", accepted_on=TODAY.isoformat(), **said)


async def key_deduction(office: CommittingOffice, scene: Scene) -> object:
    """Key a deduction of the same person."""
    return await _paper(
        office, "key-deduction", form="F-2", number=scene.numbers[0], cause="5", happened_on=TODAY.isoformat()
    )


async def turn_away(office: CommittingOffice, scene: Scene) -> object:
    """Return the third form."""
    return await _paper(office, "return", form="F-3", reason="no signature")


async def close(office: CommittingOffice, scene: Scene) -> object:
    """Close the batch, which balances."""
    return await _paper(office, "close-batch")


async def balance(office: CommittingOffice, scene: Scene) -> object:
    """Strike the day's balance."""
    office.clock.instant = EVENING
    context = office.plan.context()
    return await office.act(lambda connection: strike_balance(connection, context, TODAY))


async def sign(office: CommittingOffice, scene: Scene) -> object:
    """Sign it on the next morning."""
    office.clock.instant = MORNING
    context = office.plan.context()
    return await office.act(lambda connection: sign_balance(connection, context, TODAY, None))


async def evening(office: CommittingOffice, scene: Scene) -> object:
    """Every clock of the next evening: several units of work, each whole or not at all."""
    office.clock.instant = EVENING.replace(day=3)
    return await Watched(office, Settings()).strike()  # pyright: ignore[reportCallIssue]


ACTS_THAT_DIE: tuple[Act, ...] = (open_batch, key, key_deduction, turn_away, close, balance, sign, evening)


if __name__ == "__main__":
    place = asyncio.run(begin(sys.argv[1]))
    print(json.dumps([asdict(try_until_done(sys.argv[1], act, place)) for act in ACTS_THAT_DIE]))
