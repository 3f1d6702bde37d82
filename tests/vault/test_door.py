"""The vault opens by its door alone, and closes again whatever happens inside."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.vault.closed import NoKey
from tests.support.databases import Database
from tests.vault.opened import TABLES, opened

DENIED = "permission denied for "
"""Followed by the schema or, for a statement that was prepared while the door was open, by the table."""


async def refused(connection: AsyncConnection, statement: str) -> str:
    """What PostgreSQL says to a statement that it refuses."""
    with pytest.raises(DBAPIError) as caught:
        async with connection.begin_nested():
            await connection.execute(text(statement))
    return str(caught.value)


async def is_closed(connection: AsyncConnection) -> bool:
    return DENIED in await refused(connection, "select count(*) from vault.links")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["select * from vault.{}", "delete from vault.{}", "truncate vault.{}", "copy vault.{} to stdout"]
)
async def test_no_plain_statement_reaches_it(connection: AsyncConnection, table: str, statement: str):
    assert DENIED in await refused(connection, statement.format(table))


async def test_what_is_there_can_be_entered_and_left(connection: AsyncConnection):
    async with opened(connection) as vault:
        for table in TABLES:
            await vault.execute(text(f"select * from vault.{table}"))
    assert await is_closed(connection)
    await connection.execute(text("select * from patients limit 1"))


async def test_the_register_is_out_of_reach_from_inside(connection: AsyncConnection):
    async with opened(connection):
        assert "permission denied" in await refused(connection, "select * from patients")


async def test_it_closes_when_the_block_raises(connection: AsyncConnection):
    with pytest.raises(ValueError, match="within"):
        async with opened(connection):
            raise ValueError("within")
    assert await is_closed(connection)


async def test_it_closes_when_postgresql_refuses(connection: AsyncConnection):
    with pytest.raises(DBAPIError):
        async with connection.begin_nested(), opened(connection) as vault:
            await vault.execute(text("select 1 / 0"))
    assert await is_closed(connection)


async def test_it_closes_when_the_unit_of_work_is_undone_or_committed(database: Database):
    async with database.engine.connect() as connection:
        await connection.begin()
        async with opened(connection) as vault:
            await vault.execute(text("select set_config('role', 'registry_vault', true)"))
            with pytest.raises(DBAPIError):
                await vault.execute(text("select 1 / 0"))
            await connection.rollback()
        assert await is_closed(connection)
        await connection.rollback()
        async with opened(connection):
            pass
        await connection.commit()
        assert await is_closed(connection)


async def test_one_within_another_leaves_the_outer_open(connection: AsyncConnection):
    async with opened(connection) as outer:
        async with opened(connection):
            pass
        await outer.execute(text("select * from vault.links"))
    assert await is_closed(connection)


async def test_a_vault_that_was_left_cannot_be_used(connection: AsyncConnection):
    async with opened(connection) as vault:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await vault.execute(text("select 1"))


async def test_without_a_key_it_does_not_open(connection: AsyncConnection, keys_are: Callable[..., None]):
    keys_are(environment="production")
    with pytest.raises(NoKey):
        async with opened(connection):
            raise AssertionError("is open")
    assert await is_closed(connection)
