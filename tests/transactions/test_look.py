"""Looking: a person, a list on a day, its movements, and a transaction."""

from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from registry.transactions.look.list_numbers import list_numbers
from registry.transactions.look.lists import find_list, members, movements, people_on_list
from registry.transactions.look.person import Shown, look_at_person, record_look
from registry.transactions.look.transactions import look_at_transactions
from registry.values.clock import FixedClock, today
from registry.values.nhs_number import NHSNumber
from tests.support.databases import Database
from tests.support.fhir_patients import a_file, a_number, a_patient, a_practice, died, replaced_by
from tests.support.office import Office
from tests.support.taken_on import OFFICE, Register

STAYED, LEFT, DEAD, NOWHERE, FORMER, UNKNOWN = (a_number(place) for place in range(6))
HERE, THERE = "Y90001", "Y90002"


@pytest_asyncio.fixture
async def register(database: Database, clock: FixedClock, tmp_path: Path) -> Register:
    """Three who were on one list, one of whom is dead and one gone, and one who is on none."""
    register = Register(database.engine, clock)
    await register.add_practices(HERE, THERE)
    usual, maiden = {"use": "usual", "family": "Quill", "given": ["Ada"]}, {"use": "maiden", "family": "Rook"}
    people = [
        a_patient(STAYED, name=[usual, maiden]),
        a_patient(LEFT, generalPractitioner=[a_practice(HERE, "2010-01-01", "2014-12-31")]),
        a_patient(DEAD, HERE, "2012-06-01", **died(date(2020, 2, 2), "2")),
        a_patient(NOWHERE, None),
        replaced_by(FORMER, STAYED),
    ]
    assert (await register.load(a_file(tmp_path, *people))).refused == 0
    return register


async def look(register: Register, number: str) -> Shown | None:
    async with register.engine.connect() as connection:
        return await look_at_person(connection, NHSNumber(number))


async def test_a_person_is_shown_with_everything_that_is_held(register: Register):
    shown = await look(register, STAYED)
    assert shown is not None
    answer = shown.answer
    assert [str(each) for each in shown.patient_ids] == [answer["id"]]
    assert (answer["nhs_number"], answer["practice"], answer["list"]) == (STAYED, HERE, HERE)
    assert answer["name"]["surname"] == "Quill"
    assert answer["address"] == {"lines": ["", "3 Mill Lane", "", "Otterford", ""], "postcode": "ZX1 1AA"}
    assert answer["registration"]["accepted_on"] == "2015-01-01"
    assert [former["surname"] for former in answer["former_names"]] == ["Rook"]
    assert answer["former_numbers"] == [FORMER]
    assert [(each["from"], each["to"]) for each in answer["movements"]] == [("take-on", HERE)]
    assert answer["superseded_number_asked"] is None
    assert not any(answer["open_work"].values())


async def test_a_superseded_number_shows_its_survivor(register: Register):
    shown = await look(register, FORMER)
    assert shown is not None
    assert (shown.answer["nhs_number"], shown.answer["superseded_number_asked"]) == (STAYED, FORMER)


async def test_somebody_on_no_list_is_shown_where_they_stand(register: Register):
    dead, nowhere = await look(register, DEAD), await look(register, NOWHERE)
    assert dead is not None and nowhere is not None
    assert (dead.answer["practice"], dead.answer["list"], dead.answer["date_of_death"]) == (None, "death", "2020-02-02")
    assert [(stay["since"], stay["until"]) for stay in dead.answer["stays"]] == [("2012-06-01", "2020-02-02")]
    assert (nowhere.answer["practice"], nowhere.answer["list"]) == (None, "unregistered")


