"""Cases with other bodies and suspicions of fraud at random: opened, sent, chased, answered, referred by two."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer
from registry.transactions.counter_fraud.acts import COUNTER_FRAUD
from registry.transactions.liaison.acts import LIAISON_GROUP
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do
from tests.support.office import CLERK

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

SECOND = Actor(ActorKind.STAFF, "second")
_ACTS = {f"{group.name} {act.name}": act for group in (LIAISON_GROUP, COUNTER_FRAUD) for act in group.acts}
_STEPS = 4
"""How many steps are made at once: a case has many of them, and the acts of others come in between anyhow."""
_OPEN = (
    "select id::text || ' ' || version || ' ' || state from matters"
    " where kind = :kind and closed_at is null order by id"
)
_STATES = "select distinct kind || ' ' || state from matters where kind in ('liaison', 'counter-fraud')"

_NEXT = {
    "liaison": {
        "preparing": ("evidence", "evidence", "people", "evidence-out", "send", "send", "send", "withdraw"),
        "sent": ("answer", "more-asked", "chase", "reference"),
        "alerted": ("answer", "chase"),
        "to-chase": ("chase", "chase", "close", "answer"),
        "more-asked": ("evidence", "send", "answer"),
        "answered": ("close", "close", "send", "people"),
    },
    "counter-fraud": {
        "raised": ("evidence", "evidence", "people", "propose", "propose", "propose", "explain"),
        "proposed": ("approve", "approve", "approve", "approve", "send-back", "explain"),
        "referred": ("answer", "more-asked", "more-asked", "chase"),
        "to-chase": ("chase", "close", "answer"),
        "more-asked": ("annex", "annex", "evidence", "propose", "answer"),
        "answered": ("close", "close", "evidence"),
    },
}
"""What may be done in a state, more often what is there more often."""


async def _do(town: Town, name: str, by: Actor, **details: Any) -> Answer:
    act: OfficeAct[Any] = _ACTS[name]
    context = town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"{name} {type(answer).__name__.lower()}"] += 1
    for state in await town.office.column(_STATES):
        town.reached[state] += 1
    return answer


def _numbers(town: Town, chance: Random) -> list[str]:
    return [town.person(chance.randrange(12)).number for _ in range(chance.choice([0, 1, 1, 2]))]


async def _open(town: Town, chance: Random) -> None:
    body, topic = chance.choice([("nbo", "duplicate"), ("nbo", "confusion"), ("pds", "link"), ("lmc", "advice")])
    await _do(town, "liaison open", CLERK, with_whom=body, asks=topic, nhs_numbers=_numbers(town, chance))


async def _suspect(town: Town, chance: Random) -> None:
    practice = chance.choice(town.practices).ods_code if chance.random() < 0.5 else ""
    details: dict[str, Any] = {"nhs_numbers": _numbers(town, chance), "practice": practice}
    await _do(town, "counter-fraud raise", CLERK, reason="a call", **details)


async def _further(town: Town, chance: Random, kind: str) -> None:
    found = await town.office.column(_OPEN, kind=kind)
    if not found:
        await (_open if kind == "liaison" else _suspect)(town, chance)
        return
    matter_id, version, state = chance.choice(found).split()
    name = chance.choice(_NEXT[kind][state])
    details = await _details(town, chance, name, matter_id)
    seen = max(int(version) - (chance.random() < 0.05), 1)
    by = chance.choice((CLERK, SECOND))
    await _do(town, f"{kind} {name}", by, id=matter_id, version=seen, reason="as agreed", **details)


async def _details(town: Town, chance: Random, name: str, matter_id: str) -> dict[str, Any]:
    if name == "evidence":
        movements = await town.office.column(
            "select 'movement:' || v.id from list_movements v join liaison_people x on x.patient_id = v.patient_id"
            " where x.matter_id = cast(:id as uuid) order by v.id", id=matter_id,
        )  # fmt: skip
        return {"items": [*chance.sample(movements, min(len(movements), 2)), f"document:MIN {chance.randrange(99)}/26"]}
    known: dict[str, dict[str, Any]] = {
        "evidence-out": {"number": chance.choice([1, 2])},
        "people": {"nhs_numbers": [town.person(chance.randrange(12)).number]},
        "reference": {"their_reference": chance.choice(["NBO/4711", "9990000018"])},
        "send": {"way": chance.choice(["letter", "portal"])},
        "answer": {"outcome": chance.choice(["not-duplicate", "no-action", "investigation"])},
        "annex": {"people": [1]},
        "explain": {"explanation": "students"},
    }
    return known.get(name, {})


async def _case_further(town: Town, chance: Random) -> None:
    for _ in range(_STEPS):
        await _further(town, chance, "liaison")


async def _suspicion_further(town: Town, chance: Random) -> None:
    for _ in range(_STEPS):
        await _further(town, chance, "counter-fraud")


ACTS: dict[str, tuple[int, Act]] = {
    "open a case": (1, _open),
    "take a case further": (5, _case_further),
    "suspect": (1, _suspect),
    "take a suspicion further": (5, _suspicion_further),
}
"""What may happen, how often in comparison, and how it is drawn."""

TO_BE_REACHED: set[str] = {
    *(f"liaison {state}" for state in (*_NEXT["liaison"], "closed", "withdrawn")),
    *(f"counter-fraud {state}" for state in (*_NEXT["counter-fraud"], "closed", "explained")),
    "counter-fraud approve impossible",
    "counter-fraud annex impossible",
    "liaison evidence impossible",
    "due liaison alerted",
    "due liaison overdue",
    "due case overdue",
    "due letters suppressed",
}
