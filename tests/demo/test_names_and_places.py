"""Names follow the customs of their communities; addresses have five lines by position; practices are fictional."""

import re
from collections import defaultdict
from random import Random

from registry.demo.names import COMMUNITIES, DAY_NAMES, draw_forename, draw_surname, feminine, patronymic
from registry.demo.person import DemoPerson, Label
from registry.demo.places import NO_FIXED_ABODE_POSTCODE
from registry.values.address import normal_postcode
from registry.values.organisation import is_cipher, is_ods_code, is_partner_code
from registry.values.person import Sex
from tests.demo.conftest import Peopled

_WOMENS, _MENS = {"Mrs", "Miss", "Ms"}, {"Mr", "Master"}
_LINE = re.compile(r"[A-Za-zÀ-ž0-9 '.,-]{0,35}\Z")


def _of(peopled: Peopled, community: str) -> list[DemoPerson]:
    return [p for p in peopled.people if p.community == community and Label.DUPLICATE not in p.labels]


def test_everybody_has_a_name(peopled: Peopled):
    for person in [*peopled.people, *peopled.office.national]:
        assert person.name.surname and person.name.first_forename, person.record_id
        assert len(person.name.surname) <= 35


def test_titles_agree_with_sex_and_age_unless_they_are_meant_not_to(peopled: Peopled):
    today = peopled.office.people.today
    for person in peopled.people:
        conflicts = person.name.title in (_MENS if person.sex is Sex.FEMALE else _WOMENS)
        assert conflicts == (Label.TITLE_CONFLICT in person.labels), person.record_id
        if (today - person.date_of_birth).days < 15 * 365 and Label.TITLE_CONFLICT not in person.labels:
            assert person.name.title in ("", "Master", "Miss")


def test_forenames_follow_the_generations(peopled: Peopled):
    dated = {"Doris": (1900, 1940), "Gladys": (1900, 1940), "Kayleigh": (1980, 2000), "Nevaeh": (2010, 2030)}
    for person in _of(peopled, "british"):
        span = dated.get(person.name.first_forename)
        assert span is None or span[0] <= person.date_of_birth.year <= span[1] or Label.NAMESAKE in person.labels


def test_the_commonest_surname_is_smith(peopled: Peopled):
    surnames: dict[str, int] = defaultdict(int)
    for person in _of(peopled, "british"):
        surnames[person.name.surname] += 1
    ranked = sorted(surnames, key=lambda name: -surnames[name])
    assert "Smith" in ranked[:2]
    assert 0.008 < surnames["Smith"] / sum(surnames.values()) < 0.022
    assert len(ranked) > 1_200


def test_polish_couples(peopled: Peopled):
    adults = [p for p in _of(peopled, "polish") if p.name.surname.endswith(("ski", "ska", "cki", "cka"))]
    assert len(adults) > 60
    assert all(p.name.surname.endswith("a") == (p.sex is Sex.FEMALE) for p in adults)


def test_singh_and_kaur(peopled: Peopled):
    for person in _of(peopled, "sikh"):
        if person.labels & {Label.INITIALS_ONLY, Label.NAMESAKE}:
            continue
        own, other = ("Kaur", "Singh") if person.sex is Sex.FEMALE else ("Singh", "Kaur")
        assert own in (person.name.surname, person.name.second_forename)
        assert other not in (person.name.surname, person.name.second_forename)


def test_names_of_the_day_of_birth(peopled: Peopled):
    known = {name for pair in DAY_NAMES for name in pair}
    bearers = [p for p in _of(peopled, "ghanaian") if known & {p.name.first_forename, p.name.second_forename}]
    for person in bearers:
        if person.labels & {Label.NEW_YEAR_BIRTH, Label.JUNIOR}:
            continue
        expected = DAY_NAMES[person.date_of_birth.weekday()][person.sex is Sex.FEMALE]
        assert expected in (person.name.first_forename, person.name.second_forename)
    assert len(bearers) > 40


def test_icelandic_patronymics_and_iberian_double_surnames(peopled: Peopled):
    icelandic = _of(peopled, "icelandic")
    assert icelandic
    assert all(p.name.surname.endswith("dóttir" if p.sex is Sex.FEMALE else "son") for p in icelandic)
    iberian = _of(peopled, "iberian")
    assert iberian
    assert all(" " in p.name.surname for p in iberian if not p.former_names)


def test_particular_names_are_represented(peopled: Peopled):
    surnames = {p.name.surname for p in peopled.people}
    wanted = {"Nguyen", "Tran", "Begum", "Khatun", "Bibi", "Patel", "Singh", "Kaur", "Wong", "Mensah", "Okafor"}
    assert wanted <= surnames
    assert any(name.startswith("O'") for name in surnames)
    assert any(name.startswith("Mc") for name in surnames) and any(name.startswith("Mac") for name in surnames)
    assert any("-" in name for name in surnames)
    assert any(not name.isascii() for name in surnames)