async def test_nobody_is_shown_for_a_number_that_nobody_has(register: Register):
    assert await look(register, UNKNOWN) is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2009, 12, 31), set[str]()),
        (date(2010, 1, 1), {LEFT}),
        (date(2014, 12, 31), {LEFT, DEAD}),
        (date(2015, 1, 1), {STAYED, DEAD}),
        (date(2020, 2, 1), {STAYED, DEAD}),
        (date(2020, 2, 2), {STAYED}),
        (date(2026, 11, 2), {STAYED}),
        (date(2030, 1, 1), {STAYED}),
    ],
)
async def test_a_list_on_a_day(register: Register, clock: FixedClock, day: date, expected: set[str]):
    async with register.engine.connect() as connection:
        found = await find_list(connection, "y90001")
        assert found is not None and found.is_practice
        ids = await members(connection, found.id, day, today(clock))
        shown = await people_on_list(connection, found.id, day, ids)
        assert {each.answer["nhs_number"] for each in shown} == expected
        assert [each.patient_ids for each in shown] == [(each,) for each in ids]
        # The ledger says the same number: who came before the day has passed, less who went.
        numbers = await list_numbers(connection, found.id, date.fromordinal(day.toordinal() + 1), date.max)
        assert numbers.opening == len(expected)


async def test_movements_come_in_the_order_of_time_page_by_page(register: Register):
    async with register.engine.connect() as connection:
        found = await find_list(connection, HERE)
        assert found is not None
        everything = await movements(connection, found.id, date.min, date(2026, 11, 2))
        told = [
            (each.answer["effective_on"], each.answer["direction"], each.answer["nhs_number"]) for each in everything
        ]
        assert told == [
            (date(2010, 1, 1), "in", LEFT),
            (date(2012, 6, 1), "in", DEAD),
            (date(2015, 1, 1), "in", STAYED),
            (date(2015, 1, 1), "out", LEFT),
            (date(2020, 2, 2), "out", DEAD),
        ]
        third = everything[2].answer
        rest = await movements(connection, found.id, date.min, date(2026, 11, 2), (third["effective_on"], third["id"]))
        assert rest == everything[3:]
        within = await movements(connection, found.id, date(2012, 1, 1), date(2012, 12, 31))
        assert within == everything[1:2]


async def test_lists_outside_every_practice_have_names(register: Register):
    async with register.engine.connect() as connection:
        death = await find_list(connection, "DEATH")
        assert death is not None and not death.is_practice
        assert [each.answer["nhs_number"] for each in await movements(connection, death.id, date.min, date.max)] == [
            DEAD
        ]
        assert await find_list(connection, "Y99999") is None


async def test_a_look_is_recorded_with_everybody_seen(register: Register):
    shown = await look(register, STAYED)
    assert shown is not None
    async with register.engine.begin() as connection:
        await record_look(connection, OFFICE, "patient", register.now, [shown])
        await record_look(connection, OFFICE, "patient", register.now, [])
    recorded = await register.rows("select action, patient_ids from audit_events order by id desc limit 2")
    assert recorded == [("patient.read", []), ("patient.read", list(shown.patient_ids))]


async def test_a_transaction_is_shown_with_what_followed(office: Office):
    old, new = await office.practice(), await office.practice()
    _, number = await office.person(old)
    outcome = await office.send(office.acceptance(new, number=number))

    by_id = await look_at_transactions(office.connection, str(outcome.transaction_id))
    by_operation = await look_at_transactions(office.connection, outcome.operation_id.upper())

    assert by_id == by_operation
    (shown,) = by_id
    assert shown.patient_ids == (outcome.patient_id,)
    answer = shown.answer
    assert (answer["state"], answer["outcome"], answer["nhs_number"]) == ("accepted", "registered", number)
    assert sorted(message["kind"] for message in answer["messages"]) == ["F2", "F4"]
    assert len(answer["movements"]) == 1


async def test_an_operation_id_that_repeats_shows_the_newest_first(office: Office):
    practice = await office.practice()
    first = await office.send(office.acceptance(practice))
    again = await office.send(office.acceptance(practice))
    await office.connection.exec_driver_sql(
        "update transactions set operation_id = $1, received_at = received_at + interval '1 day' where id = $2",
        (first.operation_id, again.transaction_id),
    )
    shown = await look_at_transactions(office.connection, first.operation_id)
    assert [each.answer["id"] for each in shown] == [str(again.transaction_id), str(first.transaction_id)]


@pytest.mark.parametrize("handle", ["", "0" * 64, "01a20003-0000-7000-8000-000000000000", "nonsense"])
async def test_an_unknown_handle_finds_nothing(office: Office, handle: str):
    assert await look_at_transactions(office.connection, handle) == []
