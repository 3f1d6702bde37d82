"""Fixtures that every test may use.

One event loop serves a whole run, so that engines can be kept. A test that commits asks for
`database`; one that only reads and writes within a unit of work asks for `connection`, whose
work is undone.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.app import create_app
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.support import databases
from tests.support.databases import Database


@pytest_asyncio.fixture(scope="session")
async def template() -> str:
    """The name of the migrated database that others are copied from."""
    return await databases.ensure_template()


@pytest_asyncio.fixture(scope="session")
async def engine(template: str) -> AsyncIterator[AsyncEngine]:
    """An engine on this process's copy of the database. Nothing may be committed to it."""
    async with databases.cloned(template) as database:
        yield database.engine


@pytest_asyncio.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is undone after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest_asyncio.fixture
async def database(template: str) -> AsyncIterator[Database]:
    """A database of the test's own, for tests that commit; dropped afterwards."""
    async with databases.cloned(template) as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    """A Monday morning in London on which nothing special happens."""
    return FixedClock(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that name the test's own database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    return Settings()  # pyright: ignore[reportCallIssue]  # filled from the environment


@pytest_asyncio.fixture
async def app(settings: Settings, database: Database, clock: FixedClock) -> AsyncIterator[FastAPI]:
    """The started application on the test's own database."""
    app = create_app(settings, engine=database.engine, clock=clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Talks to the application without a network. What the application raises, the test sees."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry.test") as client:
        yield client
