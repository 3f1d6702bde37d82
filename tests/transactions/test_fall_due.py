"""What falls due, by its clock: the day before nothing, on the day once, later if it was missed."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from registry.database import Writes
from registry.transactions.commands import TraceAnswer
from registry.transactions.due.deadline import Done
from registry.transactions.fall_due import next_due
from registry.transactions.models import practice_messages
from registry.transactions.settle import Decision, Settled
from registry.values.period import start_of_day
from tests.support.committing_office import CommittingOffice
from tests.support.office import Practice

MONDAY = date(2025, 2, 3)


@pytest_asyncio.fixture
async def office(committing: CommittingOffice) -> AsyncIterator[CommittingOffice]:
    """The committing office on the Monday of the domain rules' worked examples."""
    committing.on(MONDAY)
    yield committing


async def somebody(office: CommittingOffice) -> tuple[Practice, UUID, str]:
    """A practice, and a person on its list with their number."""
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        return (practice, *await at_work.person(practice))


async def another_practice(office: CommittingOffice) -> Practice:
    async with office.at_work() as at_work:
        return await at_work.practice()


async def kinds(office: CommittingOffice, practice: Practice) -> list[str]:
    return await office.column("select kind from practice_messages where practice_id = :id order by id", id=practice.id)


async def due(office: CommittingOffice) -> datetime | None:
    async with office.engine.connect() as connection:
        return await next_due(connection)


async def evening(office: CommittingOffice) -> None:
    """The post leaves, and what begins with it has begun."""
    office.on(office.today, hour=18)
    assert (await office.fall_due())["failed"] == 0


@pytest.mark.parametrize("asks", ["deduction", "removal"])
async def test_thirty_days_beginning_with_3_february_act_on_5_march(office: CommittingOffice, asks: str):
    practice, anna, number = await somebody(office)
    asked = await office.send(getattr(office.plan, asks)(practice, number))
    await evening(office)

    office.on(date(2025, 3, 4), hour=23)
    assert (await office.fall_due())["deducted"] == 0 and await office.list_of(anna) == practice.id
    office.clock.instant = start_of_day(date(2025, 3, 5))
    done = await office.fall_due()

    assert (done["deducted"], done["failed"]) == (1, 0) and await office.list_of(anna) is None
    last = "select content from practice_messages order by id desc limit 1"
    assert await office.one(last) == {
        "gp_code": practice.gp_code,
        "number": number,
        "deduction_reason": "13",
        "deduction_date": "2025-03-05",
    }
    state = "select state || ', ' || outcome from transactions where id = :id"
    assert await office.one(state, id=asked.transaction_id) == "accepted, deduction-executed"
    assert (await office.fall_due()).dealt_with == 0, "done twice does no more than done once"


async def test_a_day_that_was_missed_is_made_good_and_counts_from_its_day(office: CommittingOffice):
    practice, anna, number = await somebody(office)
    await office.send(office.plan.deduction(practice, number))
    await evening(office)

    office.on(date(2025, 3, 6))

    assert (await office.fall_due())["deducted"] == 1 and await office.list_of(anna) is None
    assert await office.one("select effective_on from list_movements order by id desc limit 1") == date(2025, 3, 5)


@pytest.mark.parametrize(("days", "gone"), [(7, False), (8, True), (9, True)])
async def test_whoever_emigrates_leaves_on_the_day(office: CommittingOffice, days: int, gone: bool):
    practice, anna, number = await somebody(office)
    await office.send(office.plan.deduction(practice, number, "5", happened_on=MONDAY + timedelta(days=8)))

    office.on(MONDAY + timedelta(days=days))
    await office.fall_due()

    assert (await office.list_of(anna) is None) is gone
    assert await kinds(office, practice) == ["F11", *(["F2"] if gone else [])]


async def test_nobody_is_removed_over_unread_mail(office: CommittingOffice):
    practice, anna, number = await somebody(office)
    await office.send(office.plan.deduction(practice, number))
    await evening(office)
    other = await another_practice(office)
    await office.send(office.plan.acceptance(other, number=number, free_text="PLEASE CALL"))

    office.on(date(2025, 3, 5))
    assert (await office.fall_due())["held"] == 1
    assert (await office.fall_due())["held"] == 0, "once a day is enough"
    assert await office.list_of(anna) == practice.id
    why = "select held_because from pending_deductions where state = 'pending'"
    assert await office.one(why) == ("1 open cases or waiting registrations about the person are to be settled first.")
    office.on(date(2025, 3, 6))
    assert (await office.fall_due())["held"] == 1

    case = await office.one("select id from anomalies where kind = 'free-text'")
    settled = await office.settle(Decision("reject", 1, "stays", code="8"), case)
    assert isinstance(settled, Settled)
    office.on(date(2025, 3, 7))

    assert (await office.fall_due())["deducted"] == 1 and await office.list_of(anna) is None


