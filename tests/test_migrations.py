"""Migrating: from nothing, twice, and by two at once."""

import asyncio

from registry.migrations import current_revision, migrate, newest_revision
from tests.support import databases


async def test_an_empty_database_is_brought_to_the_newest_revision_once():
    async with databases.empty() as database:
        assert await migrate(database.engine) is True
        async with database.engine.connect() as connection:
            assert await current_revision(connection) == newest_revision()
        assert await migrate(database.engine) is False


async def test_two_processes_that_start_together_take_turns():
    async with databases.empty() as database:
        assert sorted(await asyncio.gather(migrate(database.engine), migrate(database.engine))) == [False, True]
