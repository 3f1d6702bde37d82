"""Every evening opening + in - out = closing, and whoever signs a day has it for good."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from registry.monitoring.balance import Struck, Unsignable
from registry.monitoring.balance_rules import FIGURES, differences
from registry.transactions.commands import Changes
from registry.transactions.settle import Decision
from tests.monitoring.watched import Watched
from tests.support.townspeople import STRANGERS

MONDAY = date(2026, 11, 2)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


async def test_the_movement_of_the_lists_is_reconciled_to_zero_every_day(watched: Watched):
    """Transfers, newcomers, deductions, refusals, cases: for ten days every practice's figures add up."""
    office = watched.office
    async with office.at_work() as at_work:
        practices = [await at_work.practice() for _ in range(3)]
        people = [(await at_work.person(practices[0], like=like))[1] for like in STRANGERS]
    plan = office.plan
    for day in range(10):
        watched.at(MONDAY + timedelta(days=day), "09:30")
        like, number = STRANGERS[day % 8], people[day % 8]
        await office.send(plan.acceptance(practices[day % 3], like, number))
        await office.send(plan.acceptance(practices[2], like, acceptance_type="9"))
        await office.send(plan.deduction(practices[day % 3], people[(day + 3) % 8], "5"))
        await office.send(plan.amendment(practices[day % 3], number, Changes(title="Dr"), free_text="PLEASE READ"))
        for case in await office.cases():
            await office.settle(Decision("reject", 1, "seen"), case)
        watched.at(watched.today, "22:00")
        await watched.strike()
    assert await office.column("select practices from balance_days order by day") == [3] * 10
    assert await office.column("select differences from balance_days order by day") == [0] * 10
    for day in range(10):
        on = MONDAY + timedelta(days=day)
        lines = [await watched.line(on, practice) for practice in practices]
        # What one list of the office gains another loses, or it is told where the person went.
        assert all(line["opening"] + line["arrived"] - line["departed"] == line["closing"] for line in lines)
        assert sum(line["received"] for line in lines) == 4
    assert await office.one("select sum(arrived) > 5 and sum(departed) > 5 from daily_balances")


async def test_a_balance_is_struck_at_its_hour_once_and_again_until_it_is_signed(watched: Watched):
    async with watched.office.at_work() as at_work:
        practice = await at_work.practice()
        await at_work.person(practice)
    watched.at(MONDAY, "21:59")
    await watched.strike()
    assert await watched.office.column("select day from balance_days") == [MONDAY - timedelta(days=1)]
    watched.at(MONDAY, "22:00")
    assert (await watched.strike())["days balanced"] == 1
    assert (await watched.strike())["days balanced"] == 0
    assert (await watched.line(MONDAY, practice))["closing"] == 1

    # Somebody else comes at eleven in the evening: the figures are taken down again when it is signed.
    watched.at(MONDAY, "23:00")
    async with watched.office.at_work() as at_work:
        _, number = await at_work.person(None, like=STRANGERS[1])
    await watched.office.send(watched.office.plan.acceptance(practice, STRANGERS[1], number))
    watched.at(TUESDAY, "08:00")
    await watched.sign(MONDAY - timedelta(days=1))
    signed = await watched.sign(MONDAY)
    assert isinstance(signed, Struck) and signed.state == "balanced"
    line = await watched.line(MONDAY, practice)
    assert (line["opening"], line["arrived"], line["closing"], line["received"]) == (1, 1, 2, 1)


async def test_days_are_signed_in_their_order_when_they_are_over(watched: Watched):
    async with watched.office.at_work() as at_work:
        await at_work.practice()
    for day in (MONDAY, TUESDAY):
        watched.at(day, "22:00")
        await watched.balance(day)
    unsigned = (await watched.sheet(WEDNESDAY))["unsigned"]
    assert [each["day"] for each in unsigned] == [MONDAY, TUESDAY]

    early = await watched.sign(TUESDAY)
    assert isinstance(early, Unsignable) and "not over" in early.sentence
    watched.at(WEDNESDAY, "08:00")
    first = await watched.sign(TUESDAY)
    assert isinstance(first, Unsignable) and "2026-11-02 is to be signed first" in first.sentence
    assert isinstance(await watched.sign(MONDAY), Struck) and isinstance(await watched.sign(TUESDAY), Struck)
    again = await watched.sign(MONDAY)
    assert isinstance(again, Unsignable) and "already" in again.sentence
    assert await watched.sign(date(2020, 1, 1)) is None
    assert (await watched.sheet(WEDNESDAY))["unsigned"] == []
    assert await watched.office.one("select count(*) from audit_events where action = 'daily-balance.signed'") == 2


