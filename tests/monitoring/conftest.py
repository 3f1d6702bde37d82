"""Fixtures of monitoring: an office at work whose every clock strikes."""

from collections.abc import AsyncIterator

import pytest_asyncio

from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.monitoring.watched import Watched
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database


@pytest_asyncio.fixture
async def watched(database: Database, clock: FixedClock, settings: Settings) -> AsyncIterator[Watched]:
    """An office whose invariants, those of its clocks included, are checked when the test has passed."""
    office = Watched(CommittingOffice(database.engine, clock), settings)
    yield office
    assert await office.office.breaches() == []
