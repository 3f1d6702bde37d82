"""Letters: when the post leaves, what is checked again, how batches add up, and what their posting begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.anomalies.store import EVERYTHING
from registry.policies.store import Policies
from registry.transactions.acts.act import Done, Impossible, Nothing, WrongState
from registry.transactions.context import Context
from registry.transactions.due import letters as due_letters
from registry.transactions.fall_due import fall_due, next_due
from registry.transactions.letters.acts import LETTERS
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.look import letter_totals, list_letters, read_letter
from registry.transactions.letters.suppress import suppression
from registry.transactions.letters.write import next_post, posts_on, write_letter
from registry.transactions.matters.stands import Matter
from registry.values.clock import FixedClock
from registry.values.person import Name
from tests.support.acts import do
from tests.support.committing_office import WORKER, CommittingOffice
from tests.support.office import ANNA, CLERK, Office

[POSTED] = LETTERS.acts
MONDAY = date(2025, 2, 3)
FP69 = Matter(UUID(int=1), "fp69", 1, "open", None, None, MONDAY, datetime(2025, 2, 3, tzinfo=UTC), None, {})
UNPOSTED = "select kind from anomalies where state = 'open' and kind = 'letters-unposted'"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType]


POSTS = [
    ("a winter morning", at(2025, 2, 3, 9), at(2025, 2, 3, 17, 30)),
    ("a minute before", at(2025, 2, 3, 17, 29), at(2025, 2, 3, 17, 30)),
    ("on the minute", at(2025, 2, 3, 17, 30), at(2025, 2, 4, 17, 30)),
    ("a summer morning", at(2025, 6, 3, 9), at(2025, 6, 3, 16, 30)),
    ("a summer evening", at(2025, 6, 3, 16, 45), at(2025, 6, 4, 16, 30)),
    ("Friday before the clocks go forward", at(2025, 3, 28, 18), at(2025, 3, 31, 16, 30)),
    ("Friday before the clocks go back", at(2025, 10, 24, 17), at(2025, 10, 27, 17, 30)),
    ("in the night, when London is a day ahead", at(2025, 6, 3, 23, 30), at(2025, 6, 4, 16, 30)),
    ("Thursday evening before Easter", at(2025, 4, 17, 17), at(2025, 4, 22, 16, 30)),
    ("Christmas Eve, after the post", at(2025, 12, 24, 18), at(2025, 12, 29, 17, 30)),
    ("a Saturday", at(2025, 2, 8, 9), at(2025, 2, 10, 17, 30)),
]


@pytest.mark.parametrize(("why", "now", "leaves"), POSTS, ids=[each[0] for each in POSTS])
def test_when_the_next_post_leaves(why: str, now: datetime, leaves: datetime):
    context = Office(None, FixedClock(now)).context()  # pyright: ignore[reportArgumentType]

    assert next_post(context) == leaves
    assert posts_on(context) == leaves.date()


SUPPRESSED: list[tuple[Letter, dict[str, Any], bool]] = [
    (Letter.REMOVAL_BY_PRACTICE, {}, True),
    (Letter.REMOVAL_BY_PRACTICE, {"ended": True}, False),
    (Letter.REMOVAL_BY_PRACTICE, {"outdated": True}, False),
    (Letter.REMOVED, {"ended": True}, True),
    (Letter.OUT_OF_AREA_COPY, {"ended": True}, False),
    (Letter.OUT_OF_AREA_COPY, {"status": "formal-dead"}, True),
    (Letter.REMOVED, {"status": "informal-dead"}, False),
    (Letter.REMOVED, {"status": "formal-dead"}, False),
    (Letter.REMOVED, {"status": "invalidated"}, False),
]


@pytest.mark.parametrize(("kind", "facts", "goes"), SUPPRESSED)
def test_what_goes(kind: Letter, facts: dict[str, Any], goes: bool):
    because = suppression(kind.value, **{"status": "live", "fp69": None, **facts})
    assert (because is None) is goes


async def somebody(office: CommittingOffice, count: int = 1) -> list[str]:
    """People on one practice's list; their numbers."""
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        likes = [replace(ANNA, name=Name(f"Harrowgate{n}", "Anna")) for n in range(count)]
        return [(await at_work.person(practice, like=like))[1] for like in likes]