async def test_what_was_unread_may_move_the_person_and_end_the_wait(office: CommittingOffice):
    practice, anna, number = await somebody(office)
    await office.send(office.plan.deduction(practice, number))
    other = await another_practice(office)
    await office.send(office.plan.acceptance(other, number=number, free_text="PLEASE CALL"))
    office.on(date(2025, 3, 5))
    await office.fall_due()

    case = await office.one("select id from anomalies where kind = 'free-text'")
    await office.settle(Decision("accept", 1, "rang them", number=number), case)
    office.on(date(2025, 3, 6))

    assert (await office.fall_due())["deducted"] == 0 and await office.list_of(anna) == other.id
    assert await kinds(office, practice) == ["F11", "F2"] and await kinds(office, other) == ["F4"]


_FAULT = (
    "create function fault() returns trigger language plpgsql as"
    " $$ begin if new.patient_id = 'ANNA' then raise 'fault'; end if; return new; end $$",
    "create trigger fault before insert on list_movements for each row execute function fault()",
)


async def test_one_deduction_that_fails_holds_up_no_other(office: CommittingOffice):
    practice, anna, number = await somebody(office)
    _, iris, other = await somebody(office)
    await office.send(office.plan.deduction(practice, number))
    holder = await office.one("select list_id from list_memberships where patient_id = :id", id=iris)
    await office.send(office.plan.deduction(Practice(holder, "", "T025", "XD1", "9900002,2"), other))
    await evening(office)
    async with office.at_work() as at_work:
        for statement in _FAULT:
            await at_work.connection.exec_driver_sql(statement.replace("ANNA", str(anna)))
    office.on(date(2025, 3, 5))

    first = await office.fall_due()

    assert (first["deducted"], first["failed"]) == (1, 1)
    assert (await office.list_of(anna), await office.list_of(iris)) == (practice.id, None)
    async with office.at_work() as at_work:
        await at_work.connection.exec_driver_sql("drop trigger fault on list_movements")
    assert (await office.fall_due())["deducted"] == 1 and await office.list_of(anna) is None


async def waiting(office: CommittingOffice, **items: Any) -> UUID:
    """An acceptance of somebody unknown that waits for the national side."""
    practice = await another_practice(office)
    form = office.plan.acceptance(practice, number=office.plan.number(), **items)
    return (await office.send(form)).transaction_id


@pytest.mark.parametrize(("minutes", "given_up"), [(-1, 0), (0, 1), (1, 1)])
async def test_the_national_side_has_a_day_to_answer(office: CommittingOffice, minutes: int, given_up: int):
    transaction = await waiting(office)
    office.clock.instant += timedelta(hours=24, minutes=minutes)

    done = await office.fall_due()

    assert (done["unanswered"], done["failed"]) == (given_up, 0)
    state = "select state || ', ' || outcome from transactions where id = :id"
    expected = "in-queue, trace-unanswered" if given_up else "waiting-for-trace, trace-asked"
    assert await office.one(state, id=transaction) == expected
    assert len(await office.open_questions()) == 1 - given_up, "nobody waits for an answer that is given up"


async def test_an_answer_that_has_come_and_was_not_applied_counts(office: CommittingOffice):
    transaction = await waiting(office)
    number = await office.one("select command -> 'demographics' ->> 'number' from transactions")
    async with office.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "update national_requests set state = 'U',"
            " answer = jsonb_build_object('outcome', 'single', 'number', $1::text)",
            (number,),
        )
    office.clock.instant += timedelta(hours=24)

    done = await office.fall_due()

    assert done["unanswered"] == 0
    assert await office.one("select outcome from transactions where id = :id", id=transaction) == "created"


async def test_a_late_answer_finds_nobody_waiting(office: CommittingOffice):
    await waiting(office)
    [question] = await office.open_questions()
    office.clock.instant += timedelta(hours=24)
    await office.fall_due()

    assert await office.answer(TraceAnswer("none"), question) is None
    assert len(await office.cases()) == 1


STEPS = [
    (date(2025, 2, 5), 0, date(2025, 2, 6)),
    (date(2025, 2, 6), 1, date(2025, 2, 11)),
    (date(2025, 2, 10), 1, date(2025, 2, 11)),
    (date(2025, 2, 11), 2, date(2025, 2, 18)),
    (date(2025, 2, 17), 2, date(2025, 2, 18)),
    (date(2025, 2, 18), 3, date(2025, 2, 20)),
    (date(2025, 2, 21), 4, date(2025, 2, 25)),
]
"""A case opened on Monday 3 February: on a day, its priority, and the day with which it is due again.

Two, five and ten working days end on the 5th, the 10th and the 17th; then every working day.
"""


