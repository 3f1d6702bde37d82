"""What a person decided outranks the matcher, and not the facts."""

from dataclasses import replace

import pytest

from registry.transactions.commands import Ruling, TraceAnswer
from registry.transactions.outside import Outside
from registry.transactions.rules.acceptance import decide_acceptance
from registry.transactions.rules.decisions import (
    AcceptanceDecision,
    Approve,
    AskNationalSide,
    Create,
    Refer,
    Refuse,
)
from registry.transactions.rules.reasons import RULED_BY_CODE, Referral
from tests.transactions.invented import (
    ANNAS,
    HERE,
    NOBODYS,
    STRANGER,
    THERE,
    TODAY,
    acceptance,
    days,
    facts_of,
    matched,
    on_list_of,
    person,
)

CREATE = Ruling("create", "nobody we know")
IMMIGRANT = {"acceptance_type": "4", "entered_uk_on": days(-20)}


def decided(form: dict, people: tuple, ruling: Ruling, trace: TraceAnswer | None = None, practice=HERE):
    command = acceptance(**form)
    facts = facts_of(*people, practice=practice)
    return decide_acceptance(command, facts, matched(command, facts), TODAY, trace, ruling)


@pytest.mark.parametrize("code", sorted(RULED_BY_CODE))
def test_a_rejection_is_the_one_of_the_code(code: int):
    assert decided({}, (), Ruling("reject", "no", code=str(code))) == Refuse(RULED_BY_CODE[code])


def test_whoever_is_named_is_the_one_though_nothing_agrees():
    who = person(STRANGER, ANNAS)

    assert decided({}, (who,), Ruling("accept", "spoke to them", who.id)) == Approve(who.id)


def test_whoever_is_named_and_already_there_moves_nowhere():
    who = person(membership=on_list_of(HERE))

    assert decided({}, (who,), Ruling("accept", "the same", who.id)) == Approve(who.id, already_there=True)


@pytest.mark.parametrize(
    ("form", "practice", "why"),
    [
        ({"free_text": "PLEASE CALL"}, HERE, "a text that has been read"),
        ({"accepted_on": days(-4000)}, HERE, "an older acceptance"),
        ({}, replace(HERE, list_is_open=False), "a closed list"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_person_may_wave_through_what_a_rule_may_not(form: dict, practice, why: str):
    who = person(membership=on_list_of(THERE))

    assert decided(form, (who,), Ruling("accept", why, who.id), practice=practice) == Approve(who.id)


def test_a_number_for_somebody_held_without_one_is_traced_before_it_is_theirs():
    who = person(nhs_number=None)
    ruling = Ruling("accept", "the same", who.id)
    form = {"number": NOBODYS}

    assert decided(form, (who,), ruling) == AskNationalSide("trace")
    confirmed = decided(form, (who,), ruling, TraceAnswer("single", NOBODYS))
    assert confirmed == Approve(who.id, adopt_number=NOBODYS)
    assert decided(form, (who,), ruling, TraceAnswer("none")) == Approve(who.id)


@pytest.mark.parametrize("status", ["informal-dead", "formal-dead"])
def test_nobody_registers_the_dead(status: str):
    who = person(status=status)

    assert decided({}, (who,), Ruling("accept", "she is well", who.id)) == Refer(Referral.RECORDED_DEAD)


CREATED: list[tuple[str, dict, AcceptanceDecision, TraceAnswer | None]] = [
    ("a number on the form is traced first", {"number": NOBODYS}, AskNationalSide("trace"), None),
    (
        "under the number on the form, once it is confirmed",
        {"number": NOBODYS},
        Create(NOBODYS, Outside.ELSEWHERE),
        TraceAnswer("single", NOBODYS),
    ),
    (
        "a number that nobody has makes nobody",
        {"number": NOBODYS},
        Refer(Referral.TRACE_NONE),
        TraceAnswer("none"),
    ),
    ("nobody is made of the dead", {"number": NOBODYS}, Refer(Referral.RECORDED_DEAD), TraceAnswer("dead")),
    ("nor of several", {"number": NOBODYS}, Refer(Referral.TRACE_SEVERAL), TraceAnswer("several")),
    ("a transfer without a number stays without", {}, Create(None, Outside.ELSEWHERE), None),
    ("an immigrant without a number: traced first", IMMIGRANT, AskNationalSide("trace"), None),
    ("an immigrant whom nobody knows: allotted", IMMIGRANT, AskNationalSide("allocate"), TraceAnswer("none")),
    (
        "an immigrant to whom one was allotted",
        IMMIGRANT,
        Create(NOBODYS, Outside.ABROAD),
        TraceAnswer("allocated", NOBODYS),
    ),
    (
        "no number was allotted in time: nobody is made without one",
        IMMIGRANT,
        Refer(Referral.TRACE_UNANSWERED),
        TraceAnswer("unanswered"),
    ),
]


@pytest.mark.parametrize(("why", "form", "expected", "trace"), CREATED, ids=[each[0] for each in CREATED])
def test_a_new_person_is_created(why: str, form: dict, expected: AcceptanceDecision, trace: TraceAnswer | None):
    assert decided(form, (), CREATE, trace) == expected


def test_nobody_is_created_under_a_number_that_somebody_has():
    who = person(STRANGER, ANNAS)

    assert decided({"number": ANNAS}, (who,), CREATE) == Refer(Referral.NUMBER_HELD_BY_ANOTHER, "nhsNumber")


def test_a_person_who_was_shown_stands_in_nobodys_way():
    who = person()

    assert decided({}, (who,), replace(CREATE, seen=(who.id,))) == Create(None, Outside.ELSEWHERE)


def test_somebody_alike_who_was_not_shown_is_looked_at_first():
    assert decided({}, (person(),), CREATE) == Refer(Referral.POSSIBLE_MATCH)


def test_somebody_alike_who_came_while_a_number_was_allotted_is_looked_at_first():
    allotted = TraceAnswer("allocated", NOBODYS)

    assert decided(IMMIGRANT, (person(),), CREATE, allotted) == Refer(Referral.POSSIBLE_MATCH)
