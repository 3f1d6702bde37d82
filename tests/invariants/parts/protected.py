"""Protection at random: set on anybody, rerouted, kept, lifted by two people, and looked behind."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from sqlalchemy import text

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.protected import acts
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_WHY = "drawn at random, ticket 1"
_CLERKS = (Actor(ActorKind.STAFF, "clerk"), Actor(ActorKind.STAFF, "second-clerk"))
_OPEN = text("select id, version, state from matters where kind = 'protection' and closed_at is null order by id")


async def _do(town: Town, chance: Random, act: OfficeAct[Any], **details: Any) -> None:
    context = town.office.plan.context(chance.choice(_CLERKS))
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"protected {act.name} {type(answer).__name__.lower()}"] += 1


async def _set(town: Town, chance: Random) -> None:
    word = chance.choice(["pds", "practice", "agency"])
    route = chance.choice(["practice", "office"])
    number = town.person(chance.randrange(12)).number
    await _do(town, chance, acts.SET, nhs_number=number, on_the_word_of=word, reason=_WHY, route=route)


async def _steps(town: Town, chance: Random) -> None:
    for _ in range(3):
        await _step(town, chance)


async def _step(town: Town, chance: Random) -> None:
    """Something with a protection that is open; mostly towards its end, so that few are protected at once."""
    async with town.office.engine.connect() as connection:
        rows = (await connection.execute(_OPEN)).all()
    if not rows:
        return
    row = chance.choice(rows)
    details: dict[str, Any] = {"id": row.id, "version": row.version + (chance.random() < 0.05), "reason": _WHY}
    act = chance.choice([acts.LIFT, acts.LIFT, acts.KEEP, acts.REROUTE])
    if row.state == "lifting":
        act = chance.choice([acts.CONFIRM_LIFT, acts.CONFIRM_LIFT, acts.CONFIRM_LIFT, acts.DECLINE_LIFT])
    if act is acts.REROUTE:
        details["route"] = chance.choice(["practice", "office"])
    await _do(town, chance, act, **details)


async def _look(town: Town, chance: Random) -> None:
    number = town.person(chance.randrange(12)).number
    await _do(town, chance, acts.LOOK, nhs_number=number, code="identity", reason=_WHY)


ACTS: dict[str, tuple[int, Act]] = {
    "protect": (1, _set),
    "work on a protection": (3, _steps),
    "look behind": (1, _look),
}
"""What may happen, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "protected set done",
    "protected lift done",
    "protected confirm-lift done",
    "protected look impossible",
}