async def test_the_figures_of_a_signed_day_never_change(watched: Watched):
    async with watched.office.at_work() as at_work:
        practice = await at_work.practice()
        await at_work.person(practice)
    watched.at(MONDAY, "22:00")
    await watched.balance(MONDAY)
    watched.at(TUESDAY, "08:00")
    await watched.sign(MONDAY)

    assert (await watched.balance(MONDAY)).state == "signed"
    for change in (
        "update daily_balances set closing = 9",
        "delete from daily_balances",
        "insert into daily_balances select (jsonb_populate_record(b, jsonb_build_object('practice_id',"
        " gen_random_uuid()))).* from daily_balances b",
        "update balance_days set remark = 'never mind'",
        "delete from balance_days",
    ):
        with pytest.raises(DBAPIError, match="signed"):
            await watched.run(change)


async def test_what_is_posted_late_stands_as_corrected_on_the_next_day(watched: Watched):
    """A movement that counts from a signed day: that day stays, and the next one says by how much it was wrong."""
    async with watched.office.at_work() as at_work:
        practice = await at_work.practice()
        await at_work.person(practice)
    watched.at(MONDAY, "22:00")
    await watched.balance(MONDAY)
    watched.at(TUESDAY, "08:00")
    await watched.sign(MONDAY)
    async with watched.office.at_work() as at_work:
        await at_work.person(practice, like=STRANGERS[1], accepted_on=MONDAY)
    await watched.balance(TUESDAY)

    line = await watched.line(TUESDAY, practice)
    assert (line["opening"], line["corrected"], line["arrived"], line["closing"]) == (1, 1, 0, 2)
    assert line["differences"] == [] and (await watched.line(MONDAY, practice))["closing"] == 1


async def test_a_difference_is_flagged_and_signed_only_with_a_remark(watched: Watched):
    async with watched.office.at_work() as at_work:
        practice = await at_work.practice()
        await at_work.person(practice)
    # A stay without its movement, as a fault would leave it.
    await watched.run("delete from list_memberships")
    watched.at(MONDAY, "22:00")
    assert (await watched.balance(MONDAY)).state == "differs"
    assert (await watched.line(MONDAY, practice))["differences"] == ["ledger"]
    sheet = await watched.sheet(TUESDAY)
    assert [line["practice"] for line in sheet["yesterday"]["lines"]] == [practice.ods_code]

    watched.at(TUESDAY, "08:00")
    silent = await watched.sign(MONDAY)
    assert isinstance(silent, Unsignable) and silent.field == "remark"
    assert isinstance(await watched.sign(MONDAY, "a fault of ours, reported"), Struck)
    # Put it right, for the invariants are looked at when the test is over.
    await watched.run(
        "insert into list_memberships (id, patient_id, list_id, period, accepted_on, posted_at, gp_code)"
        " select gen_random_uuid(), patient_id, to_list, daterange(effective_on, null), effective_on, now(), ''"
        " from list_movements"
    )


def test_each_sum_is_told_by_its_name():
    nothing = dict.fromkeys([*FIGURES, "told", "stored"], 0)
    assert differences(nothing) == []
    for figure, name in (
        ("opening", "list"), ("posted", "ledger"), ("received", "transactions"), ("repeated", "interchanges"),
        ("told", "reports"), ("awaited", "messages"), ("left_over", "paper"),
    ):  # fmt: skip
        assert differences({**nothing, figure: 1}) == [name]
    assert differences({**nothing, "closing": 1, "posted": 1, "arrived": 1}) == []
