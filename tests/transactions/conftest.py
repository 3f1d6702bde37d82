"""Fixtures of operation tests."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.monitoring.check import check
from registry.values.clock import FixedClock
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import Office


@pytest_asyncio.fixture
async def office(connection: AsyncConnection, clock: FixedClock) -> AsyncIterator[Office]:
    """An office whose invariants are checked when the test has passed."""
    office = Office(connection, clock)
    yield office
    assert await check(connection) == []


@pytest_asyncio.fixture
async def committing(database: Database, clock: FixedClock) -> AsyncIterator[CommittingOffice]:
    """An office that commits, on a database of its own, whose invariants are checked when the test has passed."""
    office = CommittingOffice(database.engine, clock)
    yield office
    assert await office.breaches() == []
