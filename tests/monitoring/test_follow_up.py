"""Rejections that were never resolved, and people whom nobody accepted after a deduction."""

from datetime import timedelta

from tests.monitoring.watched import Watched
from tests.support.office import ANNA
from tests.support.townspeople import STRANGERS


async def test_a_rejection_without_a_later_acceptance_is_the_supervisors_after_thirty_days(watched: Watched):
    office = watched.office
    async with office.at_work() as at_work:
        practice, other = await at_work.practice(), await at_work.practice()
        _, number = await at_work.person(other)
        _, resolved = await at_work.person(other, like=STRANGERS[1])
    await office.send(office.plan.acceptance(practice, ANNA, number, acceptance_type="9"))
    await office.send(office.plan.acceptance(practice, STRANGERS[1], resolved, acceptance_type="9"))
    await watched.days(2)
    # Chidi was sent again and is registered; nobody mended Anna's.
    await office.send(office.plan.acceptance(practice, STRANGERS[1], resolved))

    await watched.days(27)
    assert await watched.cases("rejection-unmended") == ["open"]
    assert await watched.cases("rejection-unresolved") == []
    await watched.days(1)
    assert await watched.cases("rejection-unresolved") == ["open"]
    owner = await office.one("select owner from open_work where what = 'rejection-unresolved'")
    assert owner == "supervisor"
    # The catching up of a day does nothing twice.
    await watched.run("update monitor_clocks set struck_on = struck_on - 3 where name = 'morning'")
    await watched.strike()
    assert await watched.cases("rejection-unresolved") == ["open"]

    await office.send(office.plan.acceptance(practice, ANNA, number))
    await watched.days(1)
    assert await watched.cases("rejection-unresolved") == ["decided"]


async def test_who_was_deducted_and_accepted_by_nobody_is_asked_after_on_the_fourteenth_day(watched: Watched):
    office = watched.office
    async with office.at_work() as at_work:
        practice, other = await at_work.practice(), await at_work.practice()
        numbers = [(await at_work.person(practice, like=like))[1] for like in STRANGERS[:3]]
    watched.at(watched.today, "12:00")
    # Two leave the area in thirty days, one has emigrated.
    for number, reason in zip(numbers, ("13", "13", "5"), strict=True):
        await office.send(office.plan.deduction(practice, number, reason))
    watched.at(watched.today, "17:30")
    await watched.strike()
    await watched.days(30)
    assert await office.one("select count(*) from list_memberships where upper_inf(period)") == 0
    await watched.days(5)
    await office.send(office.plan.acceptance(other, STRANGERS[0], numbers[0]))

    await watched.days(8)
    assert await watched.cases("deducted-unaccepted") == []
    await watched.days(1)
    [patient] = await office.column(
        "select p.nhs_number from anomalies a join patients p on p.id = a.patient_ids[1]"
        " where a.kind = 'deducted-unaccepted'"
    )
    assert patient == numbers[1]

    await office.send(office.plan.acceptance(other, STRANGERS[1], numbers[1]))
    await watched.days(1)
    assert await watched.cases("deducted-unaccepted") == ["decided"]


async def test_no_two_days_of_the_morning_round_are_lost_when_nobody_was_there(watched: Watched):
    office = watched.office
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        _, number = await at_work.person(None)
    await watched.days(1)
    await office.send(office.plan.acceptance(practice, ANNA, number, acceptance_type="9"))
    # The worker is down for forty days; then every day is made up.
    watched.at(watched.today + timedelta(days=40), "09:00")
    await watched.strike()
    assert await watched.cases("rejection-unresolved") == ["open"]
    assert await office.one("select max(day) - min(day) + 1 = count(*) from balance_days")
