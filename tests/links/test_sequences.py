"""Numbers of interchanges: steps, gaps, and the alarm for what never came."""

import pytest

from registry.database import unit_of_work
from registry.links.alarm_gaps import alarm_gaps, next_gap_alarm
from registry.links.sequences import LAST, WIDEST_GAP, Step, draw, step
from registry.policies.store import shipped
from registry.transactions.context import Context
from registry.values.actor import Actor, ActorKind
from tests.links.traffic import Exchange, their_receipt
from tests.support.databases import Database


@pytest.mark.parametrize(
    ("highest", "number", "expected"),
    [
        (None, 5, Step(5)),
        (5, 6, Step(6)),
        (5, 9, Step(9, (6, 7, 8), skipped=3)),
        (9, 7, Step(9, is_late=True)),
        (9, 9, Step(9, is_late=True)),
        (LAST, 1, Step(1)),
        (LAST - 1, 2, Step(2, (LAST, 1), skipped=2)),
        (2, LAST, Step(2, is_late=True)),
        (1, 1 + WIDEST_GAP + 2, Step(WIDEST_GAP + 3, (2,), skipped=WIDEST_GAP + 1)),
    ],
)
def test_a_step_of_a_series(highest: int | None, number: int, expected: Step):
    assert step(highest, number) == expected


async def test_drawn_numbers_begin_at_one_and_never_become_nought(database: Database):
    async with unit_of_work(database.engine) as connection:
        first = await draw(connection, "XD11", "T015", 3)
        await connection.exec_driver_sql(f"update link_sequences set interchange = {LAST}, message = {LAST - 1}")
        last = await draw(connection, "XD11", "T015", 3)
    assert (first.interchange, first.messages) == (1, (1, 2, 3))
    assert (last.interchange, last.messages) == (1, (LAST, 1, 2))


async def gaps(exchange: Exchange) -> list[tuple[int, bool]]:
    rows = await exchange.all("select sequence, filled_at is not null from link_gaps order by sequence")
    return [tuple(row) for row in rows]


async def test_a_gap_is_noted_filled_late_and_never_refused(exchange: Exchange):
    (practice,) = await exchange.practices("")
    for number in (7, 10):
        received = await exchange.receive(exchange.from_practice(practice, number))
        assert received.state == "processed"
    assert any("missing" in told for told in received.warnings)
    assert await gaps(exchange) == [(8, False), (9, False)]

    late = await exchange.receive(exchange.from_practice(practice, 8))

    assert (late.state, late.warnings) == ("processed", ())
    assert await gaps(exchange) == [(8, True), (9, False)]
    again = await exchange.receive(exchange.from_practice(practice, 3))
    assert "the interchange number is not above 10, the highest so far" in again.warnings


async def test_receipts_and_registrations_share_one_series(exchange: Exchange):
    (practice,) = await exchange.practices("")
    await exchange.receive(exchange.from_practice(practice, 7))
    await exchange.receive(their_receipt(practice.partner_code, "XD11", 8, 1, "OK"))
    await exchange.receive(exchange.from_practice(practice, 9))

    assert await gaps(exchange) == []


async def test_a_series_rolls_over(exchange: Exchange):
    (practice,) = await exchange.practices("")
    for number in (LAST, 1, 3):
        await exchange.receive(exchange.from_practice(practice, number))

    assert await gaps(exchange) == [(2, False)]


async def test_a_person_hears_of_a_gap_once_it_has_had_time_to_fill(exchange: Exchange):
    (practice,) = await exchange.practices("")
    for number in (7, 9, 12):
        await exchange.receive(exchange.from_practice(practice, number))
    await exchange.receive(exchange.from_practice(practice, 8))
    context = Context(Actor(ActorKind.JOB, "test"), exchange.clock, shipped("current"))

    async def alarm() -> int:
        async with unit_of_work(exchange.engine) as connection:
            return await alarm_gaps(connection, context)

    assert await alarm() == 0
    before = await exchange.cases()
    async with exchange.engine.connect() as connection:
        due = await next_gap_alarm(connection, context)
    assert due is not None
    exchange.clock.instant = due

    assert await alarm() == 1
    assert await alarm() == 0
    (case,) = await exchange.all("select sentence, practice_id, evidence from anomalies where kind = 'sequence-gap'")
    assert case.sentence.endswith("Missing: 10, 11.")
    assert (case.practice_id, case.evidence["missing"]) == (practice.id, [10, 11])
    assert len(await exchange.cases()) == len(before) + 1
    async with exchange.engine.connect() as connection:
        assert await next_gap_alarm(connection, context) is None
