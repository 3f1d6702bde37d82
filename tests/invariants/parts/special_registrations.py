"""Special registrations at random: visitors, soldiers, Crown servants, prisons, and people out of the area."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Done
from registry.transactions.special_registrations.acts import SPECIAL_REGISTRATIONS
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS = {act.name: act for act in SPECIAL_REGISTRATIONS.acts}


async def _do(town: Town, name: str, **details: Any) -> None:
    """Do an act, and count what became of it."""
    act: OfficeAct[Any] = _ACTS[name]
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"stays {name} {type(answer).__name__.lower()}"] += 1
    if isinstance(answer, Done) and answer.state is not None:
        town.reached[f"stays {name} {answer.state}"] += 1


async def _temporary(town: Town, chance: Random) -> None:
    today = town.office.today
    begins_on = today - timedelta(days=chance.choice([0, 0, 3, 60, 100]))
    until = chance.choice([None, None, begins_on, today + timedelta(days=5), today + timedelta(days=200)])
    number, code = town.person(chance.randrange(12)).number, town.practice(chance.randrange(4)).ods_code
    await _do(town, "temporary", nhs_number=number, practice=code, begins_on=begins_on, until=until)
    if chance.random() < 0.6:
        await _visitor(town, chance)


async def _on_matter(town: Town, chance: Random, kind: str, names: dict[str, dict[str, Any]]) -> None:
    """An act on an open matter of a kind, mostly at the version that is there."""
    found = await town.office.column(
        "select id || ' ' || version from matters where kind = :kind and closed_at is null order by id", kind=kind
    )
    if found:
        matter, version = chance.choice(found).split()
        late = 1 if chance.random() < 0.1 else 0
        name = chance.choice([*names])
        await _do(town, name, id=matter, version=int(version) + late, **names[name])


async def _visitor(town: Town, chance: Random) -> None:
    until = town.office.today + timedelta(days=chance.choice([-1, 1, 10, 80, 300]))
    await _on_matter(town, chance, "temporary-residence", {"extend": {"until": until}, "end": {}})


async def _forces(town: Town, chance: Random) -> None:
    today = town.office.today
    await _do(
        town,
        "forces",
        nhs_number=town.person(chance.randrange(12)).number,
        practice=town.practice(chance.randrange(4)).ods_code,
        reference="DMS-118",
        authorised_on=today - timedelta(days=3),
        until=today + timedelta(days=chance.choice([2, 10, 30])),
    )
    if chance.random() < 0.4:
        await _soldier(town, chance)


async def _soldier(town: Town, chance: Random) -> None:
    await _on_matter(town, chance, "forces-registration", {"discharge": {}, "record-returned": {}})


async def _crown(town: Town, chance: Random) -> None:
    """A return to a practice that they had; its list is closed, and it accepts them all the same."""
    found = await town.office.column(
        "select distinct p.nhs_number || ' ' || r.ods_code from list_movements v join practices r on r.id = v.from_list"
        " join patients p on p.id = v.patient_id where p.nhs_number is not null order by 1"
    )
    if not found:
        return
    number, code = chance.choice(found).split()
    returns_on = town.office.today + timedelta(days=chance.choice([-120, -10, 0, 20, 60]))
    await _do(town, "crown-return", nhs_number=number, practice=code, returns_on=returns_on)
    if chance.random() < 0.3:
        await _on_matter(town, chance, "crown-return", {"no-return": {}})


async def _secure(town: Town, chance: Random) -> None:
    code = town.practice(chance.randrange(4)).ods_code
    await _do(town, "secure-setting", practice=code, secure=chance.random() < 0.6)


_SECURE = (
    "select p.nhs_number from list_memberships m join practices r on r.id = m.list_id and r.secure"
    " join patients p on p.id = m.patient_id where upper_inf(m.period) and p.nhs_number is not null order by 1"
)


async def _release(town: Town, chance: Random) -> None:
    """Mostly somebody in a secure setting; where nobody is, one is made."""
    secure = await town.office.column(_SECURE)
    if not secure:
        await _do(town, "secure-setting", practice=town.practice(chance.randrange(4)).ods_code, secure=True)
        secure = await town.office.column(_SECURE)
    number = chance.choice(secure) if secure else town.person(chance.randrange(12)).number
    day = town.office.today + timedelta(days=chance.choice([-1, 0, 1, 5, 60]))
    code = town.practice(chance.randrange(4)).ods_code
    await _do(town, "pre-register", nhs_number=number, practice=code, release_on=day)
    if chance.random() < 0.4:
        await _waits_for_release(town, chance)


async def _waits_for_release(town: Town, chance: Random) -> None:
    day = town.office.today + timedelta(days=chance.choice([-1, 0, 4]))
    await _on_matter(town, chance, "pre-registration", {"postpone": {"release_on": day}, "withdraw": {}})


async def _out_of_area(town: Town, chance: Random) -> None:
    """An acceptance with a text about the area, of somebody whom the practice holds or does not."""
    whom, practice = town.person(chance.randrange(12)), town.practice(chance.randrange(4))
    holders = await town.office.column(
        "select m.list_id from list_memberships m join patients p on p.id = m.patient_id"
        " where p.nhs_number = :number and upper_inf(m.period)",
        number=whom.number,
    )
    if holders and chance.random() < 0.5:
        practice = next(each for each in town.practices if each.id == holders[0])
    form = town.office.plan.acceptance(practice, whom.like, whom.number)
    text = chance.choice(["OOAR", "OOAR", "OOA REG", "OOA", "OOAR PLEASE RING"])
    outcome = await town.office.send(replace(form, free_text=text))
    town.reached[outcome.outcome] += 1
    if outcome.outcome == "registered":
        town.reached["registered out of area"] += 1


ACTS: dict[str, tuple[int, Act]] = {
    "temporary resident": (3, _temporary),
    "visitor stays or goes": (2, _visitor),
    "forces": (2, _forces),
    "soldier": (1, _soldier),
    "crown return": (2, _crown),
    "secure setting": (1, _secure),
    "pre-registration": (2, _release),
    "waits for release": (1, _waits_for_release),
    "out of area text": (3, _out_of_area),
}
"""What may happen, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "stays temporary done",
    "stays temporary impossible",
    "stays extend done",
    "stays end done",
    "stays forces done",
    "stays forces impossible",
    "stays discharge done",
    "stays record-returned done",
    "stays crown-return done",
    "stays crown-return impossible",
    "stays secure-setting done",
    "stays pre-register done",
    "stays pre-register impossible",
    "registered out of area",
    "on-list-ordinarily",
    "due ended",
}
