"""Who is it, and may they come? One line a case: who is held, what is sent, what the national side said."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from registry.transactions.commands import TraceAnswer
from registry.transactions.facts import PersonFacts
from registry.transactions.outside import Outside
from registry.transactions.rules.acceptance import decide_acceptance
from registry.transactions.rules.decisions import (
    AcceptanceDecision,
    Approve,
    AskNationalSide,
    Create,
    Refer,
)
from registry.transactions.rules.reasons import Referral
from tests.support.office import ANNA
from tests.transactions.invented import (
    ANNAS,
    HERE,
    IRISH,
    NOBODYS,
    SCOTTISH,
    SOMEBODYS,
    STRANGER,
    THERE,
    TODAY,
    TWIN,
    TWINS,
    acceptance,
    days,
    facts_of,
    matched,
    on_list_of,
    pending_at,
    person,
)

CLOSED = replace(HERE, list_is_open=False)
ANNIKA = replace(ANNA, name=replace(ANNA.name, first_forename="Annie"))
MOTHER = replace(ANNA, date_of_birth=date(1955, 3, 30))
TRACED, NONE, SEVERAL = TraceAnswer("single", NOBODYS), TraceAnswer("none"), TraceAnswer("several")
UNANSWERED, DEAD = TraceAnswer("unanswered"), TraceAnswer("dead", NOBODYS)


@dataclass(frozen=True)
class Case:
    """`held` makes the people of the register; `expects` is made from the first of them."""

    why: str
    form: dict[str, Any]
    expects: Callable[[PersonFacts], AcceptanceDecision] | AcceptanceDecision
    held: Callable[[], tuple[PersonFacts, ...]] = tuple
    trace: TraceAnswer | None = None
    closed: bool = False


def anna(**items: Any) -> Callable[[], tuple[PersonFacts, ...]]:
    return lambda: (person(**items),)


def moves(who: PersonFacts) -> Approve:
    return Approve(who.id)


def stays(who: PersonFacts) -> Approve:
    return Approve(who.id, already_there=True)


TRACE, ALLOT = AskNationalSide("trace"), AskNationalSide("allocate")
ANOTHERS = Refer(Referral.NUMBER_HELD_BY_ANOTHER, "nhsNumber")
OLDER = Refer(Referral.OLDER_ACCEPTANCE, "acceptanceDate")
POSSIBLE = Refer(Referral.POSSIBLE_MATCH)
HER_NUMBER = {"number": ANNAS}
NEW_NUMBER = {"number": NOBODYS}
IMMIGRANT = {"acceptance_type": "4", "entered_uk_on": date(2025, 1, 9)}
FIRST = {"acceptance_type": "2"}
BIRTH = {"acceptance_type": "1", "date_of_birth": date(2025, 1, 20), "number": NOBODYS}

KNOWN = [
    Case("held, on no list", HER_NUMBER, moves, anna()),
    Case("held, on another list", HER_NUMBER, moves, anna(membership=on_list_of(THERE))),
    Case("found without a number on the form", {}, moves, anna(membership=on_list_of(THERE))),
    Case("a superseded number", NEW_NUMBER, moves, anna(superseded_numbers=frozenset({NOBODYS}))),
    Case("already there: moves nowhere", HER_NUMBER, stays, anna(membership=on_list_of(HERE))),
    Case("already there since later", HER_NUMBER, stays, anna(membership=on_list_of(HERE, days(0)))),
    Case("already there and leaving", HER_NUMBER, stays,
         lambda: (person(membership=on_list_of(HERE), pending=(pending_at(HERE, days(9)),)),)),
    Case("accepted the day before the present registration", HER_NUMBER | {"accepted_on": days(-9)}, OLDER,
         anna(membership=on_list_of(THERE, days(-8)))),
    Case("accepted on the day of the present registration", HER_NUMBER | {"accepted_on": days(-8)}, OLDER,
         anna(membership=on_list_of(THERE, days(-8)))),
    Case("accepted the day after the present registration", HER_NUMBER | {"accepted_on": days(-7)}, moves,
         anna(membership=on_list_of(THERE, days(-8)))),
    Case("what counts is the acceptance and not when it was posted", HER_NUMBER | {"accepted_on": days(-7)}, moves,
         anna(membership=on_list_of(THERE, days(-8), since=days(-1)))),
    Case("informally dead", HER_NUMBER, Refer(Referral.RECORDED_DEAD), anna(status="informal-dead")),
    Case("formally dead", HER_NUMBER, Refer(Referral.RECORDED_DEAD), anna(status="formal-dead")),
    Case("death is told before an older acceptance", HER_NUMBER | {"accepted_on": date(2019, 1, 1)},
         Refer(Referral.RECORDED_DEAD), anna(status="formal-dead", membership=on_list_of(THERE))),
    Case("an older acceptance is told before a closed list", HER_NUMBER | {"accepted_on": date(2019, 1, 1)}, OLDER,
         anna(membership=on_list_of(THERE)), closed=True),
    Case("closed list, code A", HER_NUMBER, Refer(Referral.CLOSED_LIST), anna(), closed=True),
    Case("closed list, somebody of its own", HER_NUMBER, stays, anna(membership=on_list_of(HERE)), closed=True),
    *(Case(f"closed list, code {code} passes", HER_NUMBER | {"acceptance_code": code}, moves, anna(), closed=True)
      for code in "DRIS"),
]  # fmt: skip

NUMBERS = [
    Case("the number is a stranger's", {"number": SOMEBODYS}, ANOTHERS, lambda: (person(STRANGER, SOMEBODYS),)),
    Case("the number is the twin's", {"number": TWINS}, ANOTHERS, lambda: (person(TWIN, TWINS), person())),
    Case("the number was a stranger's", NEW_NUMBER, ANOTHERS,
         lambda: (person(STRANGER, SOMEBODYS, superseded_numbers=frozenset({NOBODYS})),)),
    Case("held without a number: the sent one is traced first", NEW_NUMBER, TRACE, anna(number=None)),
    Case("held without a number, traced: adopted", NEW_NUMBER,
         lambda who: Approve(who.id, adopt_number=NOBODYS), anna(number=None), TRACED),
    Case("held without a number, and the national side knows nobody", NEW_NUMBER, Refer(Referral.TRACE_NONE),
         anna(number=None), NONE),
    Case("there without a number, traced: stays and adopts", NEW_NUMBER,
         lambda who: Approve(who.id, already_there=True, adopt_number=NOBODYS),
         anna(number=None, membership=on_list_of(HERE)), TRACED),
    Case("held without a number, none sent", {}, moves, anna(number=None)),
    Case("the national side says a superseding number, and it is held", {"number": SOMEBODYS}, moves,
         anna(), TraceAnswer("single", ANNAS)),
]  # fmt: skip

NOT_HELD = [
    Case("a valid number: traced", NEW_NUMBER, TRACE),
    Case("a birth: traced", BIRTH, TRACE),
    Case("an immigrant's number: traced", IMMIGRANT | NEW_NUMBER, TRACE),
    Case("traced: created under the number", NEW_NUMBER, Create(NOBODYS, Outside.ELSEWHERE), trace=TRACED),
    Case("traced birth comes from birth", BIRTH, Create(NOBODYS, Outside.BIRTH), trace=TRACED),
    Case("traced immigrant comes from abroad", IMMIGRANT | NEW_NUMBER, Create(NOBODYS, Outside.ABROAD), trace=TRACED),
    Case("traced first acceptance", FIRST | NEW_NUMBER, Create(NOBODYS, Outside.FIRST_REGISTRATION), trace=TRACED),
    Case("traced under another number: that one", {"number": SOMEBODYS}, Create(NOBODYS, Outside.ELSEWHERE),
         trace=TRACED),
    Case("the trace knows nobody", NEW_NUMBER, Refer(Referral.TRACE_NONE), trace=NONE),
    Case("the trace knows nobody: no number is allotted where one was sent", FIRST | NEW_NUMBER,
         Refer(Referral.TRACE_NONE), trace=NONE),
    Case("the trace knows several", NEW_NUMBER, Refer(Referral.TRACE_SEVERAL), trace=SEVERAL),
    Case("the trace knows a death", NEW_NUMBER, Refer(Referral.RECORDED_DEAD), trace=DEAD),
    Case("the trace has no answer", NEW_NUMBER, Refer(Referral.TRACE_UNANSWERED), trace=UNANSWERED),
    Case("a transfer without number is never traced or allotted one", {}, Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)),
    Case("a Scottish number identifies nobody", {"number": SCOTTISH}, Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)),
    Case("an Irish number identifies nobody", {"number": IRISH}, Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)),
    Case("an old number identifies nobody", {"number": "RAT56"}, Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)),
    Case("ten equal digits identify nobody", {"number": "9999999999"}, Refer(Referral.NOT_FOUND_WITHOUT_NUMBER)),
    Case("a first acceptance without number: traced first", FIRST, TRACE),
    Case("an immigrant without number: traced first", IMMIGRANT, TRACE),
    Case("a Scot immigrating: traced, and the number is no number", IMMIGRANT | {"number": SCOTTISH}, TRACE),
    Case("nobody found: allotted", IMMIGRANT, ALLOT, trace=NONE),
    Case("nobody found: allotted", FIRST, ALLOT, trace=NONE),
    Case("allotted: created", IMMIGRANT, Create(NOBODYS, Outside.ABROAD), trace=TraceAnswer("allocated", NOBODYS)),
    Case("somebody found: no number may be allotted", IMMIGRANT, Refer(Referral.TRACE_FOUND), trace=TRACED),
    Case("several found: no number may be allotted", IMMIGRANT, Refer(Referral.TRACE_SEVERAL), trace=SEVERAL),
    Case("no answer: no number may be allotted", IMMIGRANT, Refer(Referral.TRACE_UNANSWERED), trace=UNANSWERED),
    Case("closed list: before anybody is asked", NEW_NUMBER, Refer(Referral.CLOSED_LIST), closed=True),
    Case("closed list, code D: traced", NEW_NUMBER | {"acceptance_code": "D"}, TRACE, closed=True),
]  # fmt: skip

SLIP = {"date_of_birth": date(1948, 5, 17)}
"""A year so far off that only a person can tell."""

ALIKE = [
    Case("alike, no number sent", SLIP, POSSIBLE, anna()),
    Case("alike, no number sent, an immigrant", IMMIGRANT | SLIP, POSSIBLE, anna()),
    Case("alike, a number sent: traced first", NEW_NUMBER, TRACE, anna()),
    Case("the same person under another number is for a person", NEW_NUMBER, POSSIBLE, anna(), TRACED),
    Case("the same person without number, and unsure", NEW_NUMBER | SLIP, POSSIBLE, anna(number=None), TRACED),
    Case("a twin held under the twin's own number: created", NEW_NUMBER, Create(NOBODYS, Outside.ELSEWHERE),
         lambda: (person(TWIN, TWINS),), TRACED),
    Case("a twin held without a number, of quite another name: created", NEW_NUMBER,
         Create(NOBODYS, Outside.ELSEWHERE), lambda: (person(TWIN, None),), TRACED),
    Case("a twin of nearly the same name: perhaps the same", NEW_NUMBER, POSSIBLE,
         lambda: (person(ANNIKA, TWINS),), TRACED),
    Case("the mother of the same name under her own number: created", NEW_NUMBER, Create(NOBODYS, Outside.ELSEWHERE),
         lambda: (person(MOTHER, SOMEBODYS),), TRACED),
    Case("somebody alike came while a number was allotted", IMMIGRANT, POSSIBLE, anna(),
         TraceAnswer("allocated", NOBODYS)),
]  # fmt: skip


@pytest.mark.parametrize("case", KNOWN + NUMBERS + NOT_HELD + ALIKE, ids=lambda case: case.why)
def test_what_becomes_of_it(case: Case):
    people = case.held()
    command = acceptance(**case.form)
    facts = facts_of(*people, practice=CLOSED if case.closed else HERE)
    match = matched(command, facts, case.trace.number if case.trace else None)
    expected = case.expects(people[0]) if callable(case.expects) else case.expects

    assert decide_acceptance(command, facts, match, TODAY, case.trace) == expected
