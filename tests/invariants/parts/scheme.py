"""The scheme at random: notices, approvals, places, moves, returns, reviews, appeals, discharges."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer
from registry.transactions.scheme.acts import SCHEME
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do
from tests.support.office import CIPHER, CLERK, OTHER_CIPHER

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS = {act.name: act for act in SCHEME.acts}
_SECOND = Actor(ActorKind.STAFF, "second clerk")
_OF_THE_SCHEME = {CIPHER: 1, OTHER_CIPHER: 3}
"""Which of the town's practices is the scheme's, by area."""

_HOLDER = (
    "select r.ods_code from list_memberships m join patients p on p.id = m.patient_id"
    " join practices r on r.id = m.list_id where p.nhs_number = :number and upper_inf(m.period)"
)
_OPEN = (
    "select id from matters where kind in ('violence-notice', 'special-allocation', 'scheme-appeal')"
    " and closed_at is null order by state like 'awaiting-approval%' desc, kind = 'scheme-appeal' desc, id"
)

_STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "violence-notice": {
        "awaiting-approval": ("approve", "approve", "convert", "refuse"),
        "awaiting-approval-spoken": ("approve", "approve", "confirm", "convert"),
        "unconfirmed": ("confirm",),
        "chased": ("confirm",),
        "overdue": ("confirm", "give-up"),
    },
    "special-allocation": {
        "awaiting-allocation": ("allocate", "allocate", "allocate", "incident", "take-back"),
        "active": ("move", "review", "bring-forward", "incident", "discharge", "review"),
        "review-due": ("review", "discharge"),
        "suspended": ("return", "return", "review", "discharge"),
        "to-be-checked": ("discharge",),
        "deceased": ("discharge",),
    },
    "scheme-appeal": {
        "received": ("appeal-acknowledge", "appeal-acknowledge", "appeal-withdraw"),
        "awaiting-forms": ("appeal-form",),
        "awaiting-second-form": ("appeal-form",),
        "to-convene": ("appeal-convene",),
        "convened": ("appeal-papers",),
        "papers-out": ("appeal-decide",),
    },
}
"""By kind and state, what is tried. Some of it is not allowed there, and is to be refused."""


async def _do(town: Town, name: str, by: Actor = CLERK, **details: Any) -> Answer:
    """Do an act, and count what became of it."""
    act: OfficeAct[Any] = _ACTS[name]
    context = town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"scheme {name} {type(answer).__name__.lower()}"] += 1
    return answer


async def _providers(town: Town) -> None:
    """The scheme has a practice in each area."""
    if await town.office.one("select count(*) from scheme_practices where upper_inf(period)") < len(_OF_THE_SCHEME):
        for area, at in _OF_THE_SCHEME.items():
            practice = town.practice(at).ods_code
            await _do(town, "providers-add", practice=practice, area=area, contact="ring first")


async def _notice(town: Town, chance: Random) -> None:
    await _providers(town)
    number = town.person(chance.randrange(12)).number
    holders = await town.office.column(_HOLDER, number=number)
    practice = holders[0] if holders and chance.random() < 0.9 else town.practice(chance.randrange(4)).ods_code
    noticed_at = town.office.clock.now() - timedelta(minutes=chance.choice([0, 0, 10, 600, 3000]))
    await _do(
        town,
        "notice",
        nhs_number=number,
        practice=practice,
        noticed_at=noticed_at,
        happened_at=noticed_at - timedelta(hours=chance.choice([1, 1, 1, 30, 24 * 9])),
        channel=chance.choice(["telephone", "telephone", "email", "post"]),
        incident_number=chance.choice(["0417-070225", "0417-070225", ""]),
        persons_affected=chance.randrange(4),
        ground=chance.choice(["incident", "incident", "previously-removed"]),
        narrative="Struck a nurse with the door of the treatment room.",
    )


async def _work(town: Town, chance: Random) -> None:
    for _ in range(2):
        await _step(town, chance)


async def _step(town: Town, chance: Random) -> None:
    """A step of some open matter of the scheme, mostly one that its state allows."""
    found: list[UUID] = await town.office.column(_OPEN)
    if not found:
        return
    # What comes seldom is taken up first, or it would hardly ever be.
    chosen = found[0] if chance.random() < 0.4 else chance.choice(found)
    async with town.office.engine.connect() as connection:
        query = text("select kind, version, state, facts from matters where id = :id")
        matter = (await connection.execute(query, {"id": chosen})).mappings().one()
    kind = matter["kind"]
    tried = _STEPS[kind][matter["state"]]
    if chance.random() < 0.05:
        tried = tuple(step for steps in _STEPS[kind].values() for step in steps)
    step = chance.choice(tried)
    version = matter["version"] + (1 if chance.random() < 0.03 else 0)
    by = _SECOND if chance.random() < 0.8 else CLERK
    await _do(town, step, by, id=chosen, version=version, **_details(town, chance, step, matter["facts"]))


def _details(town: Town, chance: Random, step: str, facts: dict[str, Any]) -> dict[str, Any]:
    today = town.office.today
    area = str(facts.get("area", CIPHER))
    if step == "allocate":
        at = _OF_THE_SCHEME[area] if chance.random() < 0.9 else chance.randrange(4)
        return {"practice": town.practice(at).ods_code}
    if step in ("move", "return"):
        return {"area": chance.choice([CIPHER, OTHER_CIPHER])}
    if step == "incident":
        return {"happened_at": town.office.clock.now(), "narrative": "Kicked the door of the surgery in."}
    if step == "appeal-form":
        return {"of": chance.choice(["patient", "practice"])}
    if step == "appeal-decide":
        return {"outcome": chance.choice(["upheld", "dismissed"])}
    if step == "appeal-convene":
        return {"on": today + timedelta(days=chance.choice([5, 5, 20, 40]))}
    if step == "bring-forward":
        return {"on": today + timedelta(days=chance.choice([0, 40, 400]))}
    if step == "convert":
        return {"reasons_given": chance.random() < 0.5, "exemption": "risk-of-harm"}
    return {"reason": "It was talked over with the practice manager."}


async def _appeal(town: Town, chance: Random) -> None:
    numbers = await town.office.column(
        "select p.nhs_number from patients p join matters m on m.patient_id = p.id"
        " where m.kind = 'special-allocation' and m.closed_at is null and p.nhs_number is not null order by 1"
    )
    number = chance.choice(numbers) if numbers else town.person(chance.randrange(12)).number
    await _do(town, "appeal", nhs_number=number, against=chance.choice(["placement", "remaining"]))


async def _seen_elsewhere(town: Town, chance: Random) -> None:
    """Somebody of the scheme tries another practice, and the case is decided now and then."""
    people = [
        at
        for at in range(12)
        if await town.office.column(
            "select m.id from matters m join patients p on p.id = m.patient_id"
            " where m.kind = 'special-allocation' and m.closed_at is null and p.nhs_number = :number",
            number=town.person(at).number,
        )
    ]
    if people:
        await town.accept(chance.randrange(4), chance.choice(people), 0, "3", chance.choice("AD"), 0)


async def _read(town: Town, chance: Random) -> None:
    number = town.person(chance.randrange(12)).number
    await _do(town, "narrative", nhs_number=number, reason="the monthly look at the papers")
    await _do(town, "reads", since=town.office.today)


async def _provider(town: Town, chance: Random) -> None:
    """A practice ends, which it may not while it has people; and begins again."""
    await _providers(town)
    [area, at] = chance.choice(list(_OF_THE_SCHEME.items()))
    await _do(town, "providers-end", practice=town.practice(at).ods_code, area=area)
    await _do(town, "providers-add", practice=town.practice(at).ods_code, area=area, contact="ring the bell")


ACTS: dict[str, tuple[int, Act]] = {
    "give notice of violence": (4, _notice),
    "work on the scheme": (10, _work),
    "appeal against the scheme": (1, _appeal),
    "try another practice": (2, _seen_elsewhere),
    "read narratives": (1, _read),
    "end and begin a practice of the scheme": (1, _provider),
}

TO_BE_REACHED = {
    *(
        f"scheme {name} done"
        for name in (
            "notice",
            "approve",
            "convert",
            "confirm",
            "allocate",
            "move",
            "review",
            "incident",
            "discharge",
            "take-back",
            "appeal",
            "narrative",
        )
    ),
    "scheme notice impossible",
    "placed-by-office",
}
