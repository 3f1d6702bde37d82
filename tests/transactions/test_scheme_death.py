"""A death that was somebody else's: the place on the scheme is there again."""

from datetime import date

import pytest

from registry.transactions.deductions.reverse_death import Reversed, reverse_death
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.settle import Decision, Settled, settle
from tests.support.office import Office
from tests.support.scheme_office import SchemeOffice, london


@pytest.fixture
async def scheme(office: Office) -> SchemeOffice:
    office.later(london("2025-02-07T18:05"))
    return await SchemeOffice.at(office)


@pytest.mark.parametrize(("allocated", "then"), [(True, "active"), (False, "awaiting-allocation")])
async def test_a_death_that_is_taken_back_finds_the_place_as_it_was(scheme: SchemeOffice, allocated: bool, then: str):
    office = scheme.office
    patient_id, number, place = await (scheme.placed() if allocated else scheme.removed())
    office.on(date(2025, 3, 3))
    await office.send(office.deduction(scheme.scheme if allocated else scheme.ordinary, number, "1"))
    if not allocated:
        # From a practice that has not got them: a person decides.
        case = await office.one("select id from anomalies where state = 'open'")
        told = await settle(office.connection, office.context(), case, Decision("accept", 1, "true", number=number))
        assert isinstance(told, Settled)
    assert await scheme.state_of(place) == "deceased"
    office.on(date(2025, 3, 10))
    await lock_people(office.connection, [patient_id])
    person = await gather_person(office.connection, patient_id)
    assert isinstance(await reverse_death(office.connection, office.context(), person, "a namesake"), Reversed)
    assert await matter_falls_due(office.connection, office.context(), place) == "place found"
    assert await scheme.state_of(place) == then
    assert (await office.list_of(patient_id) == scheme.scheme.id) is allocated
