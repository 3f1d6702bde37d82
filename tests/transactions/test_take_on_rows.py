"""The rows that are written at once as text say what the values say."""

from datetime import date
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.demo.people import generate_office
from registry.demo.to_records import to_record
from registry.matching.keys import key_row, keys_of
from registry.patients.record import FormerAddress, FormerName, PersonRecord
from registry.transactions.take_on.copy_rows import NULL, copy, encode
from registry.transactions.take_on.keys import COLUMNS, key_rows
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex


def by_values(record: PersonRecord) -> list[tuple[str, ...]]:
    """The rows of match_keys as the matcher's own values make them."""
    described = Demographics(
        name=record.name,
        sex=record.sex,
        date_of_birth=record.date_of_birth,
        number=str(record.nhs_number) if record.nhs_number else None,
        previous_surname=record.previous_surname,
        address=record.address,
    )
    keys = keys_of(
        ID,
        described,
        former_names=[each.name for each in record.former_names],
        former_addresses=[each.address for each in record.former_addresses],
    )
    written = {None: NULL, True: "t", False: "f"}
    return [
        tuple(written[value] if value in written else str(value) for value in key_row(key).values()) for key in keys
    ]


ID = uuid4()


def test_keys_of_a_whole_office():
    records = [to_record(person) for person in generate_office(1_500, seed=7).people]
    assert any(record.former_names for record in records) and any(record.former_addresses for record in records)
    for record in records:
        assert key_rows(record, str(ID)) == by_values(record)


def test_keys_of_people_whose_former_facts_repeat_each_other():
    rng = Random(3)
    surnames = ["Quill", "QUILL", "Rook", "O'Rook", "", "Baby", "Çelik-Rook"]
    places = [
        Address.of(["", "3 Mill Lane"], "ZX1 1AA"),
        Address.of(["", "3 MILL LANE"], "zx11aa"),
        Address(),
        Address.of(["Flat 2"]),
    ]
    for _ in range(500):
        record = PersonRecord(
            None,
            Name(rng.choice(surnames) or "X", rng.choice(["Ada May", "Ada", ""]), rng.choice(["", "May"])),
            sex=rng.choice(list(Sex)),
            date_of_birth=rng.choice([None, date(1900, 1, 1), date(1980, 2, 29)]),
            address=rng.choice(places),
            previous_surname=rng.choice([None, *surnames]),
            former_names=tuple(FormerName(Name(rng.choice(surnames), "Ada")) for _ in range(rng.randrange(3))),
            former_addresses=tuple(FormerAddress(rng.choice(places)) for _ in range(rng.randrange(3))),
        )
        assert key_rows(record, str(ID)) == by_values(record)


def test_the_columns_are_those_of_the_matchers_own_row():
    key = keys_of(ID, Demographics(Name("Quill")))[0]
    assert tuple(key_row(key)) == COLUMNS


@pytest.mark.parametrize("awkward", ["a\tb", "a\nb", "a\rb", "\\", "\\N", "a\\tb", "", "Zoë", "\\.", NULL + "x"])
async def test_any_text_survives_copying(connection: AsyncConnection, awkward: str):
    await connection.execute(text("create temporary table copied (one text, two text, three text) on commit drop"))
    await copy(connection, "copied", ("one", "two", "three"), encode([(awkward, NULL, awkward), ("x", "y", "z")]))
    rows = (await connection.execute(text("select * from copied order by two nulls first"))).all()
    assert [tuple(row) for row in rows] == [(awkward, None, awkward), ("x", "y", "z")]
