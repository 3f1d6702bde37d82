"""The register as a sweep reads it: everybody who takes part, present and former facts apart, and nobody else."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from registry.transactions.sweep import read_register as reading
from registry.transactions.sweep.read_register import Register, read_register
from registry.values.address import Address
from registry.values.person import Sex
from tests.support.office import Office
from tests.support.sweeping import ADA, AWAY, GRETA, HOME, somebody


def row_of(register: Register, person: UUID) -> int:
    [row] = [row for row in range(len(register)) if register.id_of(row) == person]
    return row


def told(register: Register, person: UUID) -> dict[str, object]:
    """What the columns say of somebody, in values again."""
    records, row = register.records, row_of(register, person)
    names, former = records.names.values, records.former
    past = np.flatnonzero(former.person == row)
    return {
        "forename": names[records.forename[row]],
        "middle": names[records.middle[row]],
        "surname": names[records.surname[row]],
        "previous": names[records.previous_surname[row]],
        "born": int(records.born[row]),
        "sex": int(records.sex[row]),
        "postcode": records.postcodes.values[records.postcode[row]],
        "address": records.addresses.of(np.array([row], dtype=np.int32)),
        "number": int(records.number[row]),
        "former names": {str(names[former.surname[each]]) for each in past} - {""},
        "former postcodes": {str(records.postcodes.values[former.postcode[each]]) for each in past} - {""},
        "former numbers": {int(former.number[each]) for each in past} - {0},
    }


async def test_an_empty_register_is_read(office: Office):
    register = await read_register(office.connection)
    assert len(register) == 0
    assert len(register.records.ids) == 0


async def test_present_and_former_facts_are_told_apart(office: Office):
    like = replace(
        ADA,
        previous_surname="Moss",
        previous_address=AWAY,
        address=Address(("Flat 3", "12 Quillet Lane", "", "", ""), "ZX4 7QP"),
    )
    ada, number = await office.person(like=like)
    greta, _ = await office.person(like=replace(GRETA, sex=Sex.NOT_SPECIFIED, date_of_birth=None), number=None)
    superseded = office.number()
    await office.connection.execute(
        text("insert into patient_numbers (nhs_number, patient_id) values (:number, :id)"),
        {"number": superseded, "id": ada},
    )
    register = await read_register(office.connection)
    assert told(register, ada) == {
        "forename": "ADA",
        "middle": "BEATRIX",
        "surname": "FEATHERSTONE",
        "previous": "MOSS",
        "born": 19610723,
        "sex": 2,
        "postcode": "ZX47QP",
        "address": ["3 12|QUILLET"],
        "number": int(number),
        "former names": {"MOSS", "FEATHERSTONE"},
        "former postcodes": {"QZ23AB"},
        "former numbers": {int(superseded)},
    }
    unknown = {name: told(register, greta)[name] for name in ("born", "sex", "number", "former names")}
    assert unknown == {"born": 0, "sex": 0, "number": 0, "former names": set()}


async def test_who_takes_no_part_is_not_read(office: Office):
    here, _ = await office.person(like=GRETA)
    away, _ = await office.person(like=ADA)
    for change in (
        "apart = true",
        "status = 'invalidated'",
        f"status = 'superseded', nhs_number = null, merged_into = '{here}'",
    ):
        nested = await office.connection.begin_nested()
        await office.connection.execute(text(f"update patients set {change} where id = :id"), {"id": away})
        register = await read_register(office.connection)
        assert [register.id_of(row) for row in range(len(register))] == [here], change
        await nested.rollback()


async def test_the_dead_the_restricted_and_those_on_no_list_take_part(office: Office):
    dead, _ = await office.person(like=ADA, status="informal-dead")
    hidden, _ = await office.person(like=GRETA, restricted=True)
    register = await read_register(office.connection)
    assert register.dead.tolist() == [register.id_of(row) == dead for row in range(2)]
    assert row_of(register, hidden) in (0, 1)


async def test_who_changed_is_marked(office: Office):
    early, _ = await office.person(like=ADA)
    late, _ = await office.person(like=GRETA)
    now = office.clock.now()
    statement = text("update patients set updated_at = :now where id = :id")
    await office.connection.execute(statement, {"now": now - timedelta(days=2), "id": early})
    await office.connection.execute(statement, {"now": now, "id": late})
    register = await read_register(office.connection, now - timedelta(days=1))
    assert register.changed.tolist() == [register.id_of(row) == late for row in range(2)]
    assert (await read_register(office.connection)).changed.all()


async def test_however_it_comes_it_is_read_the_same(office: Office, monkeypatch: pytest.MonkeyPatch):
    for number in range(40):
        day = date(1950 + number, 1 + number % 12, 2).isoformat()
        born = somebody(f"Forename{'abcdefgh'[number % 8]}", f"Surname{'klmnop'[number % 6]}", day, address=HOME)
        await office.person(like=replace(born, previous_address=AWAY, name=replace(born.name, title="Ms")))
    whole = await read_register(office.connection)
    monkeypatch.setattr(reading, "_BLOCK", 300)
    by_pieces = await read_register(office.connection)
    assert whole.ids.tolist() == by_pieces.ids.tolist() == sorted(whole.ids.tolist())
    assert [told(whole, whole.id_of(row)) for row in range(40)] == [
        told(by_pieces, by_pieces.id_of(row)) for row in range(40)
    ]
