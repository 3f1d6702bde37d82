"""The look-ups on a real database: who is found by what, how many, and under which lock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.candidates import (
    MOST_CANDIDATES,
    SEARCH_PARAMETERS,
    SEARCH_SQL,
    find_and_lock,
    load_keys,
    near_dates,
    search_parameters,
)
from registry.matching.decide import Candidate, Outcome, decide
from registry.matching.keys import key_row
from registry.matching.models import match_decisions, match_keys
from registry.matching.store import decision_row
from registry.patients.models import patient_numbers, patients
from tests.matching.people import HOME, OTHER_TOWN, candidate, incoming, number
from tests.support.databases import Database


async def hold(connection: AsyncConnection, *people: Candidate) -> None:
    """Put people on the register as far as matching sees them."""
    for person in people:
        key = person.keys[0]
        await connection.execute(
            insert(patients).values(
                id=person.patient_id,
                nhs_number=key.nhs_number,
                surname=key.surname,
                first_forename=key.first_forename,
                sex="2",
                date_of_birth=key.date_of_birth,
            )
        )
        for superseded in person.superseded_numbers:
            await connection.execute(
                insert(patient_numbers).values(nhs_number=superseded, patient_id=person.patient_id)
            )
    await connection.execute(insert(match_keys), [key_row(key) for person in people for key in person.keys])


@pytest.mark.parametrize(
    ("form", "held", "found", "why"),
    [
        ({}, {}, True, "everything"),
        (
            {"nhs": number(1), "forename": "A B", "surname": "C D", "born": None, "at": ""},
            {"nhs": number(1)},
            True,
            "number",
        ),
        (
            {"nhs": number(2), "forename": "A B", "surname": "C D", "born": None, "at": ""},
            {"nhs": number(1), "superseded": (number(2),)},
            True,
            "superseded number",
        ),
        ({"forename": "ROSE", "at": OTHER_TOWN}, {}, True, "birth and surname"),
        ({"surname": "JONES", "at": OTHER_TOWN}, {}, True, "birth and forename"),
        ({"surname": "JONES", "forename": "ROSE"}, {}, True, "postcode and birth"),
        ({"born": "1955-12-31", "surname": "JONES"}, {}, True, "postcode and forename"),
        ({"born": "1980-11-02", "at": OTHER_TOWN}, {}, True, "names and year"),
        ({"born": "1990-03-25", "at": OTHER_TOWN}, {}, True, "names, ten years off"),
        ({"born": "1981-03-25", "at": OTHER_TOWN}, {}, True, "names, a year off"),
        ({"born": "1955-12-31", "at": OTHER_TOWN}, {}, False, "years apart and moved: out of reach"),
        (
            {"surname": "PRICHARD", "forename": "OLWYN", "at": OTHER_TOWN},
            {},
            True,
            "birth and the sound of the surname",
        ),
        ({"surname": "PRICHARD", "forename": "OLWYN", "born": "1980-04-25"}, {}, True, "postcode and year"),
        ({"surname": "OLWEN", "forename": "PRITCHARD", "born": "1980-03-26", "at": ""}, {}, True, "names exchanged"),
        ({"at": OTHER_TOWN, "before": HOME, "born": None, "surname": "JONES"}, {}, True, "former postcode of the form"),
        ({"born": "1955-12-31"}, {"at": OTHER_TOWN, "before": HOME}, True, "former postcode of the register"),
        (
            {"surname": "EVANS", "forename": "ROSE", "at": ""},
            {"previous": "EVANS"},
            True,
            "maiden name of the register",
        ),
        (
            {"surname": "JONES", "previous": "PRITCHARD", "forename": "ROSE", "at": ""},
            {},
            True,
            "maiden name of the form",
        ),
        ({"born": None, "at": ""}, {}, True, "names alone, where no date is given"),
        ({"at": ""}, {"at": "", "sex": None}, True, "a newborn's record has no address"),
        ({"forename": "ROSE", "surname": "JONES", "at": OTHER_TOWN}, {}, False, "a birthday shared, no more"),
        ({"forename": "", "surname": "", "born": None, "at": ""}, {"forename": "", "at": ""}, False, "nothing given"),
        (
            {"forename": "XX", "surname": "Ж", "at": ""},
            {"forename": "", "surname": "X Y", "at": ""},
            False,
            "nothing legible",
        ),
    ],
)
async def test_who_is_found(
    connection: AsyncConnection, form: dict[str, Any], held: dict[str, Any], found: bool, why: str
) -> None:
    person = candidate(**held)
    await hold(connection, person)
    assert await find_and_lock(connection, incoming(**form)) == ([person.patient_id] if found else []), why


async def test_a_person_is_found_once_and_in_the_order_of_ids(connection: AsyncConnection) -> None:
    people = [candidate(name=str(position), previous="EVANS", before=OTHER_TOWN) for position in range(5)]
    await hold(connection, *people)
    found = await find_and_lock(connection, incoming())
    assert found == sorted(person.patient_id for person in people)
    assert await find_and_lock(connection, incoming(), lock=False) == found


async def test_candidates_are_bounded_and_the_likeliest_stay(connection: AsyncConnection) -> None:
    crowd = [candidate(f"A{'X' * (position % 60)}", name=f"crowd {position}") for position in range(300)]
    right = candidate(name="right", nhs=number(1))
    await hold(connection, *crowd, right)
    found = await find_and_lock(connection, incoming(nhs=number(1)))
    assert len(found) <= MOST_CANDIDATES
    assert right.patient_id in found


async def test_keys_come_with_superseded_numbers_and_decide(connection: AsyncConnection) -> None:
    person = candidate(nhs=number(1), superseded=(number(2),), previous="EVANS")
    await hold(connection, person)
    keys = await load_keys(connection, [person.patient_id])
    assert set(person.keys) < set(keys[person.patient_id])
    assert {key.nhs_number for key in keys[person.patient_id]} == {number(1), number(2)}
    decision = decide(incoming(nhs=number(2), at=OTHER_TOWN), [Candidate(*found) for found in keys.items()])
    assert decision.outcome is Outcome.CERTAIN


async def test_nobody_asked_for_nothing_loaded(connection: AsyncConnection) -> None:
    assert await load_keys(connection, []) == {}


async def test_a_decision_can_be_kept(connection: AsyncConnection) -> None:
    decision = decide(incoming(), [candidate(name="one"), candidate(name="two")])
    row = decision_row(decision, None, datetime(2026, 11, 2, tzinfo=UTC))
    await connection.execute(insert(match_decisions).values(**row))
    kept = (await connection.execute(select(match_decisions))).mappings().one()
    assert (kept["outcome"], kept["guard"], len(kept["candidates"])) == ("possible", "another-candidate", 2)


async def test_each_look_up_has_an_index(connection: AsyncConnection) -> None:
    """With sequential scans forbidden, one would still show where no index serves."""
    await connection.execute(text("set local enable_seqscan = off"))
    plan = await connection.execute(
        text("explain " + SEARCH_SQL).bindparams(*SEARCH_PARAMETERS),
        search_parameters(incoming(nhs=number(1), previous="EVANS", before=OTHER_TOWN)),
    )
    lines: Sequence[str] = [row[0] for row in plan]
    assert not [line for line in lines if "Seq Scan on match_keys" in line or "Seq Scan on patient_numbers" in line]


async def test_the_found_are_locked_and_the_others_are_not(database: Database) -> None:
    """Another registration of the same person has to wait; one that only refers to them has not."""
    twin, stranger = candidate(name="twin"), candidate("ROSE", "JONES", "1955-12-31", at=OTHER_TOWN, name="stranger")
    async with database.engine.begin() as setting_up:
        await hold(setting_up, twin, stranger)
    locked = text("select id from patients for no key update skip locked")
    referable = text("select id from patients for key share skip locked")
    async with database.engine.connect() as one, database.engine.connect() as other:
        assert await find_and_lock(one, incoming(), lock=False) == [twin.patient_id]
        assert len((await other.execute(locked)).all()) == 2
        await other.rollback()
        assert await find_and_lock(one, incoming()) == [twin.patient_id]
        assert list((await other.execute(locked)).scalars()) == [stranger.patient_id]
        await other.rollback()
        assert len((await other.execute(referable)).all()) == 2


@pytest.mark.parametrize(
    ("born", "some"),
    [
        (date(1967, 3, 25), [date(y, 3, 25) for y in (1957, 1960, 1966, 1968, 1969, 1976, 1977)]),
        (date(1967, 3, 4), [date(1967, 4, 3), date(1966, 3, 4)]),
        (date(1980, 2, 29), [date(1908, 2, 29), date(1984, 2, 29)]),
        (date(9999, 1, 2), [date(9989, 1, 2), date(9998, 1, 2), date(9999, 2, 1)]),
        (date(1, 1, 2), [date(2, 1, 2), date(10, 1, 2), date(11, 1, 2)]),
    ],
)
def test_slips_of_the_date(born: date, some: list[date]) -> None:
    found = near_dates(born)
    assert set(some) <= set(found)
    assert found == sorted(set(found)), "in order, none twice"
    assert born not in found
    assert len(found) <= 14


async def test_the_best_of_a_crowded_postcode_is_kept(connection: AsyncConnection) -> None:
    """A hall of residence: hundreds of one year at one postcode, and one whose names and birthday are mistyped."""
    crowd = [
        candidate(f"A{'BCDEFGHIJK'[position % 10]}", f"Z{'AEIOU'[position % 5]}R", born, name=f"student {position}")
        for position in range(250)
        if (born := f"2006-{1 + position % 12:02d}-{1 + position % 28:02d}")
    ]
    right = candidate("OLWYN", "PRICHARD", "2006-12-30", name="right")
    await hold(connection, *crowd, right)
    found = await find_and_lock(connection, incoming("OLWEN", "PRITCHARD", "2006-11-30"))
    assert right.patient_id in found


async def test_the_exact_one_is_kept_among_namesakes_of_the_day(connection: AsyncConnection) -> None:
    """1 January stands for unknown days, and some surnames are borne by many."""
    crowd = [
        candidate(f"A{'BCDEFGHIJK'[position % 10]}X", "KHAN", "1980-01-01", at="", name=str(position))
        for position in range(250)
    ]
    right = candidate("OMAR", "KHAN", "1980-01-01", at=OTHER_TOWN, name="right")
    slipped = candidate("OMAR", "KAHN", "1980-01-01", name="slipped")
    await hold(connection, *crowd, right, slipped)
    found = await find_and_lock(connection, incoming("OMAR", "KHAN", "1980-01-01"))
    assert {right.patient_id, slipped.patient_id} <= set(found)
