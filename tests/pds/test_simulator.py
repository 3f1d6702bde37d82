"""The simulated national side answers as PDS would, or misbehaves as it is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.pds.allot import valid_numbers
from registry.pds.behaviour import LATE_BY, begin_outage, end_outage, parse_behaviour
from registry.pds.choose import national_side
from registry.pds.counts import count
from registry.pds.population import SimulatedPerson, load_people
from registry.pds.port import (
    Allotted,
    Dead,
    Insufficient,
    Later,
    NationalSideUnavailable,
    Nobody,
    Problem,
    Several,
    Single,
    Taken,
    Whereabouts,
)
from registry.pds.simulator import Simulator
from registry.settings import Settings
from registry.values.address import Address
from registry.values.clock import FixedClock
from registry.values.nhs_number import NHSNumber
from registry.values.person import Demographics, Name, Sex
from tests.support.databases import cloned
from tests.support.office import ANNA, Office, numbers

NUMBERS = numbers(500)
N1, N2, N3 = (next(NUMBERS) for _ in range(3))


@pytest_asyncio.fixture(scope="module")
async def shared(template: str) -> AsyncIterator[AsyncEngine]:
    async with cloned(template) as database:
        yield database.engine


@pytest_asyncio.fixture
async def engine_of_own(shared: AsyncEngine) -> AsyncEngine:
    """One database for all tests here, emptied before each."""
    async with unit_of_work(shared) as connection:
        await connection.exec_driver_sql(
            "truncate simulated_people, simulated_registrations, simulated_outage, patients cascade"
        )
    return shared


@pytest.fixture
def side(engine_of_own: AsyncEngine) -> Simulator:
    return Simulator(engine_of_own)


async def load(engine: AsyncEngine, *people: SimulatedPerson) -> int:
    async with unit_of_work(engine) as connection:
        return await load_people(connection, people)


async def test_a_number_and_the_right_particulars_give_one_person(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA))
    answer = await side.trace(ANNA, N1)
    assert isinstance(answer, Single)
    assert answer.found.person == replace(ANNA, number=N1)
    assert await side.fetch(N1) == answer


async def test_a_number_of_somebody_else_or_of_nobody_gives_nobody(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA))
    other = Demographics(Name("Marlowe", "Piers"), Sex.MALE, date(1950, 12, 3))
    assert await side.trace(other, N1) == Nobody()
    assert await side.trace(ANNA, N2) == Nobody()
    assert await side.fetch(N2) == Nobody()
    assert await side.trace(replace(ANNA, date_of_birth=None), N1) == Insufficient()


async def test_a_superseded_number_is_answered_with_the_survivor(engine_of_own: AsyncEngine, side: Simulator):
    nameless = Demographics(Name(""))
    await load(
        engine_of_own,
        SimulatedPerson(N1, nameless, superseded_by=N2),
        SimulatedPerson(N2, nameless, superseded_by=N3),
        SimulatedPerson(N3, ANNA),
    )
    answer = await side.trace(ANNA, N1)
    assert isinstance(answer, Single)
    assert answer.found.number == N3
    assert await side.fetch(N2) == answer


async def test_numbers_merged_in_a_ring_give_nobody(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA, superseded_by=N2), SimulatedPerson(N2, ANNA, superseded_by=N1))
    assert await side.trace(ANNA, N1) == Nobody()
    assert await side.trace(ANNA, None) == Nobody()


async def test_the_dead_are_told_apart(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA, date_of_death=date(2025, 2, 1)))
    for answer in (await side.trace(ANNA, N1), await side.trace(ANNA, None), await side.fetch(N1)):
        assert isinstance(answer, Dead)
        assert answer.found.date_of_death == date(2025, 2, 1)


async def test_without_a_number_one_record_must_be_left(engine_of_own: AsyncEngine, side: Simulator):
    assert await side.trace(ANNA, None) == Nobody()
    await load(engine_of_own, SimulatedPerson(N1, replace(ANNA, address=Address())))
    found = await side.trace(ANNA, None)
    assert isinstance(found, Single) and found.found.number == N1
    await load(engine_of_own, SimulatedPerson(N2, ANNA))
    assert await side.trace(ANNA, None) == Several()
    assert await side.trace(replace(ANNA, sex=None), None) == Insufficient()


async def test_new_year_stands_for_the_year(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA))
    assert isinstance(await side.trace(replace(ANNA, date_of_birth=date(1984, 1, 1)), None), Single)
    assert await side.trace(replace(ANNA, date_of_birth=date(1983, 1, 1)), None) == Nobody()


async def test_the_address_of_a_restricted_person_is_withheld(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA, restricted=True))
    answer = await side.trace(ANNA, N1)
    assert isinstance(answer, Single)
    assert answer.found.person.address.is_blank
    assert await side.trace(ANNA, None) == Nobody()


async def test_behaviours_of_a_person_are_spent_and_then_the_truth_is_told(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA, behaviour="timeout:2"))
    for _ in range(2):
        with pytest.raises(NationalSideUnavailable) as refusal:
            await side.trace(ANNA, N1)
        assert refusal.value.problem is Problem.TIME_OUT
    assert isinstance(await side.trace(ANNA, N1), Single)
    await load(engine_of_own, SimulatedPerson(N1, ANNA, behaviour="late:1"))
    assert await side.trace(ANNA, None) == Later(LATE_BY)
    assert isinstance(await side.trace(ANNA, None), Single)


@pytest.mark.parametrize(("behaviour", "answer"), [("several", Several()), ("none", Nobody())])
async def test_answers_may_be_wrong_for_ever(
    engine_of_own: AsyncEngine, side: Simulator, behaviour: str, answer: object
):
    await load(engine_of_own, SimulatedPerson(N1, ANNA, behaviour=behaviour))
    assert [await side.trace(ANNA, N1) for _ in range(3)] == [answer] * 3


async def test_an_outage_meets_every_question_until_it_ends(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA))
    async with unit_of_work(engine_of_own) as connection:
        await begin_outage(connection, "error")
    for question in (
        side.trace(ANNA, N1),
        side.fetch(N1),
        side.allocate(ANNA, uuid4()),
        side.update(N1, Whereabouts("Y90001"), uuid4()),
    ):
        with pytest.raises(NationalSideUnavailable) as refusal:
            await question
        assert refusal.value.problem is Problem.REFUSED
    async with unit_of_work(engine_of_own) as connection:
        await end_outage(connection)
    assert isinstance(await side.fetch(N1), Single)


@pytest.mark.parametrize("written", ["asleep", "timeout:often", ""])
def test_an_unknown_behaviour_is_refused_with_the_known_ones(written: str):
    with pytest.raises(ValueError, match="timeout, error, late, several, none"):
        parse_behaviour(written)


async def test_loading_twice_replaces(engine_of_own: AsyncEngine, side: Simulator):
    assert await load(engine_of_own, SimulatedPerson(N1, ANNA, behaviour="none"), SimulatedPerson(N2, ANNA)) == 2
    assert await load(engine_of_own, SimulatedPerson(N1, ANNA), SimulatedPerson(N1, ANNA)) == 1
    assert isinstance(await side.trace(ANNA, N1), Single)
    async with engine_of_own.connect() as connection:
        counts = await count(connection)
    assert (counts.people, counts.misbehaving, counts.outage) == (2, 0, None)


def stranger(each: int) -> Demographics:
    """People so unlike one another that no two are taken for one."""
    return Demographics(Name("Vantongeren", "Ottoline"), Sex.FEMALE, date(1990, 1, 1 + each), address=ANNA.address)


async def test_twenty_at_once_get_twenty_numbers(engine_of_own: AsyncEngine, side: Simulator):
    answers = await asyncio.gather(*(side.allocate(stranger(each), uuid4()) for each in range(20)))
    allotted = {answer.number for answer in answers if isinstance(answer, Allotted)}
    assert len(allotted) == 20
    assert all(NHSNumber(number).value.startswith("999") for number in allotted)


async def test_twenty_at_once_for_one_person_get_one_number(engine_of_own: AsyncEngine, side: Simulator):
    answers = await asyncio.gather(*(side.allocate(ANNA, uuid4()) for _ in range(20)))
    made = [answer.number for answer in answers if isinstance(answer, Allotted)]
    known = [answer.found.number for answer in answers if isinstance(answer, Single)]
    assert len(made) == 1
    assert known == made * 19


async def test_the_same_request_gets_the_same_number(engine_of_own: AsyncEngine, side: Simulator):
    request = uuid4()
    first = await side.allocate(ANNA, request)
    assert isinstance(first, Allotted)
    assert await asyncio.gather(*(side.allocate(ANNA, request) for _ in range(5))) == [first] * 5
    assert isinstance(await side.trace(ANNA, first.number), Single)


async def test_no_number_is_made_for_somebody_known(engine_of_own: AsyncEngine, side: Simulator):
    await load(engine_of_own, SimulatedPerson(N1, ANNA))
    moved = replace(ANNA, address=Address(postcode="ZW1 1AA"))
    answer = await side.allocate(moved, uuid4())
    assert isinstance(answer, Single) and answer.found.number == N1
    await load(engine_of_own, SimulatedPerson(N2, ANNA))
    assert await side.allocate(moved, uuid4()) == Several()
    assert await side.allocate(replace(moved, date_of_birth=None), uuid4()) == Insufficient()


async def test_a_number_that_is_in_use_is_never_made(office_numbers: list[str], side: Simulator):
    """The first free ones are the register's: present, superseded, and one of the simulator's own."""
    answer = await side.allocate(stranger(1), uuid4())
    assert isinstance(answer, Allotted)
    assert answer.number not in office_numbers
    assert answer.number > max(office_numbers)


@pytest_asyncio.fixture
async def office_numbers(engine_of_own: AsyncEngine, clock: FixedClock) -> list[str]:
    taken = valid_numbers(999_600_000)
    present, former, national = next(taken), next(taken), next(taken)
    async with unit_of_work(engine_of_own) as connection:
        office = Office(connection, clock)
        patient_id, _ = await office.person(None, number=present)
        await connection.exec_driver_sql(
            "insert into patient_numbers (nhs_number, patient_id) values ($1, $2)", (former, patient_id)
        )
    await load(engine_of_own, SimulatedPerson(national, ANNA))
    return [present, former, national]


async def test_an_update_is_taken_for_any_number_and_repeats_harmlessly(engine_of_own: AsyncEngine, side: Simulator):
    request = UUID(int=7)
    here, gone = Whereabouts("Y90001", since=date(2026, 11, 2)), Whereabouts(None, "abroad", date(2026, 11, 3))
    assert await side.update(N1, here, request) == Taken()
    assert await side.update(N1, here, request) == Taken()
    assert await registrations(engine_of_own) == [(N1, "Y90001", None, date(2026, 11, 2))]
    assert await side.update(N1, gone, uuid4()) == Taken()
    assert await registrations(engine_of_own) == [(N1, None, "abroad", date(2026, 11, 3))]


async def registrations(engine: AsyncEngine) -> list[tuple[object, ...]]:
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql(
            "select nhs_number, practice_ods, outside, since from simulated_registrations order by 1"
        )
        return [tuple(row) for row in found]


async def test_production_without_a_client_refuses_every_question(engine_of_own: AsyncEngine):
    settings = Settings(REGISTRY_ENV="production")  # pyright: ignore[reportCallIssue]
    side = national_side(settings, engine_of_own)
    for question in (
        side.trace(ANNA, N1),
        side.fetch(N1),
        side.allocate(ANNA, uuid4()),
        side.update(N1, Whereabouts("Y90001"), uuid4()),
    ):
        with pytest.raises(NationalSideUnavailable) as refusal:
            await question
        assert refusal.value.problem is Problem.NOT_CONFIGURED
