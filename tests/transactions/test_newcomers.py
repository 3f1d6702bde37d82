"""Somebody who was given a number and has no practice: waited for, chased, and done with when registered or dead."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.compare import Comparison
from registry.matching.decide import ScoredCandidate
from registry.matching.levels import DateOfBirth, Forename, Surname
from registry.matching.weigh import Weighing
from registry.monitoring.check import check
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.newcomers.allot import allot
from registry.transactions.newcomers.fits import fits
from registry.transactions.newcomers.machine import CLOSE_NEWCOMER
from registry.transactions.newcomers.newcomer import Alike
from registry.values.clock import FixedClock
from registry.values.person import Demographics
from tests.support.acts import do
from tests.support.office import Office
from tests.transactions.newcomers import FREYA, make_freya


async def matter(connection: AsyncConnection) -> tuple[object, ...]:
    row = (await connection.execute(text("select id, state, version, priority, due_at from matters"))).one()
    return tuple(row)


def described() -> Demographics:
    return FREYA.described()


async def test_a_practice_that_registers_them_ends_the_waiting(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    made = await make_freya(connection, office.context())
    practice = await office.practice()
    outcome = await office.send(
        office.acceptance(practice, replace(described(), place_of_birth="OTTERFORD"), number=made.number)
    )
    assert (outcome.state, outcome.patient_id) == ("accepted", made.patient_id)
    assert (await matter(connection))[1] == "registered"
    assert await office.list_of(made.patient_id) == practice.id
    assert await check(connection) == []


async def test_it_is_chased_and_then_escalated(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    await make_freya(connection, office.context())
    states: list[tuple[object, object]] = []
    for _ in range(3):
        matter_id, _, _, _, due_at = await matter(connection)
        office.later(due_at)  # pyright: ignore[reportArgumentType]
        await matter_falls_due(connection, office.context(), matter_id)  # pyright: ignore[reportArgumentType]
        _, state, _, priority, _ = await matter(connection)
        states.append((state, priority))
    assert states == [("chased", 0), ("chased", 1), ("chased", 2)]


async def test_it_is_due_when_a_practice_has_had_its_weeks(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    await make_freya(connection, office.context())
    due = (await matter(connection))[4]
    assert due.date() == office.today + timedelta(days=28)  # pyright: ignore[reportAttributeAccessIssue]


async def test_somebody_of_the_office_may_close_it_with_a_reason(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    await make_freya(connection, office.context())
    matter_id = (await matter(connection))[0]
    assert isinstance(await do(connection, office.context(), CLOSE_NEWCOMER, id=matter_id, version=1), Impossible)
    reason = "went back before the term began"
    answer = await do(connection, office.context(), CLOSE_NEWCOMER, id=matter_id, version=1, reason=reason)
    assert isinstance(answer, Done)
    assert (await matter(connection))[1] == "closed"


async def test_somebody_who_asks_again_is_the_same(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    made = await make_freya(connection, office.context())
    again = await allot(connection, office.context(), FREYA, None)
    assert isinstance(again, Alike)
    assert again.single is not None
    assert again.single.number == made.number


async def test_an_acceptance_without_a_number_finds_them(connection: AsyncConnection, clock: FixedClock):
    """What was made by FHIR is found by GP Links: there is one table of people."""
    office = Office(connection, clock)
    made = await make_freya(connection, office.context())
    practice = await office.practice()
    outcome = await office.send(office.acceptance(practice, replace(described(), place_of_birth="OTTERFORD")))
    assert (outcome.state, outcome.patient_id) == ("accepted", made.patient_id)


def scored(score: float, **levels: object) -> ScoredCandidate:
    usual = {"forename": Forename.EQUAL, "surname": Surname.EQUAL, "date_of_birth": DateOfBirth.EQUAL}
    comparison = Comparison(**{**usual, **levels})  # pyright: ignore[reportArgumentType]
    return ScoredCandidate(uuid4(), comparison, Weighing(score, 0.0, (), 0.0), None)


def test_more_likely_than_not_stops_it():
    assert fits(scored(0.0), 0.0)
    assert not fits(scored(-0.1), 0.0)


def test_another_forename_or_birthday_lets_it_pass_however_well_the_rest_agrees():
    for levels in (
        {"forename": Forename.DIFFERENT},
        {"forename": Forename.SAME_INITIAL},
        {"date_of_birth": DateOfBirth.GENERATION},
        {"date_of_birth": DateOfBirth.SAME_YEAR},
        {"date_of_birth": DateOfBirth.DIFFERENT},
    ):
        assert not fits(scored(20.0, **levels), 0.0), levels
    for levels in ({"forename": Forename.OTHER_FORM}, {"date_of_birth": DateOfBirth.ONE_SLIP}, {"forename": None}):
        assert fits(scored(20.0, **levels), 0.0), levels
