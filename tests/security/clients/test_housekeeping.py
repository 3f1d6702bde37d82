"""What is over is removed, and nothing else."""

from datetime import timedelta

from sqlalchemy import text

from registry.database import unit_of_work
from registry.jobs.handlers import JobContext
from registry.security.callers import Role
from registry.security.clients.housekeeping import forget_tokens
from registry.security.tokens import issue
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.support.clients import System
from tests.support.databases import Database


async def test_ended_tokens_and_old_assertions_go(
    system: System, database: Database, clock: FixedClock, settings: Settings
):
    async with unit_of_work(database.engine) as connection:
        await issue(connection, "for ever", Role.STAFF, clock.now(), practice_id=None)
    assert (await system.ask()).status_code == 200
    left: list[tuple[int, int]] = []
    for days in (0, 2, 28):
        clock.instant += timedelta(days=days, seconds=1)
        await forget_tokens(JobContext(database.engine, clock, settings), {})
        async with database.engine.connect() as connection:
            counts = "select (select count(*) from access_tokens), (select count(*) from oauth_assertions)"
            left.append(tuple((await connection.execute(text(counts))).one()))
    assert left == [(2, 1), (1, 1), (1, 0)]
