"""Changing keys: everything opens, and is found, with the former key, with both, and at last without it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, unit_of_work
from registry.patients.invalidated import invalidate, invalidated_among, is_invalidated, seal_anew
from registry.vault.audit import openings
from registry.vault.cases import Case, cases_of, events_of, open_case
from registry.vault.check import check
from registry.vault.closed import WrongKey
from registry.vault.keys import Keyring, keyring
from registry.vault.links import Link, link, links_about, links_by_number
from registry.vault.private import Private, keep_private, private_of
from registry.vault.rotate import rotate
from registry.vault.sealed import SealedRow, keep_rows, kept_rows
from tests.support.databases import Database
from tests.vault.opened import CLERK, NOW, opened

OLD, NEW = b"o" * 32, b"n" * 32
GONE = "9990000042"


async def planted(connection: AsyncConnection) -> tuple[Link, Case]:
    made = Link(uuid4(), uuid4(), "9990000018", "9990000026", "gender", "NBO")
    async with opened(connection) as vault:
        await link(vault, made)
        case = await open_case(
            vault, kind="gender", state="notified", expects="number", due_at=NOW,
            old_patient_id=made.old_patient_id, new_patient_id=made.new_patient_id,
        )  # fmt: skip
        await keep_rows(vault, case.id, (SealedRow("patients", n, {}) for n in range(700)))
        await keep_private(vault, made.new_patient_id, Private())
    writes = Writes()
    invalidate(writes, GONE)
    await writes.flush(connection)
    return made, case


async def is_all_there(connection: AsyncConnection, made: Link, case: Case) -> None:
    async with opened(connection) as vault:
        for person in (made.old_patient_id, made.new_patient_id):
            assert await links_about(vault, person) == [made]
            assert await cases_of(vault, person) == [case]
        assert await links_by_number(vault, "9990000026") == [made]
        assert len(await events_of(vault, case.id)) == 1
        assert len({each.key async for each in kept_rows(vault, case.id)}) == 700
        assert await private_of(vault, made.new_patient_id) == Private()
        assert await openings(vault, NOW, NOW.replace(hour=23))
    assert await is_invalidated(connection, GONE)


async def test_a_change_of_keys_from_beginning_to_end(database: Database, keys_are: Callable[..., None]):
    keys_are(OLD)
    async with unit_of_work(database.engine) as connection:
        made, case = await planted(connection)
    keys_are(NEW, OLD)
    async with unit_of_work(database.engine) as connection:
        await is_all_there(connection, made, case)
    found = await check(database.engine, CLERK, NOW)
    assert (found.wrong, found.to_rotate > 700) == ([], True)

    assert await rotate(database.engine, CLERK, NOW) == found.to_rotate
    async with unit_of_work(database.engine) as connection:
        assert await seal_anew(connection, keyring()) == 1
    assert await rotate(database.engine, CLERK, NOW) == 0

    keys_are(NEW)
    async with unit_of_work(database.engine) as connection:
        await is_all_there(connection, made, case)
        assert await seal_anew(connection, keyring()) == 0
    found = await check(database.engine, CLERK, NOW)
    assert (found.wrong, found.to_rotate) == ([], 0)


async def test_with_another_key_nothing_opens_and_it_is_said_why(database: Database, keys_are: Callable[..., None]):
    keys_are(OLD)
    async with unit_of_work(database.engine) as connection:
        await planted(connection)
    keys_are(NEW)
    found = await check(database.engine, CLERK, NOW)
    assert [sentence for sentence in found.wrong if "add the former key behind" in sentence]
    with pytest.raises(WrongKey, match="add the former key behind"):
        await rotate(database.engine, CLERK, NOW)
    async with unit_of_work(database.engine) as connection:
        with pytest.raises(WrongKey):
            await is_invalidated(connection, GONE)
    keys_are(OLD)
    assert (await check(database.engine, CLERK, NOW)).wrong == []  # nothing was sealed with the other one


async def test_a_key_that_was_retired_opens_nothing(database: Database, keys_are: Callable[..., None]):
    keys_are(OLD)
    async with unit_of_work(database.engine) as connection:
        await planted(connection)
    keys_are(NEW, OLD)
    await rotate(database.engine, CLERK, NOW)
    keys_are(OLD)
    with pytest.raises(WrongKey):
        async with unit_of_work(database.engine) as connection, opened(connection):
            raise AssertionError("is open")


async def test_a_row_of_a_key_that_is_lost_is_told_apart(database: Database, keys_are: Callable[..., None]):
    keys_are(OLD)
    async with unit_of_work(database.engine) as connection:
        await planted(connection)
        async with opened(connection) as vault:
            lost = Keyring([b"x" * 32]).seal(b"{}", b"private/1")
            await vault.execute(text("update vault.private set sealed = :sealed"), {"sealed": lost})
    found = await check(database.engine, CLERK, NOW)
    assert found.wrong == ["vault.private: 1 rows were sealed with a key that is not here"]


async def test_check_finds_a_row_that_was_altered(database: Database, keys_are: Callable[..., None]):
    keys_are(OLD)
    async with unit_of_work(database.engine) as connection:
        await planted(connection)
        async with opened(connection) as vault:
            await vault.execute(
                text("update vault.links set sealed = set_byte(sealed, 40, 1 - get_byte(sealed, 40) % 2)")
            )
    found = await check(database.engine, CLERK, NOW)
    assert found.wrong == ["vault.links: 1 rows are not what was sealed there"]


async def test_numbers_are_recognised_among_many(connection: AsyncConnection, keys_are: Callable[..., None]):
    keys_are(OLD)
    assert await invalidated_among(connection, ["9990000018"]) == set()
    writes = Writes()
    invalidate(writes, GONE)
    invalidate(writes, "9990000050")
    await writes.flush(connection)
    assert await invalidated_among(connection, ["9990000018", GONE, GONE]) == {GONE}
    assert await invalidated_among(connection, []) == set()
    rows = (await connection.execute(text("select fingerprint, sealed from invalidated_numbers"))).all()
    assert GONE.encode() not in b"".join(part for row in rows for part in row)
