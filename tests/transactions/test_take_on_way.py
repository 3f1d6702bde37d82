"""The way of somebody who is taken on through the lists, and the numbers that find them."""

from datetime import date
from uuid import uuid4

import pytest

from registry.patients.record import LifeStatus, PersonRecord, Registration
from registry.practices.place import Place
from registry.transactions.outside import Outside
from registry.transactions.take_on.circumstances import Refused, Supersession
from registry.transactions.take_on.journey import Stay, journey
from registry.transactions.take_on.seen_numbers import SeenNumbers
from registry.transactions.take_on.supersede import resolve
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import GPCode
from registry.values.person import Name
from tests.support.fhir_patients import a_number

TODAY = date(2026, 11, 2)
PLACE = Place(uuid4(), "9910101,1")
BORN, ACCEPTED, LEFT, DIED = date(1980, 2, 29), date(2015, 1, 1), date(2019, 6, 1), date(2020, 2, 2)
NAMES = {each.id: each.value for each in Outside} | {PLACE.list_id: "practice"}


def way_of(
    registration: Registration | None = None,
    status: LifeStatus = LifeStatus.LIVE,
    died: date | None = None,
    born: date | None = BORN,
    outside: str = "unregistered",
    since: date | None = None,
) -> tuple[list[tuple[str, str, date]], Stay | None]:
    record = PersonRecord(
        None,
        Name("Quill"),
        date_of_birth=born,
        status=status,
        date_of_death=died,
        registration=registration,
        outside=outside,
        outside_since=since,
    )
    way = journey(record, PLACE if registration else None, TODAY)
    return [(NAMES[step.from_list], NAMES[step.to_list], step.on) for step in way.steps], way.stay


def registered(accepted: date | None = ACCEPTED, until: date | None = None) -> Registration:
    return Registration("Y90001", accepted, until)


def test_a_registration_begins_on_the_day_of_acceptance():
    steps, stay = way_of(registered())
    assert steps == [("take-on", "practice", ACCEPTED)]
    assert stay == Stay(PLACE.list_id, ACCEPTED, None, "9910101,1")


def test_it_begins_today_where_that_day_is_not_known_and_never_before_birth():
    assert way_of(registered(None))[0] == [("take-on", "practice", TODAY)]
    assert way_of(registered(), born=date(2019, 10, 1))[0] == [("take-on", "practice", date(2019, 10, 1))]


def test_the_doctor_who_is_named_comes_before_the_practices_own():
    _, stay = way_of(Registration("Y90001", ACCEPTED, gp_code=GPCode("9910102", "2")))
    assert stay is not None and stay.gp_code == "9910102,2"


def test_a_registration_that_has_ended_is_a_closed_stay():
    steps, stay = way_of(registered(until=LEFT), outside="abroad")
    assert steps == [("take-on", "practice", ACCEPTED), ("practice", "abroad", LEFT)]
    assert stay == Stay(PLACE.list_id, ACCEPTED, LEFT, "9910101,1")


def test_one_that_is_to_end_lasts():
    assert way_of(registered(until=date(2027, 1, 1)))[0] == [("take-on", "practice", ACCEPTED)]


@pytest.mark.parametrize("status", [LifeStatus.INFORMAL_DEAD, LifeStatus.FORMAL_DEAD])
def test_death_ends_a_registration(status: LifeStatus):
    steps, stay = way_of(registered(), status, DIED)
    assert steps == [("take-on", "practice", ACCEPTED), ("practice", "death", DIED)]
    assert stay is not None and stay.until == DIED


def test_the_dead_without_a_registration_that_can_be_dated_come_to_death_at_once():
    dead = LifeStatus.FORMAL_DEAD
    assert way_of(None, dead, DIED) == ([("take-on", "death", DIED)], None)
    assert way_of(registered(None), dead, DIED) == ([("take-on", "death", DIED)], None)
    assert way_of(registered(date(2021, 1, 1)), dead, DIED) == ([("take-on", "death", DIED)], None)
    assert way_of(None, dead) == ([("take-on", "death", TODAY)], None)


def test_a_stay_of_no_whole_day_leaves_no_trace():
    assert way_of(registered(until=ACCEPTED))[0] == [("take-on", "unregistered", TODAY)]


def test_without_a_registration_somebody_stands_outside():
    assert way_of() == ([("take-on", "unregistered", TODAY)], None)
    assert way_of(outside="elsewhere", since=LEFT) == ([("take-on", "elsewhere", LEFT)], None)


def test_a_record_that_stands_for_nobody_is_on_no_list():
    assert way_of(registered(), LifeStatus.INVALIDATED) == ([("take-on", "unregistered", TODAY)], None)


def told(line: int, number: int, survivor: int) -> Supersession:
    return Supersession(line, NHSNumber(a_number(number)), NHSNumber(a_number(survivor)))


def test_chains_lead_to_their_end_in_any_order():
    resolved, refused = resolve([told(1, 0, 1), told(2, 2, 3), told(3, 1, 2)])
    ends = {each.told.nhs_number.value: each.survivor for each in resolved}
    assert ends == {a_number(place): a_number(3) for place in (0, 1, 2)}
    assert refused == []


def test_a_ring_and_whatever_leads_into_it_are_refused():
    resolved, refused = resolve([told(1, 0, 1), told(2, 1, 2), told(3, 2, 1), told(4, 5, 6)])
    assert [each.told.line for each in resolved] == [4]
    assert {each.line for each in refused} == {1, 2, 3}


def test_a_second_survivor_is_refused_and_the_same_told_twice_is_not():
    resolved, refused = resolve([told(1, 0, 1), told(2, 0, 1), told(3, 0, 2)])
    assert [each.told.line for each in resolved] == [1]
    assert refused == [Refused(3, "link", "names another survivor than line 1")]


def test_a_long_chain_is_followed_once():
    chain = [told(place, place, place + 1) for place in range(60)]
    resolved, refused = resolve(chain)
    assert {each.survivor for each in resolved} == {a_number(60)}
    assert (len(resolved), refused) == (60, [])


def test_numbers_seen_before_are_told_by_their_place():
    seen = SeenNumbers()
    numbers = [int(a_number(place)) for place in range(300)]
    assert seen.add(numbers) == []
    assert seen.add([int(a_number(301)), numbers[299], numbers[0], int(a_number(302))]) == [1, 2]
    assert seen.add([9434765919, 9434765919]) == [1]
    seen.close()
