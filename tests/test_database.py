"""Statements that go to the driver directly behave as those that SQLAlchemy executes."""

import asyncpg
import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Integer

from registry.database import Prebuilt, send, unit_of_work, violated_constraint
from tests.support.databases import Database

_INSERT = "insert into link_sequences (sender, recipient, interchange) values ($1, $2, 1)"
_COUNT = "select count(*) from link_sequences where sender = $1"


async def test_first_statement_begins_the_unit_of_work(database: Database) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        async with unit_of_work(database.engine) as connection:
            await send(connection, _INSERT, ("T015", "XD1"))
            await send(connection, _INSERT, ("T015", "XD2"))
            raise RuntimeError("stop")
    async with unit_of_work(database.engine) as connection:
        assert [row[0] for row in await send(connection, _COUNT, ("T015",))] == [0]
        await send(connection, _INSERT, ("T015", "XD1"))
    async with unit_of_work(database.engine) as connection:
        await connection.execute(text("select 1"))
        assert [row[0] for row in await send(connection, _COUNT, ("T015",))] == [1]


@pytest.mark.parametrize("begun", [False, True])
async def test_a_broken_rule_is_named(connection: AsyncConnection, begun: bool) -> None:
    async with connection.begin_nested():
        await send(connection, _INSERT, ("T015", "XD1"))
    with pytest.raises(IntegrityError) as caught:
        async with connection.begin_nested():
            if begun:
                await send(connection, _INSERT, ("T015", "XD1"))
            else:
                await connection.exec_driver_sql(_INSERT, ("T015", "XD1"))
    assert violated_constraint(caught.value) == "pk_link_sequences"
    assert getattr(caught.value.orig, "sqlstate", None) == "23505"


async def test_a_state_of_postgresql_is_told(connection: AsyncConnection) -> None:
    await send(connection, "select 1", ())
    with pytest.raises(DBAPIError) as caught:
        await send(connection, "select 1 / $1::int", (0,))
    assert getattr(caught.value.orig, "sqlstate", None) == "22012"
    assert not caught.value.connection_invalidated


async def test_a_value_that_the_driver_cannot_send_is_refused(connection: AsyncConnection) -> None:
    await send(connection, "select 1", ())
    with pytest.raises(DBAPIError):
        await send(connection, "select $1::int", ("seven",))


async def test_a_lost_connection_is_told_and_replaced(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with unit_of_work(database.engine) as connection:
            [(own,)] = await send(connection, "select pg_backend_pid()", ())
            other = await asyncpg.connect(database.url)
            await other.execute("select pg_terminate_backend($1)", own)
            await other.close()
            await send(connection, "select 1", ())
    assert caught.value.connection_invalidated
    async with unit_of_work(database.engine) as connection:
        assert [tuple(row) for row in await send(connection, "select 1", ())] == [(1,)]


async def test_a_prebuilt_statement_takes_values_by_name(connection: AsyncConnection) -> None:
    clause = text("select :less - :more, :less").bindparams(
        bindparam("more", type_=Integer), bindparam("less", type_=Integer)
    )
    statement = Prebuilt.of(clause)
    for _ in range(2):  # by SQLAlchemy first, which begins; then by the driver
        assert [tuple(row) for row in await statement.rows(connection, {"more": 2, "less": 9})] == [(7, 9)]
