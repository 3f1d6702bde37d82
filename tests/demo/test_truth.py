"""The labels mean what they say."""

from collections import defaultdict

from rapidfuzz.distance import OSA

from registry.demo.person import DemoPerson, Label
from tests.demo.conftest import Peopled


def _by_household(people: list[DemoPerson]) -> dict[int, list[DemoPerson]]:
    households: dict[int, list[DemoPerson]] = defaultdict(list)
    for person in people:
        households[person.household].append(person)
    return households


def _by_truth(people: list[DemoPerson]) -> dict[int, list[DemoPerson]]:
    records: dict[int, list[DemoPerson]] = defaultdict(list)
    for person in people:
        records[person.truth_id].append(person)
    return records


def test_duplicates_share_a_truth_and_differ_as_their_kind_says(peopled: Peopled):
    records = _by_truth(peopled.people)
    duplicates = peopled.labelled[Label.DUPLICATE]
    assert all(len(found) == 1 + any(Label.DUPLICATE in p.labels for p in found) for found in records.values())
    for double in duplicates:
        true = next(p for p in records[double.truth_id] if p is not double)
        if Label.SURNAME_TYPO in double.labels:
            assert OSA.distance(double.name.surname, true.name.surname) == 1
        elif Label.BIRTH_DATE_TRANSPOSED in double.labels:
            assert double.date_of_birth != true.date_of_birth
            assert double.name.surname == true.name.surname
        elif Label.FORENAMES_SWAPPED in double.labels:
            assert double.name.first_forename in (true.name.second_forename, true.name.surname)
        else:
            assert Label.NAME_CHANGED in double.labels
            assert double.name.surname != true.name.surname
        assert double.nhs_number is None or double.nhs_number != true.nhs_number


def test_a_confused_record_names_a_person_without_a_record(peopled: Peopled):
    truths = {person.truth_id for person in peopled.people}
    confused = peopled.labelled[Label.CONFUSION]
    assert len(confused) == 2
    assert all(p.confused_with and p.confused_with not in truths and p.former_addresses for p in confused)


def test_twins_share_birth_date_and_household(peopled: Peopled):
    households = _by_household([*peopled.people, *peopled.office.national])
    for twin in peopled.labelled[Label.TWIN]:
        born_together = [
            p for p in households[twin.household] if p.date_of_birth == twin.date_of_birth and Label.TWIN in p.labels
        ]
        assert len(born_together) >= 2
        assert len({p.name.first_forename for p in born_together}) == len(born_together)


def test_juniors_bear_their_fathers_name(peopled: Peopled):
    households = _by_household(peopled.people)
    for son in peopled.labelled[Label.JUNIOR]:
        (father,) = [p for p in households[son.household] if Label.SENIOR in p.labels]
        assert (father.name.surname, father.sex) == (son.name.surname, son.sex)
        assert (father.date_of_birth.year + 15) < son.date_of_birth.year


def test_namesakes_come_in_pairs_of_two_households(peopled: Peopled):
    names: dict[str, set[int]] = defaultdict(set)
    for person in peopled.labelled[Label.NAMESAKE]:
        names[person.name.surname].add(person.household)
    assert sum(len(households) for households in names.values()) == len(peopled.labelled[Label.NAMESAKE])
    assert len(peopled.labelled[Label.NAMESAKE]) % 2 == 0


def test_shared_houses_hold_eight_and_their_leavers_are_still_there(peopled: Peopled):
    houses: dict[object, list[DemoPerson]] = defaultdict(list)
    lodgers = [p for p in peopled.people if p.labels & {Label.HMO, Label.HMO_LEFT}]
    for person in lodgers:
        if not person.labels & {Label.ADDRESS_TYPO, Label.POSTCODE_MISSING}:
            houses[person.address].append(person)
    assert len(houses) >= 5
    assert all(len(people) >= 7 for people in houses.values())
    assert all(Label.GHOST in p.labels for p in peopled.labelled[Label.HMO_LEFT])


def test_students_who_have_gone_were_there_four_years(peopled: Peopled):
    today = peopled.office.people.today
    for person in peopled.labelled[Label.STUDENT_GONE]:
        assert person.registered_on and (today - person.registered_on).days > 3.8 * 365


def test_care_homes_have_codes_and_old_people(peopled: Peopled):
    residents = peopled.labelled[Label.CARE_HOME]
    today = peopled.office.people.today
    ages = sorted((today - p.date_of_birth).days / 365.25 for p in residents)
    assert ages[0] >= 64
    assert 82 < ages[len(ages) // 2] < 88
    assert all(p.residential_institute and len(p.residential_institute) == 2 for p in residents)
    homes: dict[str | None, set[str]] = defaultdict(set)
    for person in residents:
        homes[person.residential_institute].add(person.address.lines[0])
    assert all(len(names) == 1 for names in homes.values())


def test_missing_numbers_are_missing_and_only_they(peopled: Peopled):
    missing = {p.record_id for p in peopled.people if p.nhs_number is None}
    assert missing == {p.record_id for p in peopled.labelled[Label.MISSING_NUMBER]}


def test_superseded_numbers_are_kept(peopled: Peopled):
    held = {p.record_id for p in peopled.people if p.superseded_numbers}
    assert held == {p.record_id for p in peopled.labelled[Label.SUPERSEDED_NUMBER]}


def test_drugs_are_dispensed_in_the_country_alone(peopled: Peopled):
    practices = {p.practice_ods for p in peopled.people if p.drugs_dispensed}
    assert practices == {practice.ods_code for practice in peopled.office.practices if practice.dispenses}


def test_restricted_people_are_few_and_marked(peopled: Peopled):
    restricted = {p.record_id for p in peopled.people if p.restricted}
    assert restricted == {p.record_id for p in peopled.labelled[Label.RESTRICTED]}
    assert 3 <= len(restricted) <= 40
