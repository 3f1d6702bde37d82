"""People whose address is in doubt: their practice is asked, and silence takes an adult off the list.

Each journey runs under all three profiles, and differs only where the rules do.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.database import Writes
from registry.policies.row import PROFILES
from registry.transactions.commands import Changes, TraceAnswer
from registry.transactions.fp69.acts import FP69
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.returned_mail.acts import RETURNED_MAIL
from registry.transactions.settle import Decision
from tests.journeys.conftest import Patient, Stage, outcome_of
from tests.support.acts import done
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, IRIS, _, ZOFIA, LEON, *_ = STRANGERS
SET = FP69.acts[0]
SCAN = RETURNED_MAIL.acts[0]


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the profiles differ, for flags set since 1 October 2025."""

    months: int
    children_stay: bool


RULES = {"seed-2012": Rules(6, False), "pcse-2018": Rules(6, False), "current": Rules(3, True)}

under_every_profile = pytest.mark.parametrize("profile", PROFILES)


def begin(stage: Stage, profile: str, day: date) -> Rules:
    """The office works by the rules of a profile, and a day begins."""
    stage.office.profile = stage.office.plan.profile = profile
    stage.office.on(day)
    return RULES[profile]


async def write(stage: Stage, kind: Letter, patient_id: UUID) -> int:
    """The office writes to somebody; returns the reference under the barcode."""
    async with stage.office.at_work() as office:
        await lock_people(office.connection, [patient_id])
        writes = Writes()
        person = await gather_person(office.connection, patient_id)
        letter_id = write_letter(writes, office.context(), kind, person, {})
        await writes.flush(office.connection)
        return await office.one("select reference from letters where id = :id", id=letter_id)


async def scan(stage: Stage, reference: int, cause: str) -> str:
    """The post room scans a letter that came back; returns what that led to."""
    async with stage.office.at_work() as office:
        answer = await done(office.connection, office.context(), SCAN, reference=reference, cause=cause)
    return answer.data["outcome"]


async def flag(stage: Stage, patient: Patient, letter_on: date) -> None:
    """A clerk flags somebody, whose screening letter came back."""
    async with stage.office.at_work() as office:
        details = {"nhs_number": patient.number, "code": "4", "letter_on": letter_on.isoformat()}
        await done(office.connection, office.context(), SET, **details)


async def state_of_flag(stage: Stage, patient_id: UUID) -> str:
    return await stage.office.one("select state from matters where kind = 'fp69' and patient_id = :id", id=patient_id)


async def days_until(stage: Stage, day: date) -> None:
    """Time goes by, a fortnight at a time, until a day begins; the worker does what is due."""
    while stage.today < day:
        stage.office.on(min(day, stage.today + timedelta(days=14)), hour=0)
        assert (await stage.office.fall_due())["failed"] == 0


def last_day(answers: list[tuple[str, dict[str, Any]]]) -> str:
    """The last day that the practice was told to have."""
    return next(items["fp69_expiry"] for kind, items in answers if kind == "F9")


@under_every_profile
async def test_a_new_arrivals_first_letter_comes_back_and_the_practice_knows_better(stage: Stage, profile: str):
    # Given Zofia, new in the country, whom Nethermoor accepts on Monday 2 November 2026
    rules = begin(stage, profile, date(2026, 11, 2))
    form = stage.office.plan.acceptance(
        stage.nethermoor, ZOFIA, acceptance_type="4", entered_uk_on=date(2026, 10, 1), previous_gp_name=None
    )
    await stage.office.send(form)

    # When the national side knows nobody like her, she is given a number and is on the list
    await stage.office.answer(TraceAnswer("none"))
    number = stage.office.plan.number()
    registered = await stage.office.answer(TraceAnswer("allocated", number))
    assert registered is not None and registered.outcome == "created" and registered.patient_id is not None
    zofia = Patient(registered.patient_id, number, ZOFIA)
    assert await stage.told(stage.nethermoor) == ["F4"]

    # And the letter with her number leaves in the evening
    reference = await write(stage, Letter.FIRST_REGISTRATION, zofia.id)
    stage.office.clock.instant = stage.office.clock.instant.replace(hour=17, minute=30)
    await stage.office.fall_due()

    # When it comes back on Monday 9 November as unknown there
    stage.office.on(date(2026, 11, 9))
    assert await scan(stage, reference, "addressee-unknown") == "fp69-set"

    # Then nothing happens to her but a question to her practice, the same day
    assert await stage.list_of(zofia) == stage.nethermoor
    assert await stage.told(stage.nethermoor) == ["F4", "F9"]
    assert last_day(await stage.letters_to(stage.nethermoor)) == ("2027-02-09" if rules.months == 3 else "2027-05-09")
    assert (await stage.letters_to(stage.nethermoor))[1][1]["fp69_reason"] == "1"

    # When the practice writes that she does live there, a clerk reads it, and the flag is lifted
    stage.office.on(date(2026, 11, 12))
    note = stage.office.plan.amendment(
        stage.nethermoor, number, Changes(), free_text="NAME NOT ON BELL. SEEN 10/11, FLAT 3, 18 DOCK ROAD ZX1 1LP"
    )
    await stage.office.send(note)
    assert await stage.queue() == ["free-text"] and await state_of_flag(stage, zofia.id) == "open"
    outcome_of(await stage.office.settle(Decision("accept", 1, "the practice saw her", number=number)))
    assert await state_of_flag(stage, zofia.id) == "lifted"
    assert await stage.told(stage.nethermoor) == ["F4", "F9", "F10"]

    # Then she stays, one person with one stay from the day on which she came, whatever time goes by
    await days_until(stage, date(2027, 5, 31))
    assert await stage.list_of(zofia) == stage.nethermoor
    assert await stage.told(stage.nethermoor) == ["F4", "F9", "F10"]
    assert await stage.office.one("select count(*) from patients") == 1
    stays = "select accepted_on || ' ' || lower(period) from list_memberships"
    assert await stage.office.column(stays) == ["2026-11-02 2026-11-02"]
    assert await stage.office.one("select count(*) from list_movements") == 1


