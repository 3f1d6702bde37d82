"""What a practice can mend by itself: each refusal, the order in which they are tested, and their boundary days."""

from datetime import date
from itertools import combinations, pairwise
from typing import Any

import pytest

from registry.transactions.commands import Defect
from registry.transactions.rules.acceptance import decide_acceptance, first_refusal
from registry.transactions.rules.decisions import Refer, Refuse
from registry.transactions.rules.reasons import RULED_BY_CODE, Referral, Refusal
from registry.values.address import Address
from tests.transactions.invented import (
    ANNAS,
    SCOTTISH,
    TODAY,
    WRONG_NUMBER,
    acceptance,
    days,
    facts_of,
    matched,
    origin,
)

Items = dict[str, Any]

FAULTS: list[tuple[Refusal, str, Items]] = [
    (Refusal.UNREADABLE_ITEM, "birthDate", {"defects": (Defect("birthDate", "no date"),)}),
    (Refusal.WRONG_AUTHORITY, "destinationHaCipher", {"origin": origin(authority_cipher="ZZ9")}),
    (Refusal.TYPE_RETIRED, "acceptanceType", {"acceptance_type": "5"}),
    (Refusal.TYPE_UNKNOWN, "acceptanceType", {"acceptance_code": "Q"}),
    (Refusal.NAME_MISSING, "surname", {"surname": ""}),
    (Refusal.SEX_MISSING, "gender", {"sex": None}),
    (Refusal.BIRTH_DATE_MISSING, "birthDate", {"acceptance_type": "1", "date_of_birth": None}),
    (Refusal.ADDRESS_MISSING, "address", {"address": Address(("", "", "", "Nethermoor", ""), "ZX4 7QP")}),
    (Refusal.NUMBER_MISSING, "nhsNumber", {"acceptance_type": "1", "number": None}),
    (Refusal.BIRTHPLACE_MISSING, "placeOfBirth", {"place_of_birth": None, "number": None}),
    (Refusal.PREVIOUS_ADDRESS_MISSING, "previousAddress", {"previous_address": Address()}),
    (Refusal.PREVIOUS_GP_MISSING, "previousGpName", {"previous_gp_name": None}),
    (Refusal.ENTRY_DATE_MISSING, "dateOfUkEntry", {"acceptance_type": "4", "entered_uk_on": None}),
    (Refusal.ACCEPTANCE_DATE_MISSING, "acceptanceDate", {"accepted_on": None}),
    (Refusal.NUMBER_WRONG, "nhsNumber", {"number": WRONG_NUMBER}),
    (Refusal.BIRTH_IN_FUTURE, "birthDate", {"date_of_birth": days(1)}),
    (Refusal.BIRTH_AFTER_ACCEPTANCE, "birthDate", {"accepted_on": date(1984, 5, 16)}),
    (Refusal.ACCEPTANCE_IN_FUTURE, "acceptanceDate", {"accepted_on": days(1)}),
]
"""One fault of each kind, in the documented order: the refusal, the field it names, and what is wrong."""

OF_TRANSFERS = {Refusal.BIRTHPLACE_MISSING, Refusal.PREVIOUS_ADDRESS_MISSING, Refusal.PREVIOUS_GP_MISSING}
"""Faults that need another type than 1 or 4."""

CANNOT_MEET = {
    (Refusal.NUMBER_MISSING, Refusal.BIRTHPLACE_MISSING): "a birth needs its number, the other types one of the two",
    (Refusal.PREVIOUS_GP_MISSING, Refusal.ENTRY_DATE_MISSING): "type 3 and type 4",
    (Refusal.BIRTH_AFTER_ACCEPTANCE, Refusal.ACCEPTANCE_IN_FUTURE): "then the birth is in the future as well",
}
"""Neighbours in the order that no form can earn together."""


def together(one: tuple[Refusal, str, Items], other: tuple[Refusal, str, Items]) -> Items | None:
    """A form with both faults, or None where they contradict each other."""
    types = {fault[2].get("acceptance_type") for fault in (one, other)} - {None}
    if len(types) > 1 or (types and {one[0], other[0]} & OF_TRANSFERS):
        return None
    if any(one[2][item] != other[2][item] for item in one[2].keys() & other[2].keys()):
        return None
    return {**one[2], **other[2]}


PAIRS = [(one, other, items) for one, other in combinations(FAULTS, 2) if (items := together(one, other)) is not None]


def test_a_form_without_fault_is_not_refused():
    assert first_refusal(acceptance(), facts_of(), TODAY) is None


@pytest.mark.parametrize(("refusal", "field", "items"), FAULTS, ids=lambda value: getattr(value, "label", None))
def test_each_fault_has_its_refusal_and_names_the_field(refusal: Refusal, field: str, items: Items):
    assert first_refusal(acceptance(**items), facts_of(), TODAY) == Refuse(refusal, field)


