"""One line a level: what is written on either side, the level, and why."""

from datetime import date
from typing import Any

import pytest

from registry.matching.compare import Comparison, compare
from registry.matching.compare_dates import date_level
from registry.matching.levels import DateOfBirth, Forename, MiddleName, Number, Place, SexAgreement, Surname
from registry.matching.nicknames import forms_of_one_name
from registry.values.person import Sex
from tests.matching.people import HOME, OTHER_TOWN, candidate, incoming, number


@pytest.mark.parametrize(
    ("form", "held", "level", "why"),
    [
        ({"forename": "OLWEN"}, {"forename": "Olwen"}, Forename.EQUAL, "case"),
        ({"forename": "BILL"}, {"forename": "WILLIAM"}, Forename.OTHER_FORM, "nickname"),
        ({"forename": "MUHAMMAD"}, {"forename": "MOHAMMED"}, Forename.OTHER_FORM, "spelling"),
        ({"forename": "MARY"}, {"forename": "MARY-ANN"}, Forename.OTHER_FORM, "half of a compound"),
        ({"forename": "CHRISTOBEL"}, {"forename": "CHRISTABEL"}, Forename.SIMILAR, "one letter"),
        ({"forename": "PRITCHARD", "surname": "OLWEN"}, {}, Forename.SWAPPED, "names exchanged"),
        ({"forename": "JAYDEN"}, {"forename": "KAYDEN"}, Forename.CLOSE, "alike, not the same"),
        ({"forename": "O"}, {}, Forename.INITIAL_ONLY, "an initial"),
        ({"forename": "O"}, {"forename": "O"}, Forename.INITIAL_ONLY, "two equal initials are no equal names"),
        ({"forename": "JAMES"}, {"forename": "HENRY", "middle": "JAMES"}, Forename.MIDDLE_NAME, "uses the middle name"),
        ({"forename": "OSWALD"}, {}, Forename.SAME_INITIAL, "first letter only"),
        ({"forename": "PETER"}, {}, Forename.DIFFERENT, "different"),
        ({"forename": "P"}, {}, Forename.DIFFERENT, "an initial that does not fit"),
        ({"forename": ""}, {}, None, "missing"),
        ({"forename": "Ольга"}, {"forename": "Ольга"}, None, "another script is no evidence"),
        ({"forename": "BABY"}, {"forename": "BABY"}, None, "a stand-in is no evidence"),
    ],
)
def test_forenames(form: dict[str, Any], held: dict[str, Any], level: Forename | None, why: str) -> None:
    assert compare(incoming(**form), candidate(**held).keys).forename is level, why


@pytest.mark.parametrize(
    ("form", "held", "level", "why"),
    [
        ({"surname": "O'NEILL"}, {"surname": "ONEILL"}, Surname.EQUAL, "apostrophe"),
        ({"surname": "EVANS"}, {"previous": "EVANS"}, Surname.FORMER, "the form has the maiden name"),
        ({"previous": "EVANS"}, {"surname": "EVANS"}, Surname.FORMER, "the register has the maiden name"),
        ({"previous": "EVANS"}, {"surname": "JONES", "previous": "EVANS"}, Surname.FORMER, "one maiden name"),
        ({"surname": "PRICHARD"}, {}, Surname.SIMILAR, "one letter left out"),
        ({"surname": "MC DONALD"}, {"surname": "MCDONALD"}, Surname.SIMILAR, "a blank"),
        ({"surname": "JONES-PRITCHARD"}, {}, Surname.SHARED_PART, "double-barrelled"),
        ({"surname": "AL HAKIM"}, {"surname": "AL JABBAR"}, Surname.DIFFERENT, "a particle is no part"),
        ({"surname": "SINGH GILL"}, {"surname": "SINGH DHALIWAL"}, Surname.DIFFERENT, "nor is a title"),
        ({"forename": "PRITCHARD", "surname": "OLWEN"}, {}, Surname.SWAPPED, "names exchanged"),
        ({"surname": "RICHARDS"}, {}, Surname.CLOSE, "a few letters"),
        ({"surname": "SMITH"}, {}, Surname.DIFFERENT, "different"),
        ({"surname": ""}, {}, None, "missing"),
        ({"surname": "X"}, {"surname": "X"}, None, "one letter is no surname"),
    ],
)
def test_surnames(form: dict[str, Any], held: dict[str, Any], level: Surname | None, why: str) -> None:
    assert compare(incoming(**form), candidate(**held).keys).surname is level, why


@pytest.mark.parametrize(
    ("one", "other", "level", "why"),
    [
        ("1980-03-25", "1980-03-25", DateOfBirth.EQUAL, "equal"),
        ("1980-01-01", "1980-01-01", DateOfBirth.EQUAL_FIRST_OF_JANUARY, "the day of the unknown"),
        ("1980-03-05", "1980-05-03", DateOfBirth.SWAPPED, "day and month"),
        ("1980-03-25", "1980-03-26", DateOfBirth.ONE_SLIP, "a digit"),
        ("1980-03-25", "1980-04-25", DateOfBirth.ONE_SLIP, "a month out, by one digit"),
        ("1980-03-12", "1980-03-21", DateOfBirth.ONE_SLIP, "neighbours exchanged"),
        ("1967-03-12", "1976-03-12", DateOfBirth.ONE_SLIP, "neighbours exchanged in the year"),
        ("1980-09-25", "1980-10-25", DateOfBirth.TWO_PARTS, "a month out, by two digits"),
        ("1979-03-25", "1980-03-25", DateOfBirth.TWO_PARTS, "another year"),
        ("1980-01-01", "1980-07-19", DateOfBirth.TWO_PARTS, "only the year was known"),
        ("1980-02-11", "1980-07-28", DateOfBirth.SAME_YEAR, "the year only"),
        ("1960-03-25", "1990-03-25", DateOfBirth.GENERATION, "a son born on his father's birthday: one digit too"),
        ("1961-03-25", "1992-03-25", DateOfBirth.GENERATION, "a son born on his father's birthday"),
        ("1961-03-25", "1962-07-14", DateOfBirth.DIFFERENT, "different"),
    ],
)
def test_dates(one: str, other: str, level: DateOfBirth, why: str) -> None:
    left, right = date.fromisoformat(one), date.fromisoformat(other)
    assert (date_level(left, right), date_level(right, left)) == (level, level), why


