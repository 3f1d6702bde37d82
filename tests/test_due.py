"""`registry jobs run`: each thing at its own hour."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from registry.database import unit_of_work
from registry.due import run_until
from registry.monitoring.check import check
from registry.settings import Settings
from registry.transactions.due.deadline import Done
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office


async def test_a_pending_deduction_is_done_on_its_day_and_not_before(
    database: Database, clock: FixedClock, settings: Settings
):
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        anna, number = await office.person(practice)
        await office.send(office.deduction(practice, number))
    due = office.today + timedelta(days=30)
    told: list[tuple[datetime, Done]] = []

    await run_until(database.engine, settings, datetime(2026, 12, 1, 12, tzinfo=UTC), lambda *each: told.append(each))
    async with database.engine.connect() as connection:
        assert await Office(connection, clock).list_of(anna) == practice.id

    await run_until(database.engine, settings, datetime(2026, 12, 5, tzinfo=UTC), lambda *each: told.append(each))

    async with database.engine.connect() as connection:
        row = (
            await connection.execute(
                text("select effective_on, effective_at from list_movements where reason <> 'take-on'")
            )
        ).one()
        assert (row.effective_on, row.effective_at.date()) == (due, due)
        assert await check(connection) == []
    assert [at.date() for at, done in told if done["deducted"]] == [date(2026, 12, 2)]


async def test_nothing_due_ends_at_once(database: Database, settings: Settings):
    until = datetime(2026, 12, 1, tzinfo=UTC)
    told: list[datetime] = []

    assert await run_until(database.engine, settings, until, lambda at, _: told.append(at)) == 0
    assert told == [until]
