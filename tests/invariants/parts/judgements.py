"""Pairs at random: offered as a sweep offers them, judged in every way, while merges and amendments overtake them."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.judging.compare_pair import said_of
from registry.transactions.judging.decide_pair import VERDICTS
from registry.transactions.settle import Answer, Decision, settle
from registry.transactions.sweep.case import OfferedPair, open_possible_duplicate, pairs_not_to_offer
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_SUPERVISOR = Actor(ActorKind.STAFF, "supervisor of the pairs")
_STANDING = "select id from patients where merged_into is null and status <> 'invalidated' and not apart order by id"
_CASES = (
    "select id::text || ' ' || version from anomalies where kind = 'possible-duplicate' and state = 'open' order by id"
)


async def _offer(town: Town, chance: Random) -> None:
    """A sweep finds two alike, whoever they are."""
    standing = await town.office.column(_STANDING)
    if len(standing) < 2:
        return
    one, other = chance.sample(standing, 2)
    opened = await town.office.act(lambda connection: _opened(town, connection, one, other))
    town.reached[f"pair {'offered' if opened else 'left out'}"] += 1


async def _opened(town: Town, connection: AsyncConnection, one: UUID, other: UUID) -> bool:
    await lock_people(connection, [one, other])
    first, second = await gather_person(connection, one), await gather_person(connection, other)
    offered = OfferedPair(one, first.version, other, second.version, said_of(first, second))
    if offered.pair in await pairs_not_to_offer(connection, [one, other]):
        return False
    writes = Writes()
    open_possible_duplicate(writes, town.office.plan.context(), offered)
    await writes.flush(connection)
    return True


async def _judge(town: Town, chance: Random) -> None:
    """Some judgements of open pairs; now and then with a version that is none, or by what is no judgement."""
    for _ in range(3):
        cases = await town.office.column(_CASES)
        if not cases:
            return
        case, version = chance.choice(cases).split()
        action: Any = chance.choice(VERDICTS) if chance.random() < 0.9 else "close"
        seen = int(version) + (chance.random() < 0.1)
        context = town.office.plan.context(*([_SUPERVISOR] if chance.random() < 0.4 else []))
        decision = Decision(action, seen, "looked at the pair")
        answer = await town.office.act(_settling(context, UUID(case), decision))
        town.reached[f"pair {action if action == 'close' else 'judged'} {type(answer).__name__.lower()}"] += 1


def _settling(context: Any, case: UUID, decision: Decision) -> Callable[[AsyncConnection], Coroutine[Any, Any, Answer]]:
    return lambda connection: settle(connection, context, case, decision)


ACTS: dict[str, tuple[int, Act]] = {
    "offer a pair": (3, _offer),
    "judge pairs": (2, _judge),
}
"""What may happen to pairs, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "pair offered",
    "pair judged settled",
    "pair judged stale",
}
