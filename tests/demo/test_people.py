"""What everybody may rely on: the same office every time, numbers that are nobody's, facts that fit together."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import islice

import pytest

from registry.demo.people import generate_office
from registry.demo.person import Label
from registry.demo.practices import OTHER_AUTHORITIES
from registry.values.nhs_number import NHSNumber
from tests.demo.conftest import Peopled

_FINGERPRINT = """
import hashlib
from registry.demo.people import generate_office
office = generate_office(people=300, seed=9)
told = [(p.record_id, p.name, p.date_of_birth, p.address, p.nhs_number, sorted(p.labels)) for p in office.people]
print(hashlib.sha256(repr((told, [p.name for p in office.national])).encode()).hexdigest())
"""


def test_the_same_seed_gives_the_same_office_and_another_seed_another():
    one, other = generate_office(people=1_500, seed=4), generate_office(people=1_500, seed=4)
    assert list(one.people) == list(other.people)
    assert one.national == other.national
    assert list(one.people) == list(one.people), "a second pass generates the same people"
    assert list(one.people) != list(generate_office(people=1_500, seed=5).people)


def test_the_office_does_not_depend_on_the_process():
    prints: set[str] = set()
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run([sys.executable, "-c", _FINGERPRINT], env=environment, capture_output=True, check=True)
        prints.add(run.stdout.decode())
    assert len(prints) == 1


@pytest.mark.parametrize("people", [100, 101, 777, 5_000])
def test_an_office_has_exactly_so_many_records(people: int):
    office = generate_office(people=people, seed=2)
    ids = [person.record_id for person in office.people]
    assert len(ids) == len(office.people) == people
    assert len(set(ids)) == people
    assert len(office.national) == 300


def test_too_small_an_office_is_refused_by_name():
    with pytest.raises(ValueError, match="people"):
        generate_office(people=99)


def test_every_number_is_of_the_test_range_true_and_nobody_elses(peopled: Peopled):
    numbers = [person.nhs_number for person in [*peopled.people, *peopled.office.national]]
    held = [str(number) for number in numbers if number is not None]
    superseded = [str(number) for person in peopled.people for number in person.superseded_numbers]
    assert all(NHSNumber.parse(number) and number.startswith("999") for number in held + superseded)
    assert len(set(held + superseded)) == len(held) + len(superseded)
    assert len(held) > 20_000


def test_an_office_too_big_for_the_test_range_uses_numbers_that_start_with_9():
    office = generate_office(people=1_000_000, seed=1)
    some = [person.nhs_number for person in islice(office.people, 500) if person.nhs_number]
    numbers = {str(number) for number in [*some, *(p.nhs_number for p in office.national)]}
    assert len(numbers) == len(some) + len(office.national)
    assert all(number.startswith("9") for number in numbers)
    assert not all(number.startswith("999") for number in numbers)


def test_the_national_people_are_not_the_registers(peopled: Peopled):
    national = peopled.office.national
    assert len(national) == 600
    ours = {(p.name.surname, p.name.first_forename, p.date_of_birth, p.sex) for p in peopled.people}
    shared = [p for p in national if (p.name.surname, p.name.first_forename, p.date_of_birth, p.sex) in ours]
    assert len(shared) < 3
    assert all(p.practice_ods is None and p.registered_on is None and p.nhs_number for p in national)
    assert not {p.truth_id for p in national} & {p.truth_id for p in peopled.people}


def test_newborns_of_the_national_population_have_no_address(peopled: Peopled):
    newborns = peopled.labelled[Label.NEWBORN]
    today = peopled.office.people.today
    assert len(newborns) >= 36
    for baby in newborns:
        assert baby.address.is_blank
        assert baby.place_of_birth is None or baby.place_of_birth
        assert 0 <= (today - baby.date_of_birth).days < 60
        assert baby.nhs_number and baby.name.surname


def test_people_alike_cannot_be_told_apart_without_a_number(peopled: Peopled):
    alike = Counter((p.name.surname, p.name.forenames, p.date_of_birth, p.sex) for p in peopled.labelled[Label.ALIKE])
    assert len(alike) >= 6
    assert set(alike.values()) == {2}


def test_some_of_the_national_population_are_dead(peopled: Peopled):
    dead = [p for p in peopled.office.national if Label.DEAD in p.labels]
    assert len(dead) >= 12
    assert all(p.date_of_death and p.date_of_birth <= p.date_of_death and p.death_is_formal for p in dead)


def test_dates_follow_one_another(peopled: Peopled):
    today = peopled.office.people.today
    for person in peopled.people:
        assert person.registered_on is not None
        assert person.date_of_birth <= person.registered_on <= today, person.record_id
        for former in [*person.former_names, *person.former_addresses]:
            assert person.date_of_birth <= former.until <= today
        untils = [former.until for former in person.former_names]
        assert untils == sorted(untils)
        if person.departure:
            assert person.registered_on < person.departure.on < today
        if person.date_of_death:
            assert person.registered_on <= person.date_of_death <= today
        assert (today - person.date_of_birth).days < 112 * 366


def test_departures_carry_the_codes_of_their_reason(peopled: Peopled):
    departed = peopled.labelled[Label.DEPARTED]
    assert {(p.departure is not None, p.is_on_list) for p in departed} == {(True, False)}
    for person in departed:
        departure = person.departure
        assert departure
        assert (departure.new_authority in OTHER_AUTHORITIES) == (departure.deduction_reason == 2)
        assert (departure.removal_reason == "DEA") == (person.date_of_death is not None)
    reasons = Counter(p.departure.deduction_reason for p in departed if p.departure)
    assert reasons[1] > 50 and reasons[2] > 50 and reasons[14] > 10 and reasons[5] > 3


def test_nobody_is_a_ghost_and_departed(peopled: Peopled):
    assert not [p for p in peopled.people if {Label.GHOST, Label.DEPARTED} <= p.labels]


def test_the_dead_on_the_lists_are_not_known_to_be_dead(peopled: Peopled):
    for person in peopled.labelled[Label.DEAD_ACTIVE]:
        assert person.is_on_list
        assert person.date_of_death is None
        assert person.truly_died_on and person.registered_on
        assert person.registered_on < person.truly_died_on < peopled.office.people.today


def test_every_label_is_true_of_somebody(peopled: Peopled):
    assert [label for label, people in peopled.labelled.items() if not people] == []


def test_labels_find_people_and_people_become_demographics(peopled: Peopled):
    office = generate_office(people=1_000, seed=1)
    twins = list(office.labelled(Label.TWIN))
    assert twins == [p for p in office.people if Label.TWIN in p.labels]
    renamed = next(p for p in peopled.labelled[Label.NAME_CHANGED] if p.former_names and p.former_addresses)
    told = renamed.demographics()
    assert told.previous_surname == renamed.former_names[-1].name.surname
    assert told.previous_address == renamed.former_addresses[-1].address
    assert told.number == (str(renamed.nhs_number) if renamed.nhs_number else None)
    assert isinstance(told.date_of_birth, date)