def test_mononyms_stand_twice_or_with_xx(peopled: Peopled):
    for person in peopled.labelled[Label.MONONYM]:
        assert person.name.first_forename in ("XX", person.name.surname)


def test_siblings_bear_different_forenames(peopled: Peopled):
    families: dict[int, list[str]] = defaultdict(list)
    odd = {Label.JUNIOR, Label.INITIALS_ONLY, Label.KNOWN_AS, Label.MONONYM, Label.NAMESAKE, Label.DUPLICATE}
    for person in peopled.people:
        if not person.labels & odd:
            families[person.household].append(f"{person.name.first_forename} {person.name.second_forename}")
    repeated = [names for names in families.values() if len(names) != len(set(names))]
    assert len(repeated) <= len(families) * 0.001


def test_no_surname_grows_in_upper_case(peopled: Peopled):
    for person in peopled.people:
        upper = person.name.surname.upper()
        assert len(upper) == len(person.name.surname)


def test_the_forms_of_surnames():
    assert [feminine(name) for name in ("Kowalski", "Nowak", "Novák", "Petrov", "Taylor", "Svoboda")] == [
        "Kowalska",
        "Nowak",
        "Nováková",
        "Petrova",
        "Taylor",
        "Svobodová",
    ]
    assert patronymic("Jón", male=True) == "Jónsson"
    assert patronymic("Jón", male=False) == "Jónsdóttir"


def test_every_community_has_names_for_all_ages():
    rng = Random(1)
    for community in COMMUNITIES.values():
        assert draw_surname(rng, community)
        for male in (True, False):
            assert all(draw_forename(rng, community.key, male, year) for year in (1915, 1950, 1990, 2024))


def test_addresses_have_five_lines_and_a_post_town(peopled: Peopled):
    for person in peopled.people:
        house, road, _, town, _ = person.address.lines
        assert town
        assert house or road
        assert all(_LINE.match(line) for line in person.address.lines), person.record_id
        assert person.address.lines[2] != town


def test_postcodes_have_a_real_shape_and_no_real_area(peopled: Peopled):
    for person in [*peopled.people, *peopled.office.national]:
        postcode = person.address.postcode
        if postcode is None:
            assert person.labels & {Label.POSTCODE_MISSING, Label.NEWBORN, Label.DUPLICATE}
            continue
        assert normal_postcode(postcode) == postcode
        assert postcode == NO_FIXED_ABODE_POSTCODE or postcode[:2] in ("ZX", "ZW")


def test_a_dwelling_is_given_to_one_household_or_to_its_successor(peopled: Peopled):
    dwellings: dict[object, set[int]] = defaultdict(set)
    usual = [p for p in peopled.people if not p.labels & {*_SEVERAL} and p.address.postcode]
    for person in usual:
        dwellings[person.address.lines[:4]].add(person.household)
    crowded = [households for households in dwellings.values() if len(households) > 1]
    assert len(crowded) < 0.06 * len(dwellings)


_SEVERAL = (
    Label.HMO,
    Label.HMO_LEFT,
    Label.CARE_HOME,
    Label.STUDENT,
    Label.STUDENT_GONE,
    Label.NO_FIXED_ABODE,
    Label.CARAVAN,
    Label.DEMOLISHED,
    Label.DUPLICATE,
    Label.ADDRESS_TYPO,
)


def test_practices_have_codes_of_the_right_shapes(peopled: Peopled):
    practices = peopled.office.practices
    assert [p.ods_code for p in practices] == [f"Y9000{number}" for number in range(1, 9)]
    assert all(is_ods_code(p.ods_code) and is_cipher(p.cipher) and is_partner_code(p.partner_code) for p in practices)
    assert len({p.partner_code for p in practices}) == 8
    assert all(p.partner_code.endswith("5") for p in practices)
    assert {p.cipher for p in practices} == {"XD1", "YD"}
    assert sum(not p.is_open for p in practices) == 1
    codes = [code for p in practices for code in p.gp_codes]
    assert len({code.gmc_number for code in codes}) == len({code.local_code for code in codes}) == len(codes)
    assert all(2 <= len(p.doctors) <= 6 for p in practices)


def test_everybody_has_a_doctor_of_the_practice(peopled: Peopled):
    doctors = {practice.ods_code: set(practice.gp_codes) for practice in peopled.office.practices}
    assert all(p.gp_code in doctors[p.practice_ods or ""] for p in peopled.people)