async def write(office: CommittingOffice, count: int, kind: Letter = Letter.REMOVED) -> None:
    """Letters to people who are on no list."""
    from registry.database import Writes
    from registry.transactions.gather import gather_person

    async with office.at_work() as at_work:
        writes = Writes()
        for _ in range(count):
            patient_id, _number = await at_work.person()
            write_letter(writes, at_work.context(), kind, await gather_person(at_work.connection, patient_id), {})
        await writes.flush(at_work.connection)


async def states(office: CommittingOffice) -> list[str]:
    return await office.column("select state from letters order by reference")


async def test_batches_are_bounded_and_nothing_goes_twice(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(due_letters, "BATCH", 3)
    committing.on(MONDAY)
    await write(committing, 7)
    committing.on(MONDAY, hour=18)

    first, second = await committing.fall_due(), await committing.fall_due()

    assert (first["letters posted"], second["letters posted"]) == (7, 0)
    assert await committing.column("select letters from letter_batches order by id") == [3, 3, 1]
    assert set(await states(committing)) == {"posted"}


async def test_a_letter_that_fails_holds_up_no_other(committing: CommittingOffice):
    committing.on(MONDAY)
    await write(committing, 3)
    async with committing.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "update letters set kind = 'GONE' where reference = (select max(reference) from letters)"
        )
    committing.on(MONDAY, hour=18)

    done = await committing.fall_due()

    assert (done["letters posted"], done["failed"]) == (2, 1)
    assert await states(committing) == ["posted", "posted", "queued"]


async def test_post_that_was_missed_on_friday_leaves_on_monday(committing: CommittingOffice):
    committing.on(date(2025, 2, 7))
    await write(committing, 1)

    committing.on(date(2025, 2, 8), hour=10)
    await committing.fall_due()
    assert await states(committing) == ["queued"]
    committing.on(date(2025, 2, 10), hour=18)
    await committing.fall_due()

    assert await committing.one("select posted_on from letters") == date(2025, 2, 10)


async def test_decided_is_posted_plus_itemised_suppressions(committing: CommittingOffice):
    committing.on(MONDAY)
    await write(committing, 4)
    async with committing.at_work() as at_work:
        ids = (
            (await at_work.connection.execute(text("select patient_id from letters order by reference")))
            .scalars()
            .all()
        )
        await at_work.connection.execute(
            text("update patients set status = 'formal-dead', date_of_death = '2025-02-01' where id = any(:ids)"),
            {"ids": ids[:2]},
        )
    committing.on(MONDAY, hour=18)
    await committing.fall_due()

    async with committing.engine.connect() as connection:
        totals = await letter_totals(connection, EVERYTHING)
        listed = await list_letters(connection, EVERYTHING, batch=1)
        one = await read_letter(connection, EVERYTHING, reference=listed[0]["reference"])
        page = await list_letters(connection, EVERYTHING, after=listed[1]["reference"], state="posted")

    assert totals == {
        "decided": 4,
        "queued": 0,
        "handed_over": 0,
        "posted": 2,
        "returned": 0,
        "suppressed": 2,
        "suppressed_because": {"The person has died.": 2},
    }
    assert len(listed) == 4 and one is not None and one["suppressed_because"] == "The person has died."
    assert [each["reference"] for each in page] == [listed[2]["reference"], listed[3]["reference"]]
    assert await committing.one("select letters || ' ' || suppressed from letter_batches") == "2 2"


async def test_a_batch_of_which_nothing_goes_waits_for_nothing(committing: CommittingOffice):
    committing.on(MONDAY)
    [number] = await somebody(committing)
    practice = await practice_of(committing)
    await committing.send(committing.plan.removal(practice, number))
    async with committing.at_work() as at_work:
        await at_work.connection.exec_driver_sql("delete from letters where kind = 'REM-3P'")
        await at_work.connection.exec_driver_sql("update patients set status = 'invalidated'")
    committing.on(MONDAY, hour=18)

    await committing.fall_due()

    assert await committing.one("select letters || ' ' || suppressed || ' ' || posted_on from letter_batches") == (
        "0 1 2025-02-03"
    )
    assert await committing.column("select state from pending_deductions") == ["superseded"]


