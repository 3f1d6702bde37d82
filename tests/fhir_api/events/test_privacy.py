"""Events tell no practice of another's people, nobody where protected people are, and nothing of who somebody was."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.database import unit_of_work
from registry.events.models import practice_events
from registry.events.number import number_all
from registry.events.read import Event, events_after, last_number
from registry.events.topics import EVERY
from registry.fhir_api.events.notification import focus_of
from registry.transactions.commands import Changes
from registry.values.clock import FixedClock
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.identities import Identities
from tests.support.office import ANNA, Practice


@pytest.fixture
def office(database: Database, clock: FixedClock) -> CommittingOffice:
    return CommittingOffice(database.engine, clock)


async def events(office: CommittingOffice, practice: Practice, *, outside: bool) -> list[Event]:
    await number_all(office.engine, office.clock.now())
    async with unit_of_work(office.engine) as connection:
        last = await last_number(connection, practice.id, EVERY)
        return await events_after(connection, practice.id, EVERY, 0, last, most=1000, outside=outside)


async def someone(office: CommittingOffice) -> tuple[Practice, UUID, str]:
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        patient_id, number = await at_work.person(practice)
    return practice, patient_id, number


async def test_who_is_not_of_the_practice_does_not_learn_that_somebody_protected_is_there(office: CommittingOffice):
    practice, patient_id, number = await someone(office)
    await office.send(office.plan.amendment(practice, number, Changes(title="DR")))
    assert f"Patient/{number}" in {focus_of(each) for each in await events(office, practice, outside=True)}
    async with office.at_work() as at_work:
        await at_work.connection.execute(
            text("update patients set restricted = true where id = :id"), {"id": patient_id}
        )
    told = await events(office, practice, outside=True)
    assert len(told) == 2
    assert {focus_of(each) for each in told} == {None}
    # Its own practice hears that there is something to look at, and nothing else.
    own = await events(office, practice, outside=False)
    assert f"Patient/{number}" in {focus_of(each) for each in own}
    assert [each.number for each in own] == [each.number for each in told]


async def test_nothing_is_told_of_where_somebody_has_gone(office: CommittingOffice):
    practice, _, number = await someone(office)
    async with office.at_work() as at_work:
        there = await at_work.practice()
    await office.send(office.plan.acceptance(there, number=number))
    rows = await office.column("select e::text from practice_events e where practice_id = :id", id=practice.id)
    assert rows
    assert not any(str(there.id) in row or there.ods_code in row for row in rows)
    assert {column.name for column in practice_events.columns} == {
        "id", "practice_id", "topic", "patient_id", "nhs_number", "work", "work_id", "unit", "noted_at", "number",
        "topic_number", "numbered_at",
    }, "another column is to be thought about"  # fmt: skip


async def test_a_changed_identity_is_tied_to_no_former_one(office: CommittingOffice):
    practice, old, number = await someone(office)
    identities = Identities(office)
    await office.send(office.plan.amendment(practice, number, Changes(title="DR")))
    assert f"Patient/{number}" in {focus_of(each) for each in await events(office, practice, outside=False)}
    new_number = office.plan.number()
    case = await identities.adoption(number, new_number)
    new = await identities.make(case)
    made = await events(office, practice, outside=False)
    assert [focus_of(each) for each in made if each.topic == "registration-accepted"] == [f"Patient/{new_number}"]
    before = len(made)
    await identities.to_the_end(case)
    after = await events(office, practice, outside=False)
    # The old record leaves its list by the practice's message, and by no event beside the new one's.
    assert len(after) == before
    assert not [each for each in after if each.patient_id == old or each.nhs_number == number]
    assert [each.number for each in after] == list(range(1, len(after) + 1))
    assert {each.patient_id for each in after if each.nhs_number == new_number} == {new}
    assert await office.breaches() == []


async def test_the_number_of_the_sealed_goes_from_what_was_told_before(office: CommittingOffice):
    practice, _, number = await someone(office)
    identities = Identities(office)
    await office.send(office.plan.amendment(practice, number, Changes(title="DR")))
    await events(office, practice, outside=False)
    case = await identities.adoption(number, office.plan.number())
    await identities.make(case)
    await identities.work(case, "seal")
    rows = await office.column("select e::text from practice_events e")
    assert rows
    assert not any(number in row for row in rows)


async def test_a_namesake_elsewhere_makes_no_event_here(office: CommittingOffice):
    practice, _, _ = await someone(office)
    async with office.at_work() as at_work:
        there = await at_work.practice()
        _, other = await at_work.person(there, like=replace(ANNA, date_of_birth=date(1984, 5, 18)))
    await office.send(office.plan.amendment(there, other, Changes(title="DR")))
    assert await events(office, practice, outside=False) == []
    assert len(await events(office, there, outside=False)) == 2
