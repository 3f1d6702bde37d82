"""Names, postcodes, addresses and dates in the form in which they are compared."""

from datetime import date

import pytest

from registry.matching.normalise import (
    address_key,
    known_date,
    known_sex,
    normal_forenames,
    normal_name,
    plain_postcode,
    postcode_parts,
)
from registry.values.address import Address
from registry.values.person import Sex


@pytest.mark.parametrize(
    ("written", "normal", "why"),
    [
        ("smith", "SMITH", "case"),
        ("  de  la   Mare ", "DE LA MARE", "blanks"),
        ("O'Neill", "ONEILL", "apostrophe"),
        ("O’Neill", "ONEILL", "typographic apostrophe"),
        ("O´Neill", "ONEILL", "an accent used as apostrophe"),
        ("Smith-Jones", "SMITH JONES", "hyphen"),
        ("Smith–Jones", "SMITH JONES", "dash"),
        ("Zoë", "ZOE", "diaeresis"),
        ("Nguyễn", "NGUYEN", "two marks on one letter"),
        ("Łukasz", "LUKASZ", "a letter of its own"),
        ("Søren", "SOREN", "a letter of its own"),
        ("Þóra", "THORA", "a letter that becomes two"),
        ("Weiß", "WEISS", "a letter that becomes two"),
        ("SM1TH", "SMTH", "a digit is no letter"),
        ("Иванов", "", "another script is missing, not equal"),
        ("王", "", "another script"),
        ("XX", "", "stands for a missing name"),
        ("Baby Boy", "", "stands for a missing name"),
        ("\x00\ud800", "", "rubbish"),
        ("", "", "nothing"),
        ("A" * 300, "", "too long for a name"),
        ("A" * 70, "A" * 70, "just not"),
    ],
)
def test_names(written: str, normal: str, why: str) -> None:
    assert normal_name(written) == normal, why


@pytest.mark.parametrize(
    ("first", "second", "others", "normal", "why"),
    [
        ("Mary", "Ann", "Jane", ("MARY", "ANN"), "the first middle name"),
        ("Mary Ann", "", "", ("MARY", "ANN"), "two names in the first field"),
        ("Mary-Ann", "", "", ("MARY ANN", ""), "a hyphen keeps them one"),
        ("Mary Ann", "Jane", "", ("MARY ANN", "JANE"), "the second field is taken"),
        ("Mary", "", "Jane Ruth", ("MARY", "JANE"), "the second field is empty"),
        ("", "", "", ("", ""), "none"),
    ],
)
def test_forenames(first: str, second: str, others: str, normal: tuple[str, str], why: str) -> None:
    assert normal_forenames(first, second, others) == normal, why


@pytest.mark.parametrize(
    ("written", "plain", "parts", "why"),
    [
        ("ze1 4qa", "ZE14QA", ("ZE", "ZE1", "ZE1 4"), "usual"),
        ("W1A   1AA", "W1A1AA", ("W", "W1A", "W1A 1"), "a letter in the district"),
        ("B11AA", "B11AA", ("B", "B1", "B1 1"), "one-letter area"),
        ("NOWHERE", "NOWHERE", None, "no shape: compared as a whole only"),
        ("ZZ99 3VZ", "", None, "no fixed abode is not a place to share"),
        ("FAR TOO LONG 1", "", None, "not a postcode"),
        (None, "", None, "none"),
    ],
)
def test_postcodes(written: str | None, plain: str, parts: tuple[str, str, str] | None, why: str) -> None:
    assert plain_postcode(written) == plain, why
    assert postcode_parts(plain) == parts, why


@pytest.mark.parametrize(
    ("lines", "key", "why"),
    [
        (["", "12 High Street"], "12|HIGH", "number and road"),
        (["", "12, HIGH ST."], "12|HIGH", "short for street"),
        (["Rose Cottage", "12 High Street"], "12|HIGH", "a house name before a numbered road"),
        (["Flat 3", "12 High Street"], "3 12|HIGH", "flat and house"),
        (["Flat 3 Rose House", "12 High Street"], "3 12|HIGH", "flat in a named house"),
        (["Flat 3", "Rose House"], "3|ROSE HOUSE", "a flat in a house without number"),
        (["Rose Cottage", ""], "|ROSE COTTAGE", "a name alone"),
        (["", "", "Little Wimble"], "|LITTLE WIMBLE", "locality alone"),
        (["", "12A High Street"], "12A|HIGH", "12A is not 12"),
        ([], "", "nothing"),
    ],
)
def test_address_keys(lines: list[str], key: str, why: str) -> None:
    assert address_key(Address.of(lines)) == key, why


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(1980, 1, 1), date(1980, 1, 1)),
        (date(1900, 1, 1), None),
        (date(1889, 12, 31), None),
        (date(1890, 1, 2), date(1890, 1, 2)),
        (None, None),
    ],
)
def test_dates_that_fill_the_field_are_missing(day: date | None, known: date | None) -> None:
    assert known_date(day) == known


def test_only_male_and_female_are_evidence() -> None:
    assert [known_sex(sex) for sex in (*Sex, None)] == [None, Sex.MALE, Sex.FEMALE, None, None]
