"""FP69 and returned mail at random: letters that come back, flags, answers of the office, and long silences."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

from registry.database import Writes
from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer, Done
from registry.transactions.fp69.acts import FP69
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.returned_mail.acts import RETURNED_MAIL
from registry.transactions.returned_mail.causes import CAUSES
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import Town
from tests.support.acts import do
from tests.support.office import CLERK

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")
SET, AUTHORISE, DECLINE, CONFIRM, GONE_AWAY, CHASED, CANCEL = FP69.acts
SCAN, REPORT, SCAN_MANY = RETURNED_MAIL.acts
_ON_FLAG: tuple[OfficeAct[Any], ...] = (CONFIRM, CONFIRM, CONFIRM, GONE_AWAY, CHASED, CANCEL)

_SENT = "select reference from letters where state in ('posted', 'returned') and patient_id is not null order by 1"
_WRITTEN_TO = (
    "select p.id from patients p join list_memberships m on m.patient_id = p.id and upper_inf(m.period) order by p.id"
)
_OPEN = "select id::text || ' ' || version from matters where kind = :kind and closed_at is null order by id"
_STATES = "select distinct kind || ' ' || state from matters where kind in ('fp69', 'fp69-request')"


async def _do(town: Town, act: OfficeAct[Any], by: Actor = CLERK, **details: Any) -> Answer:
    """Do an act, and count what became of it, and the states in which flags are."""
    context = town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, act, **details))
    if isinstance(answer, Done) and isinstance(answer.data, dict) and "outcome" in answer.data:
        town.reached[f"returned {answer.data['outcome']}"] += 1
    else:
        town.reached[f"{act.group} {act.name} {type(answer).__name__.lower()}"] += 1
    for state in await town.office.column(_STATES):
        town.reached[state] += 1
    return answer


async def _flag(town: Town, chance: Random) -> None:
    """A clerk flags somebody by a letter of another office."""
    letter_on = town.office.today - timedelta(days=chance.choice([0, 3, 14, 30]))
    number = town.person(chance.randrange(12)).number
    details: dict[str, Any] = {"code": chance.choice("12345678"), "letter_on": letter_on.isoformat()}
    await _do(town, SET, nhs_number=number, **details)


async def _write(town: Town, chance: Random) -> None:
    """The office writes to somebody, and the post leaves in the evening."""
    people = await town.office.column(_WRITTEN_TO)
    if not people:
        return
    async with town.office.at_work() as office:
        patient_id = chance.choice(people)
        await lock_people(office.connection, [patient_id])
        person = await gather_person(office.connection, patient_id)
        writes = Writes()
        write_letter(writes, office.context(), chance.choice([Letter.FIRST_REGISTRATION, Letter.INQUIRY]), person, {})
        await writes.flush(office.connection)
    await town.pass_days(1)


async def _scan(town: Town, chance: Random) -> None:
    """A letter comes back, once or twice, by any cause."""
    letters = await town.office.column(_SENT)
    if not letters:
        await _write(town, chance)
        return
    reference, cause = chance.choice(letters), chance.choice(["gone-away", "gone-away", "addressee-unknown", *CAUSES])
    if chance.random() < 0.3:
        lines = [f"{each},{cause}" for each in chance.choices(letters, k=3)]
        await _do(town, SCAN_MANY, lines=lines)
        return
    await _do(town, SCAN, reference=reference, cause=cause)


async def _report(town: Town, chance: Random) -> None:
    """Another office says that its letter came back."""
    letter_on = town.office.today - timedelta(days=chance.choice([0, 7, 21]))
    details: dict[str, Any] = {"letter_on": letter_on.isoformat(), "cause": chance.choice([*CAUSES]), "code": "4"}
    await _do(town, REPORT, nhs_number=town.person(chance.randrange(12)).number, **details)


async def _decide(town: Town, chance: Random) -> None:
    """The office decides about a flag or about a question whether one may be set."""
    asked = chance.random() < 0.6 and bool(await town.office.column(_OPEN, kind="fp69-request"))
    found = await town.office.column(_OPEN, kind="fp69-request" if asked else "fp69")
    if not found:
        await _flag(town, chance)
        return
    matter_id, version = chance.choice(found).split()
    act = chance.choice((AUTHORISE, AUTHORISE, DECLINE)) if asked else chance.choice(_ON_FLAG)
    by = chance.choice((SUPERVISOR, SUPERVISOR, CLERK)) if asked else CLERK
    seen = int(version) - (chance.random() < 0.1)
    await _do(town, act, by, id=matter_id, version=max(seen, 1), reason=chance.choice(["rang", "rang", "rang", ""]))


async def _answer(town: Town, chance: Random) -> None:
    """The practice answers a deduction request's way: gone away, or to where."""
    flagged = await town.office.column(
        "select p.nhs_number || ' ' || x.practice_id from matters x join patients p on p.id = x.patient_id"
        " where x.kind = 'fp69' and x.closed_at is null order by x.id"
    )
    if not flagged:
        await _flag(town, chance)
        return
    number, practice_id = chance.choice(flagged).split()
    practice = next(each for each in town.practices if str(each.id) == practice_id)
    said = chance.choice(["GONE AWAY / ADDRESS UNKNOWN", "MOVED TO LEEDS, OUT OF AREA", None])
    outcome = await town.office.send(town.office.plan.deduction(practice, number, free_text=said))
    town.reached[outcome.outcome] += 1


async def _silence(town: Town, chance: Random) -> None:
    """A season goes by, of which nobody says anything."""
    await town.pass_days(chance.choice([15, 80, 95]))


ACTS: dict[str, tuple[int, Act]] = {
    "flag": (5, _flag),
    "write to somebody": (3, _write),
    "scan a letter": (4, _scan),
    "another office's letter": (2, _report),
    "decide about a flag": (4, _decide),
    "answer an FP69": (2, _answer),
    "a season of silence": (3, _silence),
}
"""What may happen, how often in comparison, and how it is drawn."""

TO_BE_REACHED: set[str] = {
    *(f"fp69 {state}" for state in ("open", "lifted", "answered", "removed", "overtaken", "cancelled")),
    *(f"fp69-request {state}" for state in ("asked", "granted", "declined")),
    "returned fp69-set",
    "returned noted",
    "returned repeated",
    "returned death-query",
    "returned embarkation-query",
    "due fp69 warned",
    "due fp69 expired",
    "due fp69 held",
    "fp69 confirm impossible",
    *(f"message {kind}" for kind in ("F9", "F10")),
}
