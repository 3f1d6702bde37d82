"""Assignments at random: refusals, applications by people known and unknown, and whatever may be done with them."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer, Done
from registry.transactions.assignment import acts
from registry.transactions.rules.assignment_words import Circumstance, Facility, Ground, NotAssigned
from registry.values.person import Name
from tests.invariants.town import Town
from tests.support.acts import do
from tests.support.office import ANNA

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_UNREGISTERED = (
    "select p.nhs_number from patients p where p.nhs_number is not null and p.status = 'live' and not exists ("
    " select from list_memberships m where m.patient_id = p.id and upper_inf(m.period)) order by p.nhs_number"
)
_OPEN = "select id from matters where kind = :kind and closed_at is null order by id"


async def _do(town: Town, act: OfficeAct[Any], **details: Any) -> Answer:
    """Do an act, and count what became of it."""
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    town.reached[f"assignments {act.name} {type(answer).__name__.lower()}"] += 1
    if isinstance(answer, Done) and answer.state is not None:
        town.reached[f"assignment {answer.state}"] += 1
    return answer


async def _somebody(town: Town, chance: Random) -> str:
    """Mostly somebody who is on no list."""
    found = await town.office.column(_UNREGISTERED)
    if found and chance.random() < 0.85:
        return chance.choice(found)
    return town.person(chance.randrange(12)).number


async def _newcomer(town: Town) -> str:
    """Somebody whom the register holds and no practice has."""
    town.newcomers += 1
    born = date(1941, 3, 4) + timedelta(days=677 * town.newcomers % 27000)
    like = replace(ANNA, name=Name(f"Homeless{town.newcomers}", "Sam"), date_of_birth=born)
    async with town.office.at_work() as at_work:
        _, number = await at_work.person(like=like)
    return number


async def _matter(town: Town, chance: Random, kind: str) -> dict[str, Any] | None:
    """An open matter of a kind, with its version and state; now and then a version that has passed."""
    found: list[UUID] = await town.office.column(_OPEN, kind=kind)
    if not found:
        return None
    async with town.office.engine.connect() as connection:
        query = text("select id, version, state, patient_id from matters where id = :id")
        row = dict((await connection.execute(query, {"id": chance.choice(found)})).mappings().one())
    if chance.random() < 0.05:
        row["version"] += 1
    return row


async def _refuse(town: Town, chance: Random) -> None:
    refused_on = town.office.today - timedelta(days=chance.choice([0, 0, 3, 20, 200]))
    given = chance.choice([None, None, None, refused_on, town.office.today])
    details = {
        "practice": town.practice(chance.randrange(4)).ods_code,
        "refused_on": refused_on,
        "ground": chance.choice(list(Ground)),
        "reasons_given_on": given,
    }
    await _do(town, acts.REFUSE, nhs_number=await _somebody(town, chance), **details)


async def _apply(town: Town, chance: Random) -> None:
    wishes = [town.practice(at).ods_code for at in range(4)]
    chance.shuffle(wishes)
    details = {
        "wanted": wishes[: chance.randrange(2)],
        "unwanted": wishes[3:] if chance.random() < 0.3 else [],
        "circumstances": chance.sample(list(Circumstance), chance.randrange(3)),
    }
    number = await _newcomer(town) if chance.random() < 0.4 else await _somebody(town, chance)
    if chance.random() < 0.7:
        refusal = {"practice": wishes[0], "refused_on": town.office.today, "ground": "outside-area"}
        await _do(town, acts.REFUSE, nhs_number=number, **refusal)
    applied = await _do(town, acts.APPLY, nhs_number=number, **details)
    if isinstance(applied, Done) and applied.id is not None and chance.random() < 0.5:
        await _through(town, chance, applied.id)


async def _through(town: Town, chance: Random, matter: UUID) -> None:
    """An application from end to end at one sitting."""
    if isinstance(await _do(town, acts.FIND_ELIGIBLE, id=matter, version=1), Done):
        practice = town.practice(chance.randrange(4)).ods_code
        await _do(town, acts.ASSIGN, id=matter, version=2, practice=practice, reason="they asked for it")


async def _apply_unknown(town: Town, chance: Random) -> None:
    """Somebody of whom nobody has heard; now and then one who will come, and gives their number."""
    number = town.office.plan.number() if chance.random() < 0.5 else ""
    details = {"surname": f"Nobody{chance.randrange(999)}", "date_of_birth": "1971-06-09", "stated_number": number}
    answer = await _do(town, acts.APPLY_UNKNOWN, **details)
    if isinstance(answer, Done):
        await _do(
            town,
            acts.REFUSE_APPLICANT,
            id=answer.id,
            version=1,
            practice=town.practice(chance.randrange(4)).ods_code,
            refused_on=town.office.today,
            ground="no-papers",
        )


async def _go_on(town: Town, chance: Random) -> None:
    """The step that an application waits for, as a clerk would take it."""
    matter = await _matter(town, chance, "assignment")
    if matter is None:
        return
    at = {"id": matter["id"], "version": matter["version"]}
    match matter["state"]:
        case "applied":
            await _do(town, acts.FIND_ELIGIBLE, **at)
        case "eligible":
            found = await _do(town, acts.CANDIDATES, id=matter["id"])
            proposed = [each["practice"] for each in found.data if each["proposed"]] if isinstance(found, Done) else []
            if not proposed:
                await _do(town, acts.REFER_TO_PANEL, **at)
                return
            practice = proposed[0] if chance.random() < 0.6 else town.practice(chance.randrange(4)).ods_code
            reason = chance.choice(["", "they asked for it"])
            act = acts.OFFER if matter["patient_id"] is None else acts.ASSIGN
            await _do(town, act, **at, practice=practice, reason=reason)
        case _:
            await _do(town, acts.IDENTIFY, **at, nhs_number=await _somebody(town, chance))


async def _anything(town: Town, chance: Random) -> None:
    """Any step, whether it is allowed or not."""
    matter = await _matter(town, chance, "assignment")
    if matter is None:
        return
    at = {"id": matter["id"], "version": matter["version"]}
    practice = {"practice": town.practice(chance.randrange(4)).ods_code, "reason": "because"}
    choices: tuple[tuple[OfficeAct[Any], dict[str, Any]], ...] = (
        (acts.FIND_ELIGIBLE, {}),
        (acts.ASSIGN, practice),
        (acts.OFFER, practice),
        (acts.TAKE_BACK_OFFER, {"reason": "they cannot"}),
        (acts.REFER_TO_PANEL, {}),
        (acts.WITHDRAW, {}),
        (acts.REFUSE_APPLICATION, {"because": chance.choice(list(NotAssigned))}),
        (acts.IDENTIFY, {"nhs_number": await _somebody(town, chance)}),
    )
    act, details = chance.choice(choices)
    await _do(town, act, **at, **details)


async def _reasons(town: Town, chance: Random) -> None:
    """A practice gives its reasons in writing, or the chase for them ends."""
    matter = await _matter(town, chance, "practice-refusal")
    if matter is None:
        return
    at = {"id": matter["id"], "version": matter["version"]}
    if chance.random() < 0.7:
        await _do(town, acts.REASONS_GIVEN, **at, given_on=town.office.today)
    else:
        await _do(town, acts.CLOSE_BREACH, **at, reason="told the commissioner")


async def _facilities(town: Town, chance: Random) -> None:
    offered = chance.sample(list(Facility), chance.randrange(4))
    await _do(town, acts.FACILITIES, practice=town.practice(chance.randrange(4)).ods_code, facility=offered)


ACTS: dict[str, tuple[int, Act]] = {
    "refuse an applicant": (2, _refuse),
    "apply for a practice": (5, _apply),
    "apply for a practice, unknown": (1, _apply_unknown),
    "go on with an application": (9, _go_on),
    "anything with an application": (3, _anything),
    "give reasons of a refusal": (2, _reasons),
    "say what a practice offers": (1, _facilities),
}
"""What may happen, how often in comparison, and how it is drawn."""

TO_BE_REACHED: set[str] = {
    *(
        f"assignment {state}"
        for state in ("applied", "eligible", "assigned", "awaiting-acceptance", "withdrawn", "refused", "reasons-given")
    ),
    "assignments refusal impossible",
    "assignments find-eligible impossible",
    "due reasons overdue",
    "assigned",
}