@pytest.mark.parametrize(
    ("form", "held", "level", "why"),
    [
        ({"at": "12 High St., ze14qa"}, {}, Place.SAME_ADDRESS, "written otherwise"),
        ({"at": "12 HIGHH STREET, ZE1 4QA"}, {}, Place.SAME_ADDRESS, "a slip in the road"),
        ({"at": OTHER_TOWN}, {"before": OTHER_TOWN}, Place.FORMER, "the form has the former address"),
        ({"at": OTHER_TOWN, "before": HOME}, {}, Place.FORMER, "the register has the former address"),
        ({"at": "12 HIGH STREET, ZE1 9ZZ"}, {}, Place.SAME_FIRST_LINE, "a slip in the postcode"),
        ({"at": "13 HIGH STREET, ZE1 4QA"}, {}, Place.SAME_POSTCODE, "next door"),
        ({"at": "9 ELM ROAD, ZE1 4ZZ"}, {}, Place.SECTOR, "sector"),
        ({"at": "9 ELM ROAD, ZE1 7ZZ"}, {}, Place.DISTRICT, "district"),
        ({"at": "9 ELM ROAD, ZE3 7ZZ"}, {}, Place.AREA, "area"),
        ({"at": OTHER_TOWN}, {}, Place.DIFFERENT, "elsewhere"),
        ({"at": ""}, {}, None, "no address"),
        ({"at": HOME}, {"at": ""}, None, "a newborn's record has none"),
        ({"at": "NFA, ZZ99 3VZ"}, {"at": "NFA, ZZ99 3VZ"}, None, "no fixed abode is not shared"),
        ({"at": "X, GARBLED"}, {}, None, "not a postcode"),
    ],
)
def test_places(form: dict[str, Any], held: dict[str, Any], level: Place | None, why: str) -> None:
    assert compare(incoming(**form), candidate(**held).keys).place is level, why


@pytest.mark.parametrize(
    ("form", "held", "level", "why"),
    [
        (number(1), number(1), Number.EQUAL, "equal"),
        (f"{number(1)[:3]} {number(1)[3:6]} {number(1)[6:]}", number(1), Number.EQUAL, "grouped"),
        ("9434765916", "9434765919", Number.ONE_SLIP, "the last digit mistyped"),
        ("9434765199", "9434765919", Number.ONE_SLIP, "neighbours exchanged"),
        ("9434760000", "9434765919", None, "mistyped beyond recognition"),
        (number(1), number(2), Number.DIFFERENT, "another person's, or a second number"),
        ("0101010006", number(1), None, "Scottish: evidence for a trace only"),
        ("RAT56", number(1), None, "an old number"),
        (None, number(1), None, "none quoted"),
        (number(1), None, None, "none held"),
    ],
)
def test_numbers(form: str | None, held: str | None, level: Number | None, why: str) -> None:
    assert compare(incoming(nhs=form), candidate(nhs=held).keys).number is level, why


@pytest.mark.parametrize(
    ("form", "held", "level"),
    [
        ("MAIR", "MAIR", MiddleName.EQUAL),
        ("LIZ", "ELIZABETH", MiddleName.EQUAL),
        ("M", "MAIR", MiddleName.INITIAL),
        ("M", "M", MiddleName.INITIAL),
        ("ANN", "MAIR", MiddleName.DIFFERENT),
        ("", "MAIR", None),
    ],
)
def test_middle_names(form: str, held: str, level: MiddleName | None) -> None:
    assert compare(incoming(middle=form), candidate(middle=held).keys).middle_name is level


@pytest.mark.parametrize(
    ("form", "held", "level"),
    [
        (Sex.MALE, Sex.MALE, SexAgreement.EQUAL),
        (Sex.MALE, Sex.FEMALE, SexAgreement.DIFFERENT),
        (Sex.UNKNOWN, Sex.FEMALE, None),
        (None, Sex.FEMALE, None),
        (Sex.NOT_SPECIFIED, Sex.NOT_SPECIFIED, None),
    ],
)
def test_sex(form: Sex | None, held: Sex | None, level: SexAgreement | None) -> None:
    assert compare(incoming(sex=form), candidate(sex=held).keys).sex is level


def test_missing_everywhere_is_no_evidence_at_all() -> None:
    empty = ("", "", None, None, "")
    assert compare(incoming(*empty), candidate(*empty).keys) == Comparison()
    assert compare(incoming(), []) == Comparison()


def test_each_field_takes_its_best_row() -> None:
    held = candidate(surname="JONES", at=OTHER_TOWN, previous="PRITCHARD", before=HOME)
    found = compare(incoming(), held.keys)
    assert (found.surname, found.place, found.forename) == (Surname.FORMER, Place.FORMER, Forename.EQUAL)


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("PEGGY", "MARGARET", True),
        ("ALEX", "ALEXANDER", True),
        ("ALEX", "ALEXANDRA", True),
        ("ALEXANDER", "ALEXANDRA", False),
        ("OLWEN", "OLWEN", False),
    ],
)
def test_forms_of_one_name(one: str, other: str, related: bool) -> None:
    assert forms_of_one_name(one, other) is forms_of_one_name(other, one) is related
