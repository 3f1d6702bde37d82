"""The demonstration office goes in through the front door and leaves an office with work in it."""

from datetime import UTC, date, datetime

import pytest_asyncio
from sqlalchemy import text

from registry.demo.load import Loaded, last_working_day, load
from registry.monitoring.check import check
from registry.settings import Settings
from registry.transactions.quality.rules import RULES
from tests.support import databases
from tests.support.databases import Database


@pytest_asyncio.fixture(scope="module")
async def office(template: str):
    """A small office, loaded once for this module."""
    async with databases.cloned(template) as database:
        settings = Settings(DATABASE_URL=database.url)  # pyright: ignore[reportCallIssue]
        now = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
        loaded = await load(database.engine, settings, now, people=1_500, seed=3, tell=lambda *_: None)
        yield database, loaded


async def _counts(database: Database, query: str) -> dict[str, int]:
    async with database.engine.connect() as connection:
        return {row[0]: row[1] for row in await connection.execute(text(query))}


async def test_a_working_day_of_about_300_interchanges(office: tuple[Database, Loaded]):
    _, loaded = office
    assert (loaded.practices, loaded.people, loaded.day) == (8, 1_500, date(2026, 10, 30))
    assert 270 <= loaded.interchanges <= 340


async def test_it_leaves_approvals_rejections_pending_deductions_and_a_queue(office: tuple[Database, Loaded]):
    database, _ = office
    messages = await _counts(database, "select kind, count(*) from practice_messages group by kind")
    assert messages["F4"] > 100 and messages["F3"] > 10 and messages["F2"] > 50 and messages["F11"] > 10
    queue = await _counts(database, "select kind, count(*) from anomalies where state = 'open' group by kind")
    assert {"free-text", "older-acceptance", "possible-match", "number-held-by-another"} <= queue.keys()
    states = await _counts(database, "select state, count(*) from transactions group by state")
    assert states["pending"] > 10 and states["waiting-for-trace"] > 0


async def test_a_third_of_the_transfers_come_from_beyond_the_register(office: tuple[Database, Loaded]):
    database, _ = office
    came = await _counts(
        database,
        "select outcome, count(*) from transactions where kind = 'acceptance' and state = 'accepted'"
        " and command ->> 'acceptance_type' = '3' group by outcome",
    )
    assert came["created"] * 3 >= came["created"] + came["registered"]


async def test_the_faults_of_the_day_are_there_and_told(office: tuple[Database, Loaded]):
    database, _ = office
    states = await _counts(database, "select state, count(*) from interchanges where direction = 'in' group by state")
    assert states["processed"] > 250 and states["repeated"] > 0
    gaps = await _counts(database, "select 'gaps', count(*) from link_gaps")
    assert gaps["gaps"] > 0


async def test_a_day_tears_no_family_apart(office: tuple[Database, Loaded]):
    """A child is at an address without grown people where one of the two was mistyped, and hardly elsewhere."""
    database, _ = office
    rule = next(each for each in RULES if each.name == "child-alone").query.replace(":grown", "date '2010-11-02'")
    alone = await _counts(database, f"select 'alone', count(*) from ({rule}) found")
    assert alone["alone"] <= 7


async def test_everything_that_must_hold_holds(office: tuple[Database, Loaded]):
    database, _ = office
    async with database.engine.connect() as connection:
        assert await check(connection) == []


def test_the_day_is_the_last_working_day():
    assert last_working_day(date(2026, 11, 2)) == date(2026, 10, 30)
    assert last_working_day(date(2026, 11, 4)) == date(2026, 11, 3)
