"""May a practice change these particulars? One line a case, and the order in which doubts are told."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from registry.transactions.commands import AmendPatient, Changes, Defect, Ruling
from registry.transactions.facts import PersonFacts
from registry.transactions.rules.amendment import decide_amendment
from registry.transactions.rules.decisions import Amend, Refer
from registry.transactions.rules.reasons import Referral
from registry.values.person import Sex
from tests.transactions.invented import (
    ANNAS,
    HERE,
    NOBODYS,
    THERE,
    TODAY,
    WRONG_NUMBER,
    days,
    on_list_of,
    origin,
    person,
)

HERS = on_list_of(HERE, days(-30), since=days(-20))
"""Accepted thirty days ago, registered twenty days ago."""
SURNAME = Changes(surname="Winterbourne")
LINES = ("", "9 Ferry Row", "", "Saltholme", "")
NEVER = (
    Referral.WRONG_AUTHORITY,
    Referral.NUMBER_WRONG,
    Referral.NUMBER_NOT_KNOWN,
    Referral.NOT_ON_LIST,
    Referral.BIRTH_IN_FUTURE,
)
"""What no ruling can wave through."""

Items = dict[str, Any]


def amendment(changes: Changes = SURNAME, number: str = ANNAS, **items: Any) -> AmendPatient:
    return AmendPatient(**{"origin": origin(), "number": number, "changes": changes, **items})


def written_on(day: int) -> Items:
    noon = datetime(2025, 2, 3, 12, tzinfo=UTC)
    return {"origin": origin(document_at=noon.replace(month=1, day=day))}


APPLIED = [
    ("a surname", SURNAME),
    ("a sex", Changes(sex=Sex.MALE)),
    ("a date of birth", Changes(date_of_birth=days(-9000))),
    ("born today", Changes(date_of_birth=days(0))),
    ("surname and forenames", Changes(surname="Winterbourne", forenames=("Iris", "", ""))),
    ("a surname, and the sex that is known already", Changes(surname="Winterbourne", sex=Sex.FEMALE)),
    ("a whole address", Changes(address=LINES, postcode="ZX9 1AB")),
    ("a postcode alone", Changes(postcode="ZX9 1AB")),
    ("erasing", Changes(forenames="%", title="%", previous_surname="%", postcode="%", residential_institute="%")),
    ("dispensing", Changes(drugs_dispensed=False)),
]


@pytest.mark.parametrize(("why", "changes"), APPLIED, ids=[each[0] for each in APPLIED])
def test_what_is_applied(why: str, changes: Changes):
    who = person(membership=HERS)

    assert decide_amendment(amendment(changes), HERE, who, TODAY) == Amend(who, changes)


def test_a_superseded_number_is_answered_with_the_one_in_use():
    who = person(membership=HERS, superseded_numbers=frozenset({NOBODYS}))

    assert decide_amendment(amendment(number=NOBODYS), HERE, who, TODAY) == Amend(who, SURNAME, tell_number=True)


IN_DOUBT: list[tuple[Referral, Items, Items]] = [
    (Referral.WRONG_AUTHORITY, {"origin": origin(authority_cipher="ZZ9")}, {}),
    (Referral.NOT_ON_LIST, {}, {"membership": on_list_of(THERE)}),
    (Referral.BIRTH_IN_FUTURE, {"changes": Changes(date_of_birth=days(1))}, {}),
    (Referral.UNREADABLE_ITEM, {"defects": (Defect("gender", "no code"),)}, {}),
    (Referral.FREE_TEXT, {"free_text": "MARRIED IN MAY"}, {}),
    (Referral.NOTHING_CHANGED, {"changes": Changes()}, {}),
    (Referral.RECORDED_DEAD, {}, {"status": "formal-dead"}),
    (Referral.BEFORE_REGISTRATION, written_on(13), {}),
    (Referral.TWO_OF_NAME_SEX_BIRTH, {"changes": Changes(surname="Winterbourne", sex=Sex.MALE)}, {}),
    (Referral.POST_TOWN_ABSENT, {"changes": Changes(address=("", "9 Ferry Row", "", "", ""))}, {}),
]
"""Each doubt in the order in which they are told: what is sent, and what the register holds."""


def referred(sent: Items, held: Items, ruling: Ruling | None = None) -> Any:
    who = person(**{"membership": HERS, **held})
    return decide_amendment(amendment(**sent), HERE, who, TODAY, ruling)


@pytest.mark.parametrize(("referral", "sent", "held"), IN_DOUBT, ids=[each[0].label for each in IN_DOUBT])
def test_what_goes_to_a_person(referral: Referral, sent: Items, held: Items):
    found = referred(sent, held)

    assert isinstance(found, Refer) and found.referral is referral
    assert found.resend_deduction == (referral is Referral.NOT_ON_LIST)


PAIRS = [
    (one[0], other[0], {**one[1], **other[1]}, {**one[2], **other[2]})
    for one, other in combinations(IN_DOUBT, 2)
    if not one[1].keys() & other[1].keys()
]


@pytest.mark.parametrize(
    ("first", "second", "sent", "held"), PAIRS, ids=[f"{each[0].label}, {each[1].label}" for each in PAIRS]
)
def test_of_two_doubts_the_earlier_is_told(first: Referral, second: Referral, sent: Items, held: Items):
    found = referred(sent, held)

    assert isinstance(found, Refer) and found.referral is first


@pytest.mark.parametrize(("referral", "sent", "held"), IN_DOUBT, ids=[each[0].label for each in IN_DOUBT])
def test_a_ruling_applies_what_can_be_applied_at_all(referral: Referral, sent: Items, held: Items):
    found = referred(sent, held, Ruling("accept", "rang the practice"))

    if referral in NEVER:
        assert isinstance(found, Refer) and found.referral is referral
    else:
        assert isinstance(found, Amend)


@pytest.mark.parametrize(
    ("number", "referral"),
    [(NOBODYS, Referral.NUMBER_NOT_KNOWN), (WRONG_NUMBER, Referral.NUMBER_WRONG), ("RAT56", Referral.NUMBER_NOT_KNOWN)],
)
def test_a_number_that_finds_nobody(number: str, referral: Referral):
    command = amendment(number=number, defects=(Defect("gender", "no code"),), free_text="HELLO")

    assert decide_amendment(command, HERE, None, TODAY) == Refer(referral, "nhsNumber")
    assert decide_amendment(command, HERE, None, TODAY, Ruling("accept", "do it")) == Refer(referral, "nhsNumber")


@pytest.mark.parametrize(
    ("day", "is_referred"),
    [(13, True), (14, False), (15, False)],
    ids=["written the day before", "written on the day", "written the day after"],
)
def test_what_was_written_before_the_registration_never_overwrites(day: int, is_referred: bool):
    assert isinstance(referred(written_on(day), {}), Refer) is is_referred


TWO = [
    ("surname and sex", Changes(surname="Winterbourne", sex=Sex.MALE)),
    ("surname and birth", Changes(surname="Winterbourne", date_of_birth=days(-9000))),
    ("sex and birth", Changes(sex=Sex.MALE, date_of_birth=days(-9000))),
    ("all three", Changes(surname="Winterbourne", sex=Sex.MALE, date_of_birth=days(-9000))),
]


@pytest.mark.parametrize(("why", "changes"), TWO, ids=[each[0] for each in TWO])
def test_two_of_surname_sex_and_birth_at_once_may_be_two_people(why: str, changes: Changes):
    assert referred({"changes": changes}, {}) == Refer(Referral.TWO_OF_NAME_SEX_BIRTH)


def test_the_case_of_a_surname_does_not_count():
    who: PersonFacts = person(membership=HERS)
    changes = Changes(surname=who.name.surname.upper(), sex=Sex.MALE)

    assert decide_amendment(amendment(changes), HERE, who, TODAY) == Amend(who, changes)


def test_somebody_on_no_list_is_on_nobodys():
    found = referred({}, {"membership": None})

    assert found == Refer(Referral.NOT_ON_LIST, "nhsNumber", resend_deduction=True)


def test_the_practices_are_told_apart_by_their_list_and_not_by_their_authority():
    neighbour = replace(THERE, authority_cipher=HERE.authority_cipher)

    assert referred({}, {"membership": on_list_of(neighbour)}).referral is Referral.NOT_ON_LIST
