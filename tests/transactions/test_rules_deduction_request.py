"""May a practice give this person up? One line a case, the order of refusals, and every boundary day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from registry.policies.store import shipped
from registry.transactions.commands import Defect, RemovePatient, RequestDeduction, Ruling
from registry.transactions.facts import PersonFacts
from registry.transactions.outside import Outside
from registry.transactions.rules.decisions import Deduct, Pend, Refer, RejectRequest
from registry.transactions.rules.deduction_request import (
    DEATH,
    EMBARKATION,
    OTHER,
    decide_deduction_request,
    decide_removal,
)
from registry.transactions.rules.reasons import Referral, RequestRefusal
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
    pending_at,
    person,
)

Items = dict[str, Any]
HERS = on_list_of(HERE, days(-200))
LEFT_AREA_DAYS: int = shipped("current").on("left_area_days", TODAY)
OUT_OF_AREA_DAYS: int = shipped("current").on("out_of_area_days", TODAY)
ACCEPT = Ruling("accept", "it is true")


def request(reason: str = OTHER, **items: Any) -> RequestDeduction:
    return RequestDeduction(**{"origin": origin(), "number": ANNAS, "reason": reason, "happened_on": TODAY, **items})


def decided(sent: Items, held: Items | None, ruling: Ruling | None = None, on: date = TODAY) -> Any:
    who = None if held is None else person(**{"membership": HERS, **held})
    return decide_deduction_request(request(**sent), HERE, who, on, LEFT_AREA_DAYS, ruling)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


REJECTED: list[tuple[RequestRefusal, Items, Items]] = [
    (RequestRefusal.WRONG_AUTHORITY, {"origin": origin(authority_cipher="ZZ9")}, {}),
    (RequestRefusal.REASON_UNKNOWN, {"reason": "9"}, {}),
    (RequestRefusal.DATE_MISSING, {"happened_on": None}, {}),
    (RequestRefusal.NOT_ON_LIST, {}, {"membership": on_list_of(THERE)}),
    (RequestRefusal.DATE_IN_FUTURE, {"reason": DEATH, "happened_on": days(1)}, {}),
    (RequestRefusal.DATE_BEFORE_BIRTH, {"happened_on": date(1984, 5, 16)}, {}),
]
"""Each rejection of somebody held, in the order in which they are tested."""


@pytest.mark.parametrize(("refusal", "sent", "held"), REJECTED, ids=[each[0].label for each in REJECTED])
def test_what_is_rejected(refusal: RequestRefusal, sent: Items, held: Items):
    assert decided(sent, held) == RejectRequest(refusal)


PAIRS = [
    (one[0], other[0], {**one[1], **other[1]}, {**one[2], **other[2]})
    for one, other in combinations(REJECTED, 2)
    if not one[1].keys() & other[1].keys()
]


@pytest.mark.parametrize(
    ("first", "second", "sent", "held"), PAIRS, ids=[f"{each[0].label}, {each[1].label}" for each in PAIRS]
)
def test_of_two_faults_the_earlier_is_told(first: RequestRefusal, second: RequestRefusal, sent: Items, held: Items):
    if second is RequestRefusal.DATE_IN_FUTURE and first is RequestRefusal.NOT_ON_LIST:
        # A death is the one thing that another practice may report; then a person looks at it.
        assert decided(sent, held) == Refer(Referral.DEATH_FROM_FORMER_PRACTICE)
    else:
        assert decided(sent, held) == RejectRequest(first)


UNKNOWN = [
    ({"number": NOBODYS}, RequestRefusal.UNKNOWN, "nobody has it"),
    ({"number": WRONG_NUMBER}, RequestRefusal.NUMBER_WRONG, "wrong check digit"),
    ({"number": NOBODYS, "happened_on": None}, RequestRefusal.DATE_MISSING, "a missing date is told first"),
    ({"number": NOBODYS, "reason": "2"}, RequestRefusal.REASON_UNKNOWN, "a reason that no practice gives"),
    ({"defects": (Defect("deductionDate", "no date"),)}, RequestRefusal.DATE_MISSING, "an unreadable item"),
]


@pytest.mark.parametrize(("sent", "refusal", "why"), UNKNOWN, ids=[each[2] for each in UNKNOWN])
def test_a_number_that_finds_nobody(sent: Items, refusal: RequestRefusal, why: str):
    assert decided(sent, None) == RejectRequest(refusal)


@pytest.mark.parametrize(("was_here", "resend"), [(True, True), (False, False)])
def test_a_former_practice_is_told_again_and_a_stranger_is_not(was_here: bool, resend: bool):
    held = {"membership": on_list_of(THERE), "was_with": frozenset({HERE.id}) if was_here else frozenset()}

    assert decided({}, held) == RejectRequest(RequestRefusal.NOT_ON_LIST, resend_deduction=resend)


DEATHS = [
    ("today", {}, {}, Deduct),
    ("yesterday", {"happened_on": days(-1)}, {}, Deduct),
    ("tomorrow", {"happened_on": days(1)}, {}, RequestRefusal.DATE_IN_FUTURE),
    ("on the day of birth", {"happened_on": date(1984, 5, 17)}, {"membership": on_list_of(HERE, date(1984, 5, 17))},
     Deduct),
    ("the day before birth", {"happened_on": date(1984, 5, 16)}, {}, RequestRefusal.DATE_BEFORE_BIRTH),
    ("accepted the day before it", {"happened_on": days(-9)}, {"membership": on_list_of(HERE, days(-10))}, Deduct),
    ("accepted on the day", {"happened_on": days(-9)}, {"membership": on_list_of(HERE, days(-9))}, Deduct),
    ("accepted the day after it", {"happened_on": days(-9)}, {"membership": on_list_of(HERE, days(-8))},
     Referral.DEATH_CONTRADICTED),
    ("changed on the day", {"happened_on": days(-9)}, {"version": 2, "updated_at": noon(days(-9))}, Deduct),
    ("changed the day after it", {"happened_on": days(-9)}, {"version": 2, "updated_at": noon(days(-8))},
     Referral.DEATH_CONTRADICTED),
    ("never changed since the register began", {"happened_on": days(-9)}, {"updated_at": noon(days(-8))}, Deduct),
    ("dead already", {}, {"status": "formal-dead"}, Referral.ALREADY_DEAD),
    ("dead already, says a former practice", {}, {"status": "informal-dead", "membership": None},
     Referral.ALREADY_DEAD),
    ("another practice says so", {}, {"membership": on_list_of(THERE)}, Referral.DEATH_FROM_FORMER_PRACTICE),
    ("of somebody on no list", {}, {"membership": None}, Referral.DEATH_FROM_FORMER_PRACTICE),
]  # fmt: skip


@pytest.mark.parametrize(("why", "sent", "held", "expected"), DEATHS, ids=[each[0] for each in DEATHS])
def test_a_reported_death(why: str, sent: Items, held: Items, expected: Any):
    found = decided({"reason": DEATH, **sent}, held)

    if expected is Deduct:
        assert found == Deduct(found.person, DEATH, Outside.DEATH, died_on=sent.get("happened_on", TODAY))
    elif isinstance(expected, Referral):
        assert found == Refer(expected)
    else:
        assert found == RejectRequest(expected)


@pytest.mark.parametrize(
    ("sent", "held", "expected"),
    [
        ({"happened_on": days(-9)}, {"membership": on_list_of(HERE, days(-8))}, Deduct),
        ({}, {"membership": on_list_of(THERE)}, Deduct),
        ({}, {"membership": None}, Deduct),
        ({}, {"status": "formal-dead", "membership": None}, Refer),
        ({"happened_on": days(1)}, {"membership": on_list_of(THERE)}, RejectRequest),
    ],
    ids=["contradicted", "from a former practice", "on no list", "dead already", "in the future"],
)
def test_a_person_may_rule_that_a_death_is_true(sent: Items, held: Items, expected: type):
    assert isinstance(decided({"reason": DEATH, **sent}, held, ACCEPT), expected)


@pytest.mark.parametrize(("day", "at_once"), [(-1, True), (0, True), (1, False)])
def test_whoever_emigrates_leaves_on_the_later_of_departure_and_notification(day: int, at_once: bool):
    found = decided({"reason": EMBARKATION, "happened_on": days(day)}, {})

    if at_once:
        assert found == Deduct(found.person, EMBARKATION, Outside.ABROAD)
    else:
        assert found == Pend(found.person, EMBARKATION, Outside.ABROAD, days(day), "WILL BE REMOVED IN 1 DAYS")


@pytest.mark.parametrize(("ahead", "taken"), [(366, True), (367, False)])
def test_a_departure_is_announced_within_the_year(ahead: int, taken: bool):
    found = decided({"reason": EMBARKATION, "happened_on": days(ahead)}, {})

    assert isinstance(found, Pend) if taken else found == RejectRequest(RequestRefusal.DATE_TOO_FAR)


def test_a_death_is_looked_at_while_something_about_the_person_is_unread():
    found = decided({"reason": DEATH}, {"unworked": 1})

    assert found == Refer(Referral.DEATH_CONTRADICTED)


@pytest.mark.parametrize("text", ["OOA REG", "ooa reg to follow", "PLEASE: OOAR"])
def test_an_out_of_area_registration_deducts_at_once(text: str):
    found = decided({"free_text": text}, {})

    assert found == Deduct(found.person, OTHER, Outside.OUT_OF_AREA)


def test_thirty_days_beginning_with_3_february_2025_act_on_5_march():
    found = decided({"free_text": "MOVED AWAY"}, {})

    assert found == Pend(found.person, OTHER, Outside.LEFT_AREA, date(2025, 3, 5), "WILL BE REMOVED IN 30 DAYS", 30)


@pytest.mark.parametrize(("posted", "left"), [(0, 30), (1, 31), (4, 34)])
def test_the_days_begin_with_the_next_post(posted: int, left: int):
    who = person(membership=HERS)
    found = decide_deduction_request(request(), HERE, who, TODAY, LEFT_AREA_DAYS, posts_on=days(posted))

    assert found == Pend(who, OTHER, Outside.LEFT_AREA, days(left), f"WILL BE REMOVED IN {left} DAYS", 30)


def test_asking_again_before_the_post_left_says_the_same_day():
    waits = replace(pending_at(HERE, TODAY), due_on=None, waits_for="letter", days=30)
    who = person(membership=HERS, pending=(waits,))
    found = decide_deduction_request(request(), HERE, who, TODAY, LEFT_AREA_DAYS, posts_on=days(2))

    assert isinstance(found, Pend) and found.text == "WILL BE REMOVED IN 32 DAYS"


REPEATED = [
    (date(2025, 2, 4), 29, "the day after"),
    (date(2025, 3, 4), 1, "the day before it is due"),
    (date(2025, 3, 5), 0, "the day it is due"),
    (date(2025, 3, 6), 0, "held since yesterday: no number below nothing"),
]


@pytest.mark.parametrize(("on", "left", "why"), REPEATED, ids=[each[2] for each in REPEATED])
def test_asking_again_keeps_the_day_and_says_what_is_left(on: date, left: int, why: str):
    held = {"pending": (pending_at(HERE, date(2025, 3, 5)),)}
    found = decided({"happened_on": on}, held, on=on)

    assert found.due_on == on + timedelta(days=30), "the earlier day stands when it is written"
    assert found.text == f"WILL BE REMOVED IN {left} DAYS"


def test_what_another_practice_asked_before_keeps_no_day():
    found = decided({}, {"pending": (pending_at(THERE, days(3)),)})

    assert found.due_on == days(30)


def removal(**items: Any) -> RemovePatient:
    return RemovePatient(**{"origin": origin(), "number": ANNAS, "free_text": "OUT OF OUR AREA", **items})


def removed(sent: Items, who: PersonFacts | None, ruling: Ruling | None = None) -> Any:
    return decide_removal(removal(**sent), HERE, who, TODAY, OUT_OF_AREA_DAYS, ruling)


def test_a_removal_acts_when_the_days_from_the_letter_are_over():
    who = person(membership=HERS)

    assert removed({}, who) == Pend(who, OTHER, Outside.OUT_OF_AREA, date(2025, 3, 5), days=30)


IN_DOUBT: list[tuple[Referral, Items, Items]] = [
    (Referral.WRONG_AUTHORITY, {"origin": origin(authority_cipher="ZZ9")}, {}),
    (Referral.NOT_ON_LIST, {}, {"membership": on_list_of(THERE)}),
    (Referral.RECORDED_DEAD, {}, {"status": "formal-dead"}),
    (Referral.UNREADABLE_ITEM, {"defects": (Defect("gpCode", "no code"),)}, {}),
]


@pytest.mark.parametrize(("referral", "sent", "held"), IN_DOUBT, ids=[each[0].label for each in IN_DOUBT])
def test_a_removal_that_goes_to_a_person(referral: Referral, sent: Items, held: Items):
    found = removed(sent, person(**{"membership": HERS, **held}))

    assert isinstance(found, Refer) and found.referral is referral


@pytest.mark.parametrize(("one", "other"), [*combinations(IN_DOUBT, 2)], ids=lambda doubt: doubt[0].label)
def test_of_two_doubts_about_a_removal_the_earlier_is_told(one: Any, other: Any):
    found = removed({**one[1], **other[1]}, person(**{"membership": HERS, **one[2], **other[2]}))

    assert found.referral is one[0]


@pytest.mark.parametrize(("number", "referral"), [(NOBODYS, "number-not-known"), (WRONG_NUMBER, "number-wrong")])
def test_a_removal_of_nobody(number: str, referral: str):
    assert removed({"number": number}, None).referral.label == referral


def test_a_ruling_follows_a_removal_in_which_something_was_unreadable():
    who = person(membership=HERS)

    assert isinstance(removed({"defects": (Defect("gpCode", "no code"),)}, who, ACCEPT), Pend)
    assert isinstance(removed({}, replace(who, membership=on_list_of(THERE)), ACCEPT), Refer)