@under_every_profile
async def test_flags_of_the_last_day_of_september_and_of_the_first_of_october(stage: Stage, profile: str):
    # Given Anna, flagged on 30 September 2025
    rules = begin(stage, profile, date(2025, 9, 30))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await flag(stage, anna, date(2025, 9, 15))

    # And, flagged on 1 October: Chidi; Iris, who is ten; and Leon, who turns eighteen on 20 December
    stage.office.on(date(2025, 10, 1))
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    iris = await stage.patient_of(stage.nethermoor, replace(IRIS, date_of_birth=date(2015, 6, 1)))
    leon = await stage.patient_of(stage.nethermoor, replace(LEON, date_of_birth=date(2007, 12, 20)))
    for each in (chidi, iris, leon):
        await flag(stage, each, date(2025, 9, 15))

    # Then the practice has until 30 March for Anna, and for the others as the rules of 1 October say
    told = [items["fp69_expiry"] for _, items in await stage.letters_to(stage.nethermoor)]
    october = date(2026, 1, 1) if rules.months == 3 else date(2026, 4, 1)
    assert told == ["2026-03-30", *[october.isoformat()] * 3]

    # When the last day of October's flags is there, nobody is gone
    everybody = (anna, chidi, iris, leon)
    await days_until(stage, min(october, date(2026, 3, 30)))
    assert [await stage.list_of(each) for each in everybody] == [stage.nethermoor] * 4

    # When it is over, the grown-up are: and Leon is grown up, for it is at expiry that his age counts
    for last in sorted((october, date(2026, 3, 30))):
        await days_until(stage, last + timedelta(days=1))
    assert [await stage.list_of(each) for each in (anna, chidi, leon)] == [None] * 3

    # And Iris is not, since the rule protects children; before it did not
    if rules.children_stay:
        assert await stage.list_of(iris) == stage.nethermoor
        assert await state_of_flag(stage, iris.id) == "safeguarding"
    else:
        assert await stage.list_of(iris) is None and await state_of_flag(stage, iris.id) == "removed"

    # And each went on the day after the last, as gone away, and nobody wrote to them
    days = "select effective_on || ' ' || removal from list_movements where patient_id = :id order by id desc limit 1"
    assert await stage.office.one(days, id=anna.id) == "2026-03-31 CGA"
    for each in (chidi, leon):
        assert await stage.office.one(days, id=each.id) == f"{october + timedelta(days=1)} CGA"
    reasons = [items["deduction_reason"] for kind, items in await stage.letters_to(stage.nethermoor) if kind == "F2"]
    assert set(reasons) == {"14"} and len(reasons) == (3 if rules.children_stay else 4)
    assert await stage.office.column("select distinct route from letters") == ["practice"]


@under_every_profile
async def test_the_removed_patient_comes_back_by_a_new_acceptance_alone(stage: Stage, profile: str):
    # Given Chidi, flagged on 9 November 2026 and never heard of
    rules = begin(stage, profile, date(2026, 11, 9))
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    await flag(stage, chidi, date(2026, 11, 2))
    acts = date(2027, 2, 10) if rules.months == 3 else date(2027, 5, 10)

    # And a note of his practice that nobody has read when the time is over
    await days_until(stage, acts - timedelta(days=1))
    await stage.office.send(
        stage.office.plan.amendment(stage.nethermoor, chidi.number, Changes(), free_text="WE THINK HE MOVED TO LEEDS")
    )
    await days_until(stage, acts)
    assert await stage.list_of(chidi) == stage.nethermoor
    [why] = await stage.office.column("select held_because from matters where kind = 'fp69'")
    assert "to be settled first" in why

    # When it is read and does not say that he is there, he goes the next day
    [case] = await stage.office.column("select id from anomalies where state = 'open' and kind = 'free-text'")
    outcome_of(await stage.office.settle(Decision("accept", 1, "no news of him", number=chidi.number), case))
    await days_until(stage, acts + timedelta(days=1))
    assert await stage.list_of(chidi) is None and await stage.told(stage.nethermoor) == ["F9", "F2"]

    # When Saltholme accepts him, he is on its list; nothing is restored at Nethermoor
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, CHIDI, chidi.number))
    assert await stage.list_of(chidi) == stage.saltholme
    assert await stage.told(stage.nethermoor) == ["F9", "F2"]
