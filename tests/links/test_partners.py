"""Practices by their trading partner code, remembered for a few seconds."""

import time

import pytest
from sqlalchemy import text

from registry.links import partners
from registry.links.partners import Partner, directory_of, partner
from tests.support.databases import Database
from tests.support.practices import add_practice


async def test_a_practice_is_found_by_its_code_and_remembered(database: Database, monkeypatch: pytest.MonkeyPatch):
    async with database.engine.begin() as connection:
        practice_id = await add_practice(connection, "Y90001", "YA01")
    expected = Partner(practice_id, "Y90001", "YA01", "XX1")
    assert await partner(database.engine, "YA01") == expected
    async with database.engine.begin() as connection:
        await connection.execute(text("update practices set authority_cipher = 'YD'"))
        assert await partner(connection, "YA01") == expected
    later = time.monotonic() + partners.REMEMBERED_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    found = await partner(database.engine, "YA01")
    assert found is not None
    assert found.authority_cipher == "YD"


async def test_a_code_that_was_not_there_is_found_as_soon_as_it_is(database: Database):
    assert await partner(database.engine, "YA01") is None
    async with database.engine.begin() as connection:
        await add_practice(connection, "Y90001", "YA01")
    assert await partner(database.engine, "YA01") is not None


async def test_what_is_forgotten_is_asked_for_again(database: Database):
    async with database.engine.begin() as connection:
        await add_practice(connection, "Y90001", "YA01")
        assert await partner(connection, "YA01") is not None
        await connection.execute(text("delete from practices"))
    assert await partner(database.engine, "YA01") is not None
    directory_of(database.engine).forget("YA01")
    assert await partner(database.engine, "YA01") is None


async def test_each_database_has_its_own(database: Database, template: str):
    from tests.support import databases

    async with database.engine.begin() as connection:
        await add_practice(connection, "Y90001", "YA01")
    assert await partner(database.engine, "YA01") is not None
    async with databases.cloned(template) as other:
        assert await partner(other.engine, "YA01") is None
