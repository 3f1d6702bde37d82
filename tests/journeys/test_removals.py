"""People whom a practice asks to remove, who ask for it themselves, or who moved out of its area.

Every journey runs under the rules of all three profiles, which do not differ in them.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from registry.policies.profiles import PROFILES
from registry.transactions.acts.act import Answer, Done, WrongState
from registry.transactions.removals.acts import REMOVALS
from registry.values.clock import FixedClock
from tests.journeys.conftest import Patient, Stage
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import OTHER_CIPHER
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, _, _, _, LEON, *_ = STRANGERS
ACTS = {act.name: act for act in REMOVALS.acts}


@pytest_asyncio.fixture(params=PROFILES)
async def stage(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> AsyncIterator[Stage]:
    """The stage under each profile, on Monday 3 February 2025."""
    office = CommittingOffice(database.engine, clock, request.param)
    async with office.at_work() as at_work:
        nethermoor, saltholme = await at_work.practice(), await at_work.practice(cipher=OTHER_CIPHER)
    office.on(date(2025, 2, 3))
    yield Stage(office, nethermoor, saltholme)
    assert await office.breaches() == []


async def clerk(stage: Stage, act: str, patient: Patient, **said: Any) -> Answer:
    """What a clerk does about a patient."""
    context = stage.office.plan.context()
    details = {"nhs_number": patient.number, **said}
    return await stage.office.act(lambda connection: do(connection, context, ACTS[act], **details))


async def done(stage: Stage, act: str, patient: Patient, **said: Any) -> Done:
    answer = await clerk(stage, act, patient, **said)
    assert isinstance(answer, Done), answer
    return answer


async def letters(stage: Stage) -> list[str]:
    """Every letter and what became of it, oldest first."""
    return await stage.office.column("select kind || ' ' || state from letters order by reference")


def form(stage: Stage, **said: Any) -> dict[str, Any]:
    """Nethermoor's form, complete."""
    usual = {"practice": stage.nethermoor.ods_code, "received_on": stage.today, "ground": "breakdown"}
    return {**usual, "reasons_given": True, "warned_on": "2024-10-01", **said}


async def test_a_practice_may_not_remove_without_a_warning_and_may_with_one(stage: Stage):
    # Given Leon, whom Nethermoor wants to be rid of, and never warned
    leon = await stage.patient_of(stage.nethermoor, LEON)
    refused = await done(stage, "by-practice", leon, **form(stage, warned_on=None))

    # Then nothing happens to him, and the practice is written to
    assert refused.state == "refused"
    await stage.clock_strikes(date(2025, 2, 20))
    assert await stage.list_of(leon) == stage.nethermoor and await letters(stage) == ["REM-6 posted"]

    # When it has warned him, and asks again on Thursday 20 February
    asked = await done(stage, "by-practice", leon, **form(stage, warned_on="2025-02-14"))

    # Then he is written to the same evening, and stays for the seven days after
    assert asked.sentence == "Falls due on 2025-02-28."
    await stage.clock_strikes(date(2025, 2, 28))
    assert await stage.list_of(leon) == stage.nethermoor
    assert await letters(stage) == ["REM-6 posted", "REM-1 posted", "REM-5 posted"]

    # When the eighth day is over, he is off the list; the practice and he are told
    await stage.clock_strikes(date(2025, 3, 1))
    assert await stage.list_of(leon) is None and await stage.told(stage.nethermoor) == ["F2"]
    assert (await letters(stage))[-1] == "REM-4 queued"


async def test_whoever_finds_another_practice_first_is_not_removed(stage: Stage):
    # Given Leon, who is to be removed on 11 February
    leon = await stage.patient_of(stage.nethermoor, LEON)
    await done(stage, "by-practice", leon, **form(stage))

    # When Saltholme accepts him on the 7th
    await stage.clock_strikes(date(2025, 2, 7))
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, LEON, leon.number))

    # Then it is a transfer, and the removal is overtaken
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert (kind, items["deduction_reason"]) == ("F2", "2")
    await stage.clock_strikes(date(2025, 2, 12))
    assert await stage.list_of(leon) == stage.saltholme and "REM-4 posted" not in await letters(stage)


async def test_a_patient_wants_no_practice_and_thinks_better_of_it(stage: Stage):
    # Given Chidi, who signs that he wants no practice; nobody has asked yet whether he looks after himself
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    asked = await done(stage, "by-patient", chidi, received_on=stage.today, medium="letter", signed=True)
    assert asked.state == "waiting-for-carer-check"

    # When Nethermoor says that he does, his fourteen days run from the day on which he asked
    await stage.clock_strikes(date(2025, 2, 5))
    said = {"own_carer": True, "checked_on": "2025-02-05", "checked_with": "practice manager"}
    assert (await done(stage, "carer-checked", chidi, version=1, **said)).sentence == "Falls due on 2025-02-17."

    # When he telephones on the 14th, he stays; he and the practice are written to
    await stage.clock_strikes(date(2025, 2, 14))
    call = {"asked_by": "patient", "told_by": "the patient", "told_on": "2025-02-14"}
    await done(stage, "cancel", chidi, version=2, **call)
    await stage.clock_strikes(date(2025, 2, 18))
    assert await stage.list_of(chidi) == stage.nethermoor and await stage.told(stage.nethermoor) == []
    assert await letters(stage) == ["REM-9 posted", "REM-2 posted", "REM-8P posted", "REM-8 posted"]

    # When somebody cancels it once more, it is too late, and the clerk is told what it is
    again = await clerk(stage, "cancel", chidi, version=2, **call)
    assert isinstance(again, WrongState) and again.state == "cancelled"


async def test_the_thirty_days_of_a_saturday_begin_with_mondays_post(stage: Stage):
    # Given Anna, of whom Nethermoor says on Saturday 8 February that she is out of its area
    stage.office.on(date(2025, 2, 8))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, anna.number))

    # Then the practice is told how many days it will be, and she is written to on Monday
    [(_, items)] = await stage.letters_to(stage.nethermoor)
    assert items["free_text"] == "WILL BE REMOVED IN 32 DAYS"
    await stage.clock_strikes(date(2025, 2, 11))
    assert await stage.office.one("select posted_on from letters where kind = 'REM-3'") == date(2025, 2, 10)

    # And she stays until the thirtieth day, beginning with Monday, is over
    await stage.clock_strikes(date(2025, 3, 11))
    assert await stage.list_of(anna) == stage.nethermoor
    await stage.clock_strikes(date(2025, 3, 12))
    assert await stage.list_of(anna) is None and await stage.told(stage.nethermoor) == ["F11", "F2"]


async def test_the_practice_keeps_a_patient_who_moved_after_all(stage: Stage):
    # Given Anna, whom Nethermoor will not keep at her new address, and who was written to
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    asked = await stage.office.send(stage.office.plan.removal(stage.nethermoor, anna.number))
    await stage.clock_strikes(date(2025, 2, 12))

    # When the practice agrees on the telephone that she stays
    await done(stage, "keep", anna, version=2, told_by="practice manager", told_on="2025-02-12")

    # Then she does, and knows it
    await stage.clock_strikes(date(2025, 3, 6))
    assert await stage.list_of(anna) == stage.nethermoor
    assert await stage.state_of(asked) == "cancelled: kept-by-agreement"
    assert (await letters(stage))[-2:] == ["REM-8P posted", "REM-8 posted"]