async def test_a_case_that_nobody_settles_rises_after_2_5_and_10_working_days(office: CommittingOffice):
    practice, _, number = await somebody(office)
    asked = await office.send(office.plan.acceptance(practice, number=number, free_text="PLEASE CALL"))

    found: list[tuple[date, int, date]] = []
    for day, _, _ in STEPS:
        office.on(day)
        await office.fall_due()
        priority = await office.one("select priority from anomalies")
        due_at = await office.one("select due_at from anomalies")
        assert due_at == await office.one("select due_at from transactions where id = :id", id=asked.transaction_id)
        found.append((day, priority, due_at.date()))

    assert found == STEPS


CHASED = [
    (date(2025, 2, 10), 0, "the fifth working day is not over"),
    (date(2025, 2, 11), 1, "the day after it"),
    (date(2025, 2, 12), 1, "a day later, if it was missed"),
]


@pytest.mark.parametrize(("day", "cases", "why"), CHASED, ids=[each[2] for each in CHASED])
async def test_a_rejection_that_nobody_mends_is_chased(office: CommittingOffice, day: date, cases: int, why: str):
    practice, _, number = await somebody(office)
    await office.send(office.plan.acceptance(practice, number=number, previous_gp_name=None))

    office.on(day)
    assert (await office.fall_due())["chased"] == cases
    assert (await office.fall_due())["chased"] == 0

    assert await office.column("select kind from anomalies where kind = 'rejection-unmended'") == (
        ["rejection-unmended"] * cases
    )


MENDED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the same number", {"previous_gp_name": None}, {"acceptance_code": "R"}),
    ("mended without saying so", {"previous_gp_name": None}, {}),
    ("the number was the fault", {"number": "9990000019"}, {}),
    ("the number was missing", {"acceptance_type": "5", "number": None}, {}),
]


@pytest.mark.parametrize(("why", "fault", "mended"), MENDED, ids=[each[0] for each in MENDED])
async def test_a_rejection_that_was_mended_is_not_chased(
    office: CommittingOffice, why: str, fault: dict[str, Any], mended: dict[str, Any]
):
    practice, _, number = await somebody(office)
    refused = await office.send(office.plan.acceptance(practice, **{"number": number, **fault}))
    await office.send(office.plan.acceptance(practice, **{"number": number, **mended}))

    office.on(date(2025, 2, 12))
    done = await office.fall_due()

    assert refused.state == "refused" and done["chased"] == 0
    assert await office.column("select id from anomalies where kind = 'rejection-unmended'") == []


async def test_a_chased_rejection_is_closed_with_a_reason(office: CommittingOffice):
    practice, _, number = await somebody(office)
    await office.send(office.plan.acceptance(practice, number=number, previous_gp_name=None))
    office.on(date(2025, 2, 12))
    await office.fall_due()

    case = await office.one("select id from anomalies where kind = 'rejection-unmended'")

    assert isinstance(await office.settle(Decision("close", 1, "rang: they will send it"), case), Settled)
    assert case not in await office.cases()


RECEIPTS = [
    (date(2025, 2, 5), 0, "the second working day is not over"),
    (date(2025, 2, 6), 1, "the day after it"),
    (date(2025, 2, 7), 1, "a day later, if it was missed"),
]


@pytest.mark.parametrize(("day", "cases", "why"), RECEIPTS, ids=[each[2] for each in RECEIPTS])
async def test_messages_without_receipt_are_one_case_a_practice(
    office: CommittingOffice, day: date, cases: int, why: str
):
    practice, _, number = await somebody(office)
    await office.send(office.plan.acceptance(practice, number=number))
    await office.send(office.plan.acceptance(practice, number=number))

    office.on(day)
    assert (await office.fall_due())["unreceipted"] == 2 * cases
    assert (await office.fall_due())["unreceipted"] == 0

    assert len(await office.column("select id from anomalies where kind = 'receipt-missing'")) == cases


async def test_a_message_that_was_received_is_not_chased(office: CommittingOffice):
    practice, _, number = await somebody(office)
    await office.send(office.plan.acceptance(practice, number=number))
    message = await office.one("select id from practice_messages")
    async with office.at_work() as at_work:
        writes = Writes()
        writes.update(practice_messages, message, closed_at=office.clock.now(), due_at=None)
        await writes.flush(at_work.connection)

    office.on(date(2025, 2, 20))

    assert (await office.fall_due()) == Done()


async def test_what_falls_due_next_is_the_earliest_of_all(office: CommittingOffice):
    assert await due(office) is None
    practice, _, number = await somebody(office)
    await office.send(office.plan.removal(practice, number))
    assert await due(office) == datetime(2025, 2, 3, 17, 30, tzinfo=UTC), "the letter about it"
    await evening(office)
    assert await due(office) == datetime(2025, 3, 3, 6, tzinfo=UTC), "the month's look at practices, before its removal"
    office.on(MONDAY)
    await office.send(office.plan.acceptance(practice, number=number, previous_gp_name=None))
    assert await due(office) == datetime(2025, 2, 6, tzinfo=UTC), "the receipt of the rejection"