async def practice_of(office: CommittingOffice) -> Any:
    from tests.support.office import CIPHER, Practice

    row = await office.one("select json_build_array(id, ods_code, trading_partner_code) from practices")
    return Practice(UUID(row[0]), row[1], row[2], CIPHER, "9900001,1")


def confirming(office: CommittingOffice, actor: Any = CLERK) -> Context:
    """The office of a print room that confirms."""
    context = office.plan.context(actor)
    return replace(
        context, policies=Policies({**context.policies.rows, "letters_count_as_posted": [(None, None, "confirmed")]})
    )


async def confirmed(office: CommittingOffice, **details: Any) -> Any:
    return await office.act(lambda connection: do(connection, confirming(office), POSTED, **details))


async def test_where_the_print_room_confirms_the_days_begin_with_its_word(committing: CommittingOffice):
    committing.on(MONDAY)
    [number] = await somebody(committing)
    await committing.send(committing.plan.deduction(await practice_of(committing), number))
    committing.on(MONDAY, hour=18)
    await fall_due(committing.engine, confirming(committing, WORKER))
    assert await states(committing) == ["handed-over", "handed-over"]
    assert await committing.one("select waits_for from pending_deductions") == "letter"

    # The day after it is due a person asks the print room, once.
    for day in (date(2025, 2, 5), date(2025, 2, 7)):
        committing.on(day)
        await fall_due(committing.engine, confirming(committing, WORKER))
        assert await committing.column(UNPOSTED) == ["letters-unposted"]

    assert isinstance(await confirmed(committing, batch=1, on="2025-02-02"), Impossible), "before it was handed over"
    assert isinstance(await confirmed(committing, batch=1, on="2025-02-08"), Impossible), "to come"
    assert await confirmed(committing, batch=9, on="2025-02-05") == Nothing("batch of letters")
    assert isinstance(await confirmed(committing, batch=1, on="2025-02-05"), Done)

    assert await committing.one("select due_on from pending_deductions") == date(2025, 3, 7)
    assert await committing.one("select earliest_on from pending_deductions") == date(2025, 3, 7)
    assert await committing.column(UNPOSTED) == []
    assert isinstance(await confirmed(committing, batch=1, on="2025-02-05"), Done), "said twice"
    assert isinstance(await confirmed(committing, batch=1, on="2025-02-06"), WrongState)
    assert await committing.one("select due_on from pending_deductions") == date(2025, 3, 7)


async def test_a_letter_that_is_not_sent_leaves_no_removal_waiting_for_it(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the reason is: the days begin on the day on which it was found."""
    committing.on(MONDAY)
    [number] = await somebody(committing)
    await committing.send(committing.plan.removal(await practice_of(committing), number))
    monkeypatch.setattr(due_letters, "suppression", lambda *facts, **more: "It cannot be sent.")
    committing.on(MONDAY, hour=18)

    await committing.fall_due()

    assert set(await states(committing)) == {"suppressed"}
    assert await committing.one("select due_on from pending_deductions") == date(2025, 3, 5)


def test_whose_address_is_in_doubt_is_advised_all_the_same():
    """The letter goes to the last address known; if it comes back that is another FP69, and nobody is removed."""
    assert suppression(Letter.OUT_OF_AREA.value, "live", FP69) is None
    assert suppression(Letter.REMOVAL_BY_PRACTICE.value, "live", FP69) is not None


async def test_the_clock_of_the_post_is_among_those_that_strike_next(committing: CommittingOffice):
    committing.on(MONDAY)
    await write(committing, 1)

    async with committing.engine.connect() as connection:
        assert await next_due(connection) == at(2025, 2, 3, 17, 30)
    committing.on(MONDAY + timedelta(days=1))
    assert (await committing.fall_due())["letters posted"] == 1
