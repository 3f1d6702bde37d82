"""Identities change by the public acts, and every clock runs until nothing is left to be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry.transactions.acts.act import Done
from tests.leaks.cast import Marked
from tests.leaks.world import SECOND, World
from tests.links.facade import bodies
from tests.support.office import Practice

UNTIL_DONE = timedelta(days=35)
"""Within so many days the old record has left its list and everything of it is sealed, receipts of practices given."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was carried out: the case, and the records of both identities."""

    case: UUID
    old: UUID
    new: UUID
    number: str


async def ask_for_change(world: World, marked: Marked, kind: str, practice: Practice, **new: Any) -> UUID:
    """Notified, numbered, and approved by a second person; returns the case."""
    asked = await world.act("identities", "notify", nhs_number=marked.number, **_notice(world, kind, practice))
    told = {"surname": "Ashgrove", "first_forename": "Robin", "new_number": marked.number_given, **new}
    numbered = await world.act("identities", "number", id=asked.id, version=asked.version, **told)
    done = await world.act("identities", "approve", SECOND, id=asked.id, version=numbered.version)
    assert done.id is not None
    return done.id


def _notice(world: World, kind: str, practice: Practice) -> Mapping[str, Any]:
    usual = {"kind": kind, "evidence": "a letter of the sixth", "reference": "CASE/1", "practice": practice.ods_code}
    by_kind: dict[str, dict[str, Any]] = {
        "adoption": {"authority": "nbo"},
        "protected": {"authority": "protection-agency"},
        "gender": {
            "authority": "practice",
            "by_practice": practice.ods_code,
            "counselled": True,
            "consented_on": world.today.isoformat(),
        },
    }
    return {**usual, **by_kind[kind]}


async def practice_registers(world: World, name: str, marked: Marked) -> None:
    """The practice makes a record for the new number, and accepts it as it would anybody's."""
    if world.busy:
        await world.others_come_and_go()
    [[surname, forename, born, sex, *lines]] = await world.rows(
        "select surname, first_forename, date_of_birth, sex, line_1, line_2, line_3, line_4, line_5 from patients"
        " where nhs_number = :number",
        number=marked.number_given,
    )
    document = bodies.acceptance(world.practices[name], marked.number_given, accepted_on=world.today)
    document = bodies.with_patient(
        document,
        name=[{"family": surname.upper(), "given": [forename.upper()]}],
        birthDate=born.isoformat(),
        gender="male" if sex == "1" else "female",
        address=[{"line": [line.upper() or None for line in lines]}, _BEFORE],
    )
    answer = await world.call(f"{name} app", "POST", "/fhir/Patient/$nhais.acceptance", document)
    assert answer.status_code == 202, answer.text
    await world.jobs_are_done()


_BEFORE = {"line": [None, "1 BEFORE ROAD", None, "ELSEWHERE"]}


async def practices_have_read(world: World) -> None:
    """Every practice fetches what waits for it, and says so."""
    for name in ("here", "there", "third"):
        if world.busy:
            await world.call("office staff", "GET", "/api/removals")
        inbox = (await world.call(f"{name} app", "GET", "/fhir/$nhais.inbox", query={"_count": 200})).json()
        if inbox.get("entry"):
            last = {"name": "message", "valueUri": inbox["entry"][-1]["fullUrl"]}
            body = {"resourceType": "Parameters", "parameter": [last]}
            await world.call(f"{name} app", "POST", "/fhir/$nhais.acknowledge", body)


async def everything_is_done(world: World) -> None:
    """Weeks pass; practices read their mail every week."""
    end = world.today + UNTIL_DONE
    while world.today < end:
        await world.days(world.today + timedelta(days=7))
        await practices_have_read(world)
        await world.days(world.today + timedelta(days=1))


async def changed(world: World, case: UUID, marked: Marked) -> Changed:
    """Both records of a change, as a test knows them."""
    [[new]] = await world.rows("select id from patients where nhs_number = :number", number=marked.number_given)
    return Changed(case, world.people[marked.number], new, marked.number_given)


async def look_at_cases(world: World) -> Any:
    """The open cases, as whoever is entrusted sees them."""
    answer = await world.try_act("identities", "list")
    assert isinstance(answer, Done), answer
    return answer.data
