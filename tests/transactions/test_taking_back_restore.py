"""The restoring of a stay: no day's gap, and a ledger that adds up to nothing."""

from datetime import date, timedelta
from uuid import UUID

from registry.database import Writes
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.office_transactions import note_transaction
from registry.transactions.taking_back.restore import PutBack, put_back
from registry.transactions.taking_back.standing import last_standing
from tests.support.office import Office


async def take_back(office: Office, patient_id: UUID) -> PutBack:
    """Take back somebody's last movement, as any part of the office's work may."""
    await lock_people(office.connection, [patient_id])
    person = await gather_person(office.connection, patient_id)
    last = await last_standing(office.connection, patient_id)
    assert last is not None
    writes, context = Writes(), office.context()
    done = note_transaction(
        writes, context, "reversal", outcome="put-back", sentence="Put back.", command={}, patient_id=patient_id
    )
    put = await put_back(office.connection, writes, context, person, last, done)
    await writes.flush(office.connection)
    return put


async def stay_of(office: Office, patient_id: UUID) -> tuple[str, date, str]:
    return (
        await office.one("select period::text from list_memberships where patient_id = :id", id=patient_id),
        await office.one("select accepted_on from list_memberships where patient_id = :id", id=patient_id),
        await office.one("select gp_code from list_memberships where patient_id = :id", id=patient_id),
    )


async def test_a_stay_goes_on_in_its_own_row_as_if_nothing_had_been(office: Office):
    nethermoor = await office.practice()
    anna, number = await office.person(nethermoor)
    before = await stay_of(office, anna)
    await office.send(office.deduction(nethermoor, number, "5"))
    office.on(office.today + timedelta(days=200))
    put = await take_back(office, anna)
    assert put.practice_id == nethermoor.id and await office.list_of(anna) == nethermoor.id
    assert await stay_of(office, anna) == before


async def test_a_stay_that_began_and_ended_on_one_day_comes_back_too(office: Office):
    nethermoor, saltholme = await office.practice(), await office.practice()
    anna, number = await office.person(nethermoor)
    accepted_on = office.today - timedelta(days=3)
    await office.send(office.acceptance(saltholme, number=number, accepted_on=accepted_on))
    await office.send(office.deduction(saltholme, number, "5"))
    await take_back(office, anna)
    rows = await office.connection.exec_driver_sql(
        "select accepted_on, gp_code, lower(period) from list_memberships where upper_inf(period)"
    )
    assert rows.all() == [(accepted_on, saltholme.gp_code, office.today)]
    assert (await take_back(office, anna)).practice_id == nethermoor.id


async def test_movements_are_taken_back_one_by_one_from_the_last(office: Office):
    nethermoor = await office.practice()
    anna, number = await office.person(nethermoor)
    await office.send(office.deduction(nethermoor, number, "13", free_text="OOA REG"))
    office.on(office.today + timedelta(days=20))
    await office.connection.exec_driver_sql("select 1")
    back = office.acceptance(nethermoor, number=number, acceptance_code="D")
    await office.send(back)
    office.on(office.today + timedelta(days=20))
    assert (await take_back(office, anna)).practice_id is None
    assert (await take_back(office, anna)).practice_id == nethermoor.id
    # What comes next is dated as ever.
    await office.send(office.deduction(nethermoor, number, "5"))
    assert await office.list_of(anna) is None
