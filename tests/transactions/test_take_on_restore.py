"""A fresh start in development: what goes, what stays, and a server at work meanwhile."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.practices.store import number_series
from registry.transactions.outside import Outside
from registry.transactions.take_on.circumstances import TakeOnReport
from registry.transactions.take_on.people_file import UnusableFile
from registry.transactions.take_on.restore import KEPT, free_partner_codes, restore
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.fhir_patients import a_file, a_number, a_patient
from tests.support.taken_on import OFFICE, Register

FIRST, SECOND = a_number(0), a_number(1)
_TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"


@pytest.fixture
def register(database: Database, clock: FixedClock) -> Register:
    return Register(database.engine, clock)


async def restored(register: Register, path: Path, *, create_practices: bool = False) -> TakeOnReport:
    return await restore(
        register.engine,
        path,
        actor=OFFICE,
        clock=register.clock,
        listener=register.listener,
        create_practices=create_practices,
    )


async def test_what_happened_goes_and_what_was_set_up_stays(register: Register, tmp_path: Path):
    await register.add_practices("Y90001")
    await register.load(a_file(tmp_path, a_patient(FIRST)))
    (practice_id,) = (await register.rows("select id from practices"))[0]
    async with register.engine.begin() as connection:
        for statement in (
            f"select nextval('{number_series(practice_id)}'), nextval('register_transaction_number')",
            "insert into pgqueuer (priority, status, entrypoint) values (0, 'queued', 'transactions.fall-due')",
            "insert into link_sequences (sender, recipient, interchange) values ('AAAA', 'BBB1', 7)",
            "insert into policies values ('current', 'a-test', '(,)', '1', 'made up')",
        ):
            await connection.execute(text(statement))

    assert await restored(register, a_file(tmp_path, a_patient(SECOND))) == TakeOnReport(added=1)

    assert await register.rows("select nhs_number from patients") == [(SECOND,)]
    assert await register.rows("select min(id) from list_movements") == [(1,)]
    assert await register.rows("select action from audit_events") == [("patient.taken-on",)]
    for emptied in ("pgqueuer", "link_sequences"):
        assert await register.rows(f"select * from {emptied}") == []
    assert await register.rows("select id from practices") == [(practice_id,)]
    assert await register.rows("select count(*) from policies where key = 'a-test'") == [(1,)]
    # The practice's, and one for every way of being outside.
    assert await register.rows("select count(*) from lists") == [(1 + len(Outside),)]
    numbers = f"select nextval('{number_series(practice_id)}'), nextval('register_transaction_number')"
    assert await register.rows(numbers) == [(1, 1)]


async def test_every_table_that_stays_is_one_of_ours(register: Register):
    tables = {name for (name,) in await register.rows(_TABLES)}
    assert set(KEPT) <= tables


async def test_practices_are_made_up_where_that_is_asked(register: Register, tmp_path: Path):
    await register.add_practices("Y90001")
    path = a_file(tmp_path, a_patient(FIRST), a_patient(SECOND, "Z90001"))
    assert await restored(register, path) == TakeOnReport(added=1, refused=1)
    assert await restored(register, path, create_practices=True) == TakeOnReport(added=2)
    made = "select ods_code, trading_partner_code, authority_cipher, list_state from practices order by 1"
    assert await register.rows(made) == [
        ("Y90001", "0001", "XX1", "open"),
        ("Z90001", "Z000", "XX1", "open"),
    ]
    assert await register.breaches() == []


def test_partner_codes_are_four_characters_and_nobody_elses():
    codes = free_partner_codes(["Y90001", "Z90001", "ABC", "B0001"], {"Z000"})
    assert codes == {"Y90001": "0001", "Z90001": "Z001", "ABC": "Z002", "B0001": "Z003"}


async def test_a_file_that_cannot_be_used_changes_nothing(register: Register, tmp_path: Path):
    await register.add_practices("Y90001")
    await register.load(a_file(tmp_path, a_patient(FIRST)))
    before = await register.content()
    with pytest.raises(UnusableFile):
        await restored(register, a_file(tmp_path, b"not json"))
    assert await register.content() == before


async def test_somebody_at_work_is_waited_for_and_never_sees_it_empty(register: Register, tmp_path: Path):
    await register.add_practices("Y90001")
    path = a_file(tmp_path, a_patient(FIRST), a_patient(SECOND))
    await register.load(path)
    async with register.engine.begin() as at_work:
        await at_work.execute(text("select 1 from patients for update"))
        restoring = asyncio.create_task(restored(register, path))
        await asyncio.sleep(0.8)  # longer than the restoring waits for a lock at a time
        assert not restoring.done()
        # It has given way, so that others go on.
        assert await register.rows("select count(*) from patients") == [(2,)]
    assert await restoring == TakeOnReport(added=2)
    assert await register.rows("select count(*) from patients") == [(2,)]
