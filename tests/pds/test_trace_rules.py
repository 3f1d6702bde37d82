"""Whom a trace takes for the person described."""

from dataclasses import replace
from datetime import date

import pytest

from registry.pds.trace_rules import alike, cross_checks, nearly_same_date, search_dates, suffices, trace_matches
from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex

BORN = date(1975, 3, 28)
HELD = Demographics(
    Name("Thistlewood", "Catherine", "Rose"),
    Sex.FEMALE,
    BORN,
    previous_surname="Okonjo",
    address=Address(("", "4 Tallow Way", "", "Brackenfold", ""), "ZX7 2QD"),
    previous_address=Address(("", "9 Kiln Lane", "", "Brackenfold", ""), "ZY3 5TT"),
)
SLIP = date(1975, 3, 29)


@pytest.mark.parametrize(
    "other",
    [
        date(1975, 3, 29),  # the day
        date(1975, 4, 28),  # the month
        date(1957, 3, 28),  # two digits of the year
        date(1975, 3, 28),
    ],
)
def test_dates_with_one_slip_are_nearly_the_same(other: date):
    assert nearly_same_date(BORN, other)
    assert nearly_same_date(other, BORN)


def test_day_and_month_may_be_exchanged_and_so_may_two_digits():
    assert nearly_same_date(date(1975, 3, 8), date(1975, 8, 3))
    assert nearly_same_date(date(1975, 3, 12), date(1975, 3, 21))
    assert nearly_same_date(date(1975, 1, 12), date(1975, 10, 12))


@pytest.mark.parametrize("other", [date(1976, 4, 28), date(1975, 4, 29), date(1991, 11, 5)])
def test_other_dates_are_not(other: date):
    assert not nearly_same_date(BORN, other)


def test_number_and_exact_date_of_birth_suffice_whatever_the_name():
    assert cross_checks(Demographics(Name("Else"), date_of_birth=BORN), HELD)


def test_with_a_slip_in_the_date_the_beginnings_of_the_names_must_agree():
    by_names = Demographics(Name("Thisbe", "Clara"), date_of_birth=SLIP)
    assert cross_checks(by_names, HELD)
    assert not cross_checks(replace(by_names, name=Name("Thisbe", "Rose")), HELD)
    assert not cross_checks(replace(by_names, name=Name("Thorne", "Clara")), HELD)
    assert not cross_checks(replace(by_names, name=Name("Thisbe", "")), HELD)


@pytest.mark.parametrize("postcode", ["ZX7 9AA", "ZY3 1BB"])
def test_or_the_postcode_district_present_or_former(postcode: str):
    moved = Demographics(Name("Else"), date_of_birth=SLIP, address=Address(postcode=postcode))
    assert cross_checks(moved, HELD)


def test_another_district_or_no_date_is_no_cross_check():
    assert not cross_checks(Demographics(Name("Else"), date_of_birth=SLIP, address=Address(postcode="ZX8 2QD")), HELD)
    assert not cross_checks(Demographics(HELD.name, Sex.FEMALE), HELD)
    assert not cross_checks(HELD, replace(HELD, date_of_birth=None))


def test_a_date_of_birth_is_searched_as_it_is_and_new_year_as_a_year():
    assert search_dates(BORN) == (BORN, BORN)
    assert search_dates(date(1975, 1, 1)) == (date(1975, 1, 1), date(1975, 12, 31))


def test_surname_sex_and_date_of_birth_are_the_least():
    assert suffices(Demographics(Name("Thistlewood"), Sex.FEMALE, BORN))
    assert not suffices(Demographics(Name("XX"), Sex.FEMALE, BORN))
    assert not suffices(Demographics(Name("Thistlewood"), Sex.UNKNOWN, BORN))
    assert not suffices(Demographics(Name("Thistlewood"), Sex.FEMALE))


ASKED = replace(HELD, previous_surname=None, previous_address=Address())


def test_names_are_compared_by_sound_and_former_surnames_count():
    assert trace_matches(replace(ASKED, name=Name("Thistelwood", "Kathryn")), HELD)
    assert trace_matches(replace(ASKED, name=Name("Okonjo", "Catherine")), HELD)
    assert not trace_matches(replace(ASKED, name=Name("Marlowe", "Catherine")), HELD)
    assert not trace_matches(replace(ASKED, name=Name("Thistlewood", "Beatrice")), HELD)
    assert not trace_matches(replace(ASKED, sex=Sex.MALE), HELD)


def test_a_postcode_counts_where_both_have_one_present_or_former():
    assert trace_matches(replace(ASKED, address=Address(postcode="zy35tt")), HELD)
    assert not trace_matches(replace(ASKED, address=Address(postcode="ZW1 1AA")), HELD)
    assert trace_matches(replace(ASKED, address=Address()), HELD)


def test_a_newborn_without_address_is_found():
    newborn = replace(HELD, address=Address(), previous_address=Address())
    assert trace_matches(ASKED, newborn)


def test_a_restricted_person_is_never_found_by_a_postcode():
    assert not trace_matches(ASKED, HELD, restricted=True)
    assert trace_matches(replace(ASKED, address=Address()), HELD, restricted=True)


def test_somebody_alike_anywhere_stands_in_the_way_of_a_number():
    elsewhere = replace(ASKED, address=Address(postcode="ZW1 1AA"))
    assert alike(elsewhere, HELD)
    assert not alike(replace(elsewhere, date_of_birth=SLIP), HELD)
    assert not alike(replace(elsewhere, name=Name("Thistlewood", "Beatrice")), HELD)
