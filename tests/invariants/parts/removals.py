"""Removals at random: asked for by practices and patients, put off, taken back, and their letters posted."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Done
from registry.transactions.letters.acts import LETTERS
from registry.transactions.removals.acts import REMOVALS
from tests.invariants.town import Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS = {act.name: act for act in (*REMOVALS.acts, *LETTERS.acts)}
_GROUNDS = (*("breakdown", "conduct", "other") * 4, "moved", "violence", "race", "wants-no-practice")


async def _do(town: Town, name: str, **details: Any) -> None:
    """Do an act, and count what became of it."""
    act: OfficeAct[Any] = _ACTS[name]
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    ended = type(answer).__name__.lower()
    town.reached[f"{name} {ended}"] += 1
    town.reached[f"removal act {ended}"] += 1
    if isinstance(answer, Done) and answer.state is not None:
        town.reached[f"{name} {answer.state}"] += 1


async def _holder(town: Town, number: str, other: int) -> str:
    """The code of the practice that holds somebody; another's where nobody does, and now and then."""
    holders = await town.office.column(
        "select r.ods_code from list_memberships m join patients p on p.id = m.patient_id"
        " join practices r on r.id = m.list_id where p.nhs_number = :number and upper_inf(m.period)",
        number=number,
    )
    return holders[0] if holders and other % 8 else town.practice(other).ods_code


async def _by_practice(town: Town, chance: Random) -> None:
    number, other = town.person(chance.randrange(12)).number, chance.randrange(8)
    received_on = town.office.today - timedelta(days=chance.choice([0, 0, 1, 20]))
    also = [town.person(chance.randrange(12)).number] if chance.random() < 0.1 else []
    details: dict[str, Any] = {
        "nhs_number": number,
        "practice": await _holder(town, number, other),
        "received_on": received_on,
        "ground": chance.choice(_GROUNDS),
        "reasons_given": chance.random() < 0.9,
        "warned_on": received_on - timedelta(days=chance.choice([10, 10, 300, 400])),
        "exemption": chance.choice([None, None, None, "risk-of-harm"]),
        "frequent_treatment": chance.random() < 0.3,
        "also": also,
    }
    for _ in range(chance.choice([1, 1, 2])):
        await _do(town, "by-practice", **details)
    if chance.random() < 0.3:
        await _treatment_ended(town, chance)


async def _by_patient(town: Town, chance: Random) -> None:
    checked = chance.choice([None, None, True, False])
    said = {} if checked is None else {"checked_with": "manager", "checked_on": town.office.today}
    await _do(
        town,
        "by-patient",
        nhs_number=town.person(chance.randrange(12)).number,
        received_on=town.office.today - timedelta(days=chance.choice([0, 2])),
        signed=chance.random() < 0.9,
        own_carer=checked,
        **said,
    )
    if chance.random() < 0.5:
        await _carer_checked(town, chance)


async def _out_of_area(town: Town, chance: Random) -> None:
    number = town.person(chance.randrange(12)).number
    practice = await _holder(town, number, chance.randrange(8))
    await _do(town, "out-of-area", nhs_number=number, practice=practice, received_on=town.office.today)
    if chance.random() < 0.3:
        await _keep(town, chance)


async def _on_pending(town: Town, chance: Random, name: str, waits_for: str | None = "any", **details: Any) -> None:
    """An act on a pending removal: mostly one that waits for just that, at the version that is there."""
    wanted = "" if waits_for == "any" or chance.random() < 0.2 else f" and d.waits_for = '{waits_for}'"
    found = await town.office.column(
        "select p.nhs_number || ' ' || d.version from pending_deductions d join patients p on p.id = d.patient_id"
        f" where d.state = 'pending' and p.nhs_number is not null{wanted} order by d.id"
    )
    number, version = chance.choice(found).split() if found else (town.person(chance.randrange(12)).number, "1")
    stale = 1 if chance.random() < 0.15 else 0
    await _do(town, name, nhs_number=number, version=int(version) + stale, **details)


async def _cancel(town: Town, chance: Random) -> None:
    by = chance.choice(["practice", "patient", "office"])
    await _on_pending(town, chance, "cancel", asked_by=by, told_by="manager", told_on=town.office.today)


async def _keep(town: Town, chance: Random) -> None:
    await _on_pending(town, chance, "keep", told_by="manager", told_on=town.office.today)


async def _reschedule(town: Town, chance: Random) -> None:
    due_on = town.office.today + timedelta(days=chance.choice([-1, 0, 5, 20, 60, 400]))
    await _on_pending(town, chance, "reschedule", due_on=due_on, reason=chance.choice(["", "asked by both"]))


async def _treatment_ended(town: Town, chance: Random) -> None:
    today = town.office.today
    await _on_pending(town, chance, "treatment-ended", "treatment-end", received_on=today, told_by="nurse")


async def _carer_checked(town: Town, chance: Random) -> None:
    said = {"own_carer": chance.random() < 0.7, "checked_with": "manager", "checked_on": town.office.today}
    await _on_pending(town, chance, "carer-checked", "carer-check", **said)


async def _evening(town: Town, chance: Random) -> None:
    """The day's end: the post leaves, and what acts in the evening acts."""
    instant = town.office.clock.instant
    town.office.clock.instant = max(instant, instant.replace(hour=21, minute=0))
    done = await town.office.fall_due()
    assert done["failed"] == 0
    for name, count in done.items():
        town.reached[f"due {name}"] += count


async def _posted(town: Town, chance: Random) -> None:
    """The print room says something, mostly of a batch that is posted already."""
    batches = await town.office.column("select id from letter_batches order by id")
    batch = chance.choice([*batches, 1])
    await _do(town, "posted", batch=batch, on=town.office.today - timedelta(days=chance.choice([0, 0, 1])))


ACTS: dict[str, tuple[int, Act]] = {
    "removal by practice": (5, _by_practice),
    "removal by patient": (3, _by_patient),
    "out of area by telephone": (1, _out_of_area),
    "cancel removal": (1, _cancel),
    "keep out of area": (1, _keep),
    "reschedule removal": (3, _reschedule),
    "treatment ended": (2, _treatment_ended),
    "carer checked": (2, _carer_checked),
    "evening": (3, _evening),
    "batch posted": (1, _posted),
}
"""What may happen to removals, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "by-practice pending",
    "by-practice waiting-for-treatment-end",
    "by-practice refused",
    "by-practice superseded",
    "by-patient pending",
    "by-patient waiting-for-carer-check",
    "by-patient refused",
    "out-of-area waiting-for-letter",
    "cancel cancelled",
    "keep cancelled",
    "reschedule pending",
    "treatment-ended pending",
    "carer-checked pending",
    "carer-checked cancelled",
    "due letters posted",
    "due letters suppressed",
    "due practices asked again",
    "due deducted",
    "due held",
    "posted done",
    "removal act stale",
    "removal act impossible",
    "removal act wrongstate",
}
