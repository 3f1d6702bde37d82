"""Taking back at random: acceptances, deductions, and registrations onto the wrong person."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from registry.links.outbox import number_waiting
from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Done
from registry.transactions.taking_back.acts import TAKING_BACK
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS = {act.name: act for act in TAKING_BACK.acts}
_COLLEAGUE = Actor(ActorKind.STAFF, "colleague")

_ENDS_OF_MOVEMENTS = (
    "select p.nhs_number || ' ' || r.ods_code from list_movements v join patients p on p.id = v.patient_id"
    " join practices r on r.id = v.{end} left join transactions t on t.id = v.transaction_id"
    " where v.id in ({last}) and p.nhs_number is not null and ({which}) order by 1"
)
_FITS = {
    "to_list": "t.kind = 'acceptance' or v.reverses is not null",
    "from_list": "v.to_list not in (select id from practices)",
}
_LAST = "select max(id) from list_movements group by patient_id"
_ANY = "select id from list_movements"


async def _do(town: Town, name: str, *, by: Actor | None = None, **details: Any) -> None:
    """Do an act, and count what became of it."""
    act: OfficeAct[Any] = _ACTS[name]
    context = town.office.plan.context() if by is None else town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    ended = type(answer).__name__.lower()
    if isinstance(answer, Done) and "already" in answer.sentence:
        ended = "already"
    town.reached[f"undo {name} {ended}"] += 1


async def _pair(town: Town, chance: Random, end: str) -> tuple[str, str]:
    """A person and a practice that the register brings together: mostly by the person's last movement."""
    last, which = (_LAST, _FITS[end]) if chance.random() < 0.8 else (_ANY, "true")
    found = await town.office.column(_ENDS_OF_MOVEMENTS.format(end=end, last=last, which=which))
    if found and chance.random() < 0.9:
        number, code = chance.choice(found).split()
        return number, code
    return town.person(chance.randrange(12)).number, town.practice(chance.randrange(4)).ods_code


async def _acceptance(town: Town, chance: Random) -> None:
    number, code = await _pair(town, chance, "to_list")
    await _do(town, "acceptance", nhs_number=number, practice=code, reason="never came")


async def _deduction(town: Town, chance: Random) -> None:
    number, code = await _pair(town, chance, "from_list")
    await _do(town, "deduction", nhs_number=number, practice=code, reason="another was meant")


async def _twice(town: Town, chance: Random) -> None:
    """Two clerks take the same call."""
    number, code = await _pair(town, chance, "to_list")
    for _ in range(2):
        await _do(town, "acceptance", nhs_number=number, practice=code, reason="never came")
    number, code = await _pair(town, chance, "from_list")
    for _ in range(2):
        await _do(town, "deduction", nhs_number=number, practice=code, reason="another was meant")


async def _propose(town: Town, chance: Random) -> None:
    number, code = await _pair(town, chance, "to_list")
    right = chance.choice([None, town.person(chance.randrange(12)).number, town.office.plan.number()])
    await _do(town, "wrong-person", nhs_number=number, practice=code, right_number=right, reason="two of one name")


async def _wrong_person(town: Town, chance: Random) -> None:
    await _propose(town, chance)
    if chance.random() < 0.5:
        await _decide_one(town, chance)


_PROPOSED = "select id || ' ' || version from matters where kind = 'reversal' and closed_at is null order by id"


async def _decide_one(town: Town, chance: Random) -> None:
    """Somebody confirms or declines a proposed reversal: mostly another than who proposed it."""
    found = await town.office.column(_PROPOSED)
    if not found:
        await _propose(town, chance)
        found = await town.office.column(_PROPOSED)
    if not found:
        return
    matter, version = chance.choice(found).split()
    name = chance.choice(["confirm", "confirm", "confirm", "decline"])
    by = None if chance.random() < 0.2 else _COLLEAGUE
    late = 1 if chance.random() < 0.2 else 0
    await _do(town, name, by=by, id=matter, version=int(version) + late, reason="read the form")


async def _deliver(town: Town, chance: Random) -> None:
    """A practice's system fetches what waits for it: nothing of that can be withdrawn any more."""
    async with town.office.at_work() as at_work:
        await number_waiting(at_work.connection, town.practice(chance.randrange(4)).id)


ACTS: dict[str, tuple[int, Act]] = {
    "cancel acceptance": (4, _acceptance),
    "cancel deduction": (4, _deduction),
    "cancel twice": (1, _twice),
    "propose reversal": (3, _wrong_person),
    "decide reversal": (3, _decide_one),
    "deliver": (3, _deliver),
}
"""What may be taken back, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "undo acceptance done",
    "undo acceptance already",
    "undo acceptance impossible",
    "undo deduction done",
    "undo deduction already",
    "undo deduction impossible",
    "undo wrong-person done",
    "undo wrong-person impossible",
    "undo confirm done",
    "undo confirm impossible",
    "undo confirm stale",
    "undo decline done",
    "acceptance-cancelled",
    "deduction-taken-back",
    "wrong-person-reversed",
}
