"""Worlds for the walks: one that was lived in, made once, and copies of it in which something was then changed."""

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from registry.settings import Settings, settings
from registry.values.clock import FixedClock
from tests.leaks.history import live
from tests.leaks.prove import everything
from tests.leaks.story import Story, change_three_identities, one_adoption, protect_and_move
from tests.leaks.walk import Walk
from tests.leaks.walk_commands import CommandWalker
from tests.leaks.walk_routes import RouteWalker
from tests.leaks.world import World, instant
from tests.support import databases

BEGINS = instant("2026-09-28T08:30")

Walked = tuple[Walk, RouteWalker, CommandWalker]


@pytest.fixture(scope="package")
def vault_key() -> Iterator[None]:
    """A key for the vaults of these worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest_asyncio.fixture(scope="package")
async def lived(template: str, vault_key: None) -> AsyncIterator[World]:
    """The world before anything is changed. Nobody is connected to its database: it is copied."""
    async with databases.cloned(template) as database:
        told = Settings(DATABASE_URL=database.url)  # pyright: ignore[reportCallIssue]
        world = World(database, FixedClock(BEGINS), told)
        await world.open_office()
        await live(world)
        await database.engine.dispose()
        yield world


@asynccontextmanager
async def copy_of(world: World) -> AsyncIterator[World]:
    """The same world on a database of its own."""
    name = make_url(world.database.url).database
    assert name is not None
    await world.engine.dispose()
    async with databases.cloned(name) as database:
        yield world.on(database)


@pytest_asyncio.fixture(scope="package")
async def unchanged(lived: World) -> AsyncIterator[World]:
    """A copy in which nothing was changed: where a walk must find everything."""
    async with copy_of(lived) as world:
        yield world


@pytest_asyncio.fixture(scope="package")
async def sealed(lived: World) -> AsyncIterator[Story]:
    """A copy in which three identities were changed, and everything is done."""
    async with copy_of(lived) as world:
        yield await change_three_identities(world)


@pytest_asyncio.fixture(scope="package")
async def quiet(lived: World) -> AsyncIterator[Story]:
    """A copy in which one child was adopted, and nothing else happened for weeks."""
    async with copy_of(lived) as world:
        yield await one_adoption(world)


@pytest_asyncio.fixture(scope="package")
async def restricted(lived: World) -> AsyncIterator[Story]:
    """A copy in which one person's whereabouts are protected, and she has moved since."""
    async with copy_of(lived) as world:
        yield await protect_and_move(world)


@pytest_asyncio.fixture(scope="package")
async def walked(sealed: Story) -> Walked:
    """The walk through the sealed world, whole."""
    walk = Walk(sealed.marks)
    values = await sealed.values()
    routes, commands = await everything(values, walk, values.numbers[:6])
    return walk, routes, commands
