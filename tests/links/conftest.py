"""Fixtures of the exchange's tests."""

from collections.abc import AsyncIterator

import pytest_asyncio

from registry.database import unit_of_work
from registry.monitoring.check import check
from registry.policies.store import seed
from registry.values.clock import FixedClock
from tests.links.traffic import Exchange
from tests.support.databases import Database


@pytest_asyncio.fixture
async def exchange(database: Database, clock: FixedClock) -> AsyncIterator[Exchange]:
    """An exchange whose register's invariants are checked when the test has passed."""
    async with unit_of_work(database.engine) as connection:
        await seed(connection)
    exchange = Exchange(database.engine, clock)
    yield exchange
    async with database.engine.connect() as connection:
        assert await check(connection) == []
