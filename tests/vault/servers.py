"""Databases and users beside those of the tests: for setting the vault up, and for failing to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine
from tests.support import databases

PLAIN = "registry_test_plain"
"""A user who may make no roles."""


@dataclass(frozen=True, slots=True)
class PlainDatabase:
    """A database of that user, with nothing in it."""

    engine: AsyncEngine
    url: str
    as_administrator: str


def url_as(user: str, url: str) -> str:
    """The same database, as another user of the tests' own server."""
    return make_url(url).set(username=user).render_as_string(hide_password=False)


async def carry_out(url: str, statement: str) -> None:
    """Send statements as an administrator would."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def plain_database() -> AsyncIterator[PlainDatabase]:
    """A database that belongs to somebody who may make no roles. Skips where nobody may make such a user."""
    server = url_as("postgres", databases.url_of("postgres"))
    name = f"{PLAIN}_{id(object())}"
    try:
        await carry_out(server, f"do $$ begin create role {PLAIN} login; exception when duplicate_object then end $$")
    except (OSError, asyncpg.PostgresError) as error:
        pytest.skip(f"no administrator of the tests' server: {type(error).__name__}")
    await carry_out(server, f"create database {name} owner {PLAIN} template template0")
    url = url_as(PLAIN, databases.url_of(name))
    engine = create_engine(url, pool_size=2)
    try:
        yield PlainDatabase(engine, url, url_as("postgres", url))
    finally:
        await engine.dispose()
        await carry_out(server, f"drop database {name} with (force)")
        # No test leaves the user within the vault's role: the next one begins without.
        await carry_out(server, f"revoke registry_vault from {PLAIN}")
