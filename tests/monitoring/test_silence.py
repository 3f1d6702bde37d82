"""Silent practices, by their own habit."""

from datetime import date, timedelta

import pytest

from registry.monitoring.silence_rules import Patience, silence
from registry.values.period import add_working_days
from tests.monitoring.watched import Watched
from tests.support.townspeople import STRANGERS

MONDAY = date(2026, 11, 2)
PATIENCE = Patience(5, 3)


@pytest.mark.parametrize(("working_days", "too_long"), [(4, False), (5, True), (6, True)])
def test_a_practice_that_writes_daily_is_missed_after_five_working_days(working_days: int, too_long: bool):
    spoke = [MONDAY - timedelta(days=7) + timedelta(days=day) for day in range(5)]
    # The morning after so many working days without a word.
    morning = add_working_days(max(spoke), working_days) + timedelta(days=1)
    assert silence(spoke, morning, PATIENCE, ()).is_too_long is too_long


@pytest.mark.parametrize(("working_days", "too_long"), [(5, False), (17, False), (18, True)])
def test_a_practice_that_writes_once_a_week_is_given_three_weeks(working_days: int, too_long: bool):
    spoke = [MONDAY - timedelta(weeks=week) for week in range(10)]
    morning = add_working_days(MONDAY, working_days) + timedelta(days=1)
    found = silence(spoke, morning, PATIENCE, ())
    # 46 working days shared among ten letters.
    assert found.most == 14 if working_days < 0 else found.most in (14, 15)
    assert found.is_too_long is (working_days >= found.most)
    if too_long:
        assert found.is_too_long


def test_holidays_are_no_silence():
    holidays = {MONDAY + timedelta(days=day) for day in range(1, 5)}
    assert silence([MONDAY], MONDAY + timedelta(days=8), PATIENCE, holidays).working_days == 1


async def test_a_practice_that_falls_silent_has_one_case_until_it_is_heard_of(watched: Watched):
    office = watched.office
    async with office.at_work() as at_work:
        practice, _never = await at_work.practice(), await at_work.practice()
        people = [(await at_work.person(None, like=like))[1] for like in STRANGERS]
    for day, (like, number) in enumerate(zip(STRANGERS[:4], people, strict=False)):
        watched.at(MONDAY + timedelta(days=day), "10:00")
        await office.send(office.plan.acceptance(practice, like, number))

    # Thursday was the last word: five working days later, on the Friday morning of the next week.
    await watched.days(7)
    assert watched.today == date(2026, 11, 12) and await watched.cases("practice-silent") == []
    await watched.days(1)
    assert await watched.cases("practice-silent") == ["open"]
    await watched.days(3)
    assert await watched.cases("practice-silent") == ["open"]
    silent = (await watched.sheet())["links"]["silent"]
    assert [each["practice"] for each in silent] == [practice.ods_code]

    watched.at(watched.today, "23:00")
    await office.send(office.plan.acceptance(practice, STRANGERS[5], people[5]))
    await watched.strike()
    assert await watched.cases("practice-silent") == ["decided"]
    # And once more when it falls silent again.
    await watched.days(12)
    assert await watched.cases("practice-silent") == ["decided", "open"]


async def test_a_case_that_a_person_closed_is_not_opened_again_for_the_same_silence(watched: Watched):
    office = watched.office
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        _, number = await at_work.person(None)
    await office.send(office.plan.acceptance(practice, number=number))
    await watched.days(9)
    assert await watched.cases("practice-silent") == ["open"]
    await watched.run(
        "update anomalies set state = 'decided', due_at = null, decided_at = now() where kind = 'practice-silent'"
    )
    await watched.days(5)
    assert await watched.cases("practice-silent") == ["decided"]
