"""People who are cared for in another way than most: on visits, out of the area, in the forces, in prison.

The law of these registrations is the same under every profile, and so are the stories.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.policies.profiles import PROFILES
from registry.transactions.acts.act import Done
from registry.transactions.special_registrations.counted import count_list
from registry.transactions.special_registrations.crown_acts import EXPECT_RETURN
from registry.transactions.special_registrations.forces_acts import RECORD_RETURNED, REGISTER_FORCES
from registry.transactions.special_registrations.release_acts import MARK_SECURE, PRE_REGISTER
from registry.transactions.special_registrations.temporary_acts import RECORD_STAY
from registry.transactions.taking_back.cancel_deduction import CANCEL_DEDUCTION
from tests.journeys.conftest import Stage
from tests.support.acts import done
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, IRIS, TARIQ, ZOFIA, LEON, *_ = STRANGERS


@pytest.fixture(autouse=True, params=PROFILES)
def under_every_profile(request: pytest.FixtureRequest, stage: Stage) -> None:
    stage.office.profile = stage.office.plan.profile = request.param


async def did(stage: Stage, act: Any, **details: Any) -> Done:
    context = stage.office.plan.context()
    return await stage.office.act(lambda connection: done(connection, context, act, **details))


async def state_of(stage: Stage, matter: UUID | None) -> str:
    return await stage.office.one("select state from matters where id = :id", id=matter)


async def letters(stage: Stage) -> list[str]:
    return await stage.office.column("select kind from letters order by reference")


async def test_a_visitor_goes_home_by_the_day_that_was_said(stage: Stage):
    # Given Iris of Nethermoor, who spends February with her sister in Saltholme
    stage.office.on(date(2025, 2, 3))
    iris = await stage.patient_of(stage.nethermoor, IRIS)
    visit = {"nhs_number": iris.number, "practice": stage.saltholme.ods_code, "begins_on": "2025-02-03"}
    stay = await did(stage, RECORD_STAY, **visit, until="2025-02-28")

    # Then she is on Nethermoor's list and on no other, and neither practice's system hears of it
    assert await stage.list_of(iris) == stage.nethermoor
    assert await stage.told(stage.nethermoor) == await stage.told(stage.saltholme) == []

    # When the last day has passed, the stay is over, and nobody asks her anything
    await stage.clock_strikes(date(2025, 2, 28))
    assert await state_of(stage, stay.id) == "staying"
    await stage.clock_strikes(date(2025, 3, 1))
    assert await state_of(stage, stay.id) == "ended" and await letters(stage) == []
    assert await stage.list_of(iris) == stage.nethermoor


async def test_a_visitor_who_stays_for_more_than_three_months_is_asked_and_then_taken_off(stage: Stage):
    # Given Iris, of whom nobody says when she goes home
    stage.office.on(date(2025, 2, 3))
    iris = await stage.patient_of(stage.nethermoor, IRIS)
    visit = {"nhs_number": iris.number, "practice": stage.saltholme.ods_code, "begins_on": "2025-02-03"}
    stay = await did(stage, RECORD_STAY, **visit)

    # When three months are over, nothing has happened yet on the day that corresponds to her first ...
    await stage.clock_strikes(date(2025, 5, 3))
    assert await state_of(stage, stay.id) == "staying"

    # ... and on the day after she and her practice are asked by letter
    await stage.clock_strikes(date(2025, 5, 4))
    assert await state_of(stage, stay.id) == "inquired-after"
    assert await letters(stage) == ["TRA-1", "TRA-2"] and await stage.list_of(iris) == stage.nethermoor

    # When nobody answers within the days that begin with the post, she is off the list
    await stage.clock_strikes(date(2025, 7, 1))
    assert await stage.list_of(iris) is None
    assert await stage.told(stage.nethermoor) == ["F2"]

    # When she rings after all, she is back without a day's gap
    back = {"nhs_number": iris.number, "practice": stage.nethermoor.ods_code}
    await did(stage, CANCEL_DEDUCTION, **back, reason="she is at home")
    assert await stage.list_of(iris) == stage.nethermoor


async def test_out_of_area_takes_two_messages_with_the_two_texts(stage: Stage):
    # Given Chidi, who moved to Saltholme and wants to keep his practice in Nethermoor
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    plan = stage.office.plan

    # When the practice sends an amendment with the text, it makes him no out-of-area patient ...
    await stage.office.send(plan.acceptance(stage.nethermoor, CHIDI, chidi.number, free_text="OOAR"))
    assert await stage.queue() == ["on-list-ordinarily"]

    # ... so that it asks for a deduction, which is done at once, and registers him again the next day
    await stage.office.send(plan.deduction(stage.nethermoor, chidi.number, free_text="OOA REG"))
    assert await stage.list_of(chidi) is None
    stage.office.on(stage.today + timedelta(days=1))
    await stage.office.send(plan.acceptance(stage.nethermoor, CHIDI, chidi.number, free_text="OOAR"))
    assert await stage.list_of(chidi) == stage.nethermoor
    assert await stage.told(stage.nethermoor) == ["F2", "F4"]
    async with stage.office.at_work() as at_work:
        counts = await count_list(at_work.connection, stage.nethermoor.id, stage.today)
    assert (counts.on_list, counts.counted, counts.out_of_area) == (1, 1, 1)


async def test_a_soldier_is_on_an_ordinary_list_for_two_years(stage: Stage):
    # Given Tariq of the armed forces, whom Defence Medical Services let register near his posting
    stage.office.on(date(2025, 2, 3))
    tariq = await stage.patient_of(None, TARIQ)
    asked = {"nhs_number": tariq.number, "practice": stage.nethermoor.ods_code}
    placed = await did(stage, REGISTER_FORCES, **asked, reference="DMS-118", authorised_on="2025-01-30")
    assert await stage.list_of(tariq) == stage.nethermoor and await letters(stage) == ["STA-1"]

    # When the last day of the two years begins, he is there still
    await jump(stage, date(2027, 2, 2))
    assert await stage.list_of(tariq) == stage.nethermoor

    # When it is over, he is off the list, the practice and the forces are told, and the record is to go back
    await jump(stage, date(2027, 2, 3))
    assert await stage.list_of(tariq) is None and await stage.told(stage.nethermoor) == ["F2"]
    assert await letters(stage) == ["STA-1", "FOR-1"] and await state_of(stage, placed.id) == "returning"

    # When nobody says in time that it went back, it rises; and then somebody does
    await jump(stage, date(2027, 2, 18))
    version = await stage.office.one("select version from matters where id = :id", id=placed.id)
    assert await stage.office.one("select priority from matters where id = :id", id=placed.id) == 1
    await did(stage, RECORD_RETURNED, id=placed.id, version=version)
    assert await state_of(stage, placed.id) == "ended"


async def test_a_soldier_is_not_taken_off_over_unread_mail(stage: Stage):
    # Given Tariq, about whom his practice wrote something that nobody has read when the two years end
    stage.office.on(date(2025, 2, 3))
    tariq = await stage.patient_of(None, TARIQ)
    asked = {"nhs_number": tariq.number, "practice": stage.nethermoor.ods_code}
    placed = await did(stage, REGISTER_FORCES, **asked, reference="DMS-118", authorised_on="2025-01-30")
    await jump(stage, date(2027, 2, 2))
    letter = stage.office.plan.acceptance(stage.nethermoor, TARIQ, tariq.number, free_text="HE HAS LEFT THE FORCES")
    await stage.office.send(letter)

    # Then the clock holds, and says why
    await jump(stage, date(2027, 2, 3))
    assert await stage.list_of(tariq) == stage.nethermoor
    assert await stage.office.one("select held_because is not null from matters where id = :id", id=placed.id)


async def test_a_crown_servant_comes_back_to_a_closed_list_or_lets_the_days_pass(stage: Stage):
    # Given Zofia, who served overseas for three years, and whose practice has closed its list since
    stage.office.on(date(2025, 2, 3))
    zofia = await stage.patient_of(stage.nethermoor, ZOFIA)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, zofia.number, "5"))
    async with stage.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql("update practices set list_state = 'closed'")
    await jump(stage, date(2028, 5, 2))

    # When her return on 1 June is noted
    noted = await did(
        stage, EXPECT_RETURN, nhs_number=zofia.number, practice=stage.nethermoor.ods_code, returns_on="2028-06-01"
    )

    # Then the practice accepts her a month before, and nobody has to decide it
    await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, ZOFIA, zofia.number))
    assert await stage.list_of(zofia) == stage.nethermoor and "closed-list" not in await stage.queue()
    assert await state_of(stage, noted.id) == "registered"


async def test_the_days_of_a_return_that_nobody_makes_pass(stage: Stage):
    stage.office.on(date(2025, 2, 3))
    zofia = await stage.patient_of(stage.nethermoor, ZOFIA)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, zofia.number, "5"))
    stage.office.on(date(2028, 5, 2))
    noted = await did(
        stage, EXPECT_RETURN, nhs_number=zofia.number, practice=stage.nethermoor.ods_code, returns_on="2028-06-01"
    )
    await jump(stage, date(2028, 9, 1))
    assert await state_of(stage, noted.id) == "expected"
    await jump(stage, date(2028, 9, 2))
    assert await state_of(stage, noted.id) == "lapsed"


async def test_somebody_who_is_released_has_a_practice_on_the_day(stage: Stage):
    # Given Leon, on the list of a prison, which is kept out of capitation
    leon = await stage.patient_of(stage.saltholme, LEON)
    await did(stage, MARK_SECURE, practice=stage.saltholme.ods_code, reason="a prison")
    release_on = stage.today + timedelta(days=14)
    asked = {"nhs_number": leon.number, "practice": stage.nethermoor.ods_code, "release_on": release_on}
    noted = await did(stage, PRE_REGISTER, **asked)

    # When the day before his release passes, he is still there
    await stage.clock_strikes(release_on - timedelta(days=1))
    assert await stage.list_of(leon) == stage.saltholme

    # When the day begins, he is on Nethermoor's list from that day, and both hear of it
    await stage.clock_strikes(release_on)
    assert await stage.list_of(leon) == stage.nethermoor and await state_of(stage, noted.id) == "registered"
    assert await stage.told(stage.saltholme) == ["F2"] and await letters(stage) == ["STA-1"]
    accepted = "select accepted_on from list_memberships where patient_id = :id and upper_inf(period)"
    assert await stage.office.one(accepted, id=leon.id) == release_on


async def jump(stage: Stage, day: date) -> None:
    """A day far ahead begins, and the worker does what is due."""
    stage.office.on(day, hour=0)
    assert (await stage.office.fall_due())["failed"] == 0