def test_every_refusal_that_is_tested_has_a_fault_in_the_documented_order():
    by_a_clerk_only = {Refusal.IDENTITY_UNCLEAR, Refusal.CONTACT_OFFICE, Refusal.OUT_OF_AREA_TEXT}

    by_what_is_held = {Refusal.NUMBER_NOT_IN_USE}
    others = by_a_clerk_only | by_what_is_held

    assert [refusal for refusal, _, _ in FAULTS] == [each for each in Refusal if each not in others]


@pytest.mark.parametrize(
    ("first", "items"),
    [(one[0], items) for one, _, items in PAIRS],
    ids=[f"{one[0].label}, {other[0].label}" for one, other, _ in PAIRS],
)
def test_of_two_faults_the_earlier_in_the_order_is_told(first: Refusal, items: Items):
    found = first_refusal(acceptance(**items), facts_of(), TODAY)

    assert found is not None and found.refusal is first


def test_every_pair_of_neighbours_is_tested_or_cannot_meet():
    tested = {(one[0], other[0]) for one, other, _ in PAIRS}
    neighbours = {(one[0], other[0]) for one, other in pairwise(FAULTS)}

    assert neighbours - tested == set(CANNOT_MEET)


BOUNDARIES = [
    ({"accepted_on": days(-1)}, None, "accepted yesterday"),
    ({"accepted_on": days(0)}, None, "accepted today"),
    ({"accepted_on": days(1)}, Refusal.ACCEPTANCE_IN_FUTURE, "accepted tomorrow"),
    ({"accepted_on": date(1990, 1, 1)}, None, "accepted long ago: a late one is registered (correction 5)"),
    ({"date_of_birth": days(-1)}, None, "born yesterday"),
    ({"date_of_birth": days(0)}, None, "born and accepted today"),
    ({"date_of_birth": days(1)}, Refusal.BIRTH_IN_FUTURE, "born tomorrow"),
    ({"date_of_birth": days(-9), "accepted_on": days(-8)}, None, "accepted the day after birth"),
    ({"date_of_birth": days(-9), "accepted_on": days(-9)}, None, "accepted on the day of birth"),
    ({"date_of_birth": days(-9), "accepted_on": days(-10)}, Refusal.BIRTH_AFTER_ACCEPTANCE, "accepted the day before"),
]


@pytest.mark.parametrize(("items", "expected", "why"), BOUNDARIES, ids=[each[2] for each in BOUNDARIES])
def test_days_at_the_edge(items: Items, expected: Refusal | None, why: str):
    found = first_refusal(acceptance(**items), facts_of(), TODAY)

    assert (found.refusal if found else None) is expected


ENOUGH = [
    ({"acceptance_type": "1", "number": ANNAS}, "a birth with number and date"),
    ({"acceptance_type": "2", "number": ANNAS, "place_of_birth": None}, "a first acceptance with a number"),
    ({"acceptance_type": "2", "number": None}, "a first acceptance with a place of birth"),
    ({"acceptance_type": "2", "previous_address": Address(), "previous_gp_name": None}, "previous things: type 3 only"),
    ({"acceptance_type": "4", "entered_uk_on": days(-20)}, "an immigrant with the day of entry"),
    ({"acceptance_type": "4", "entered_uk_on": days(-20), "left_uk_on": None}, "the day of exit is optional"),
    ({"date_of_birth": None}, "no date of birth: only births need one"),
    ({"address": Address(("THE LODGE", "", "", "", ""))}, "a house without a road"),
    ({"address": Address(("", "12 QUILLET LANE", "", "", ""))}, "a road without a house name"),
    ({"previous_address": Address(("", "", "", "OLDTOWN", ""))}, "any line of the previous address will do"),
    ({"number": "999 000 0018"}, "a number in groups"),
    ({"number": "RAT56"}, "a number of the old format is carried, not refused"),
    ({"number": SCOTTISH}, "a Scottish number is evidence, not a mistake"),
    ({"acceptance_code": "I"}, "an internal transfer"),
    ({"acceptance_code": "S"}, "the same doctor, a new authority"),
]


@pytest.mark.parametrize(("items", "why"), ENOUGH, ids=[each[1] for each in ENOUGH])
def test_what_a_form_may_leave_out(items: Items, why: str):
    assert first_refusal(acceptance(**items), facts_of(), TODAY) is None


def test_a_fault_is_told_before_a_text_is_read():
    command = acceptance(free_text="PLEASE CALL", previous_gp_name=None)
    facts = facts_of()

    assert decide_acceptance(command, facts, matched(command, facts), TODAY) == Refuse(
        Refusal.PREVIOUS_GP_MISSING, "previousGpName"
    )


def test_a_text_is_read_before_anybody_is_looked_for():
    command = acceptance(free_text="PLEASE CALL")
    facts = facts_of()

    assert decide_acceptance(command, facts, matched(command, facts), TODAY) == Refer(Referral.FREE_TEXT, "freeText")


@pytest.mark.parametrize("code", sorted(RULED_BY_CODE))
def test_a_clerks_code_is_the_one_that_the_practice_reads(code: int):
    assert RULED_BY_CODE[code].text.split(" ")[0] == str(code)
