"""Fixtures of paper: an office with a practice that still sends forms."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.monitoring.check import check
from registry.values.clock import FixedClock
from tests.paper.post import Post
from tests.support.office import Office


@pytest_asyncio.fixture
async def office(connection: AsyncConnection, clock: FixedClock) -> AsyncIterator[Office]:
    """An office whose invariants are checked when the test has passed."""
    office = Office(connection, clock)
    yield office
    assert await check(connection) == []


@pytest_asyncio.fixture
async def post(office: Office) -> Post:
    """The post of a practice: forms in batches."""
    return Post(office, await office.practice())
