"""A server and a system that may ask it for tokens."""

from uuid import UUID

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.values.clock import FixedClock
from tests.support.clients import System, registered
from tests.support.databases import Database
from tests.support.practices import add_practice


@pytest_asyncio.fixture
async def practice(database: Database) -> UUID:
    async with unit_of_work(database.engine) as connection:
        await add_practice(connection, "Y90002", "YA02")
        return await add_practice(connection)


@pytest_asyncio.fixture
async def system(database: Database, client: httpx.AsyncClient, clock: FixedClock, practice: UUID) -> System:
    """Of the practice Y90001, signing by RS512."""
    return await registered(database, client, clock, ods_code="Y90001")
