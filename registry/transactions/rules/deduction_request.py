"""May the practice give this person up? The rules of a deduction request (G5) and of a removal (G3).

Sources: domain rules R7, corrections 7, 9 and 20; PCSE deductions help (left area: rejected
first, removed on day 30).
"""

from datetime import date, timedelta

from registry.transactions.commands import RemovePatient, RequestDeduction, Ruling
from registry.transactions.facts import PersonFacts, PracticeFacts, pending_for
from registry.transactions.fp69.words import says_gone_away
from registry.transactions.outside import Outside
from registry.transactions.rules.death import is_contradicted
from registry.transactions.rules.decisions import (
    Deduct,
    DeductionDecision,
    Pend,
    Refer,
    RejectRequest,
    RemovalDecision,
)
from registry.transactions.rules.out_of_area import asks_for_out_of_area
from registry.transactions.rules.reasons import Referral, RequestRefusal
from registry.values.nhs_number import NumberKind, kind_of
from registry.values.period import acts_on

DEATH = "1"
EMBARKATION = "5"
OTHER = "13"
RETURNED_UNDELIVERED = "14"
REASONS = frozenset({DEATH, EMBARKATION, OTHER})
"""The reasons that a practice may give."""

_FARTHEST = timedelta(days=366)
"""A departure is not announced longer before."""


def decide_deduction_request(
    command: RequestDeduction,
    practice: PracticeFacts,
    person: PersonFacts | None,
    today: date,
    left_area_days: int,
    ruling: Ruling | None = None,
    *,
    posts_on: date | None = None,
    in_use: bool = True,
) -> DeductionDecision:
    """Deduct now, on a day to come, or not; a reported death is checked before it acts.

    `posts_on` is the day on which the next post leaves, today unless given: the days of a
    request for somebody who left the area begin with the posting of the letter to them.
    `in_use` says whether a number that finds nobody may be anybody's.
    """
    refused = _unfit(command, practice, person, today, ruling)
    if refused is not None or person is None:
        return refused or RejectRequest(RequestRefusal.UNKNOWN if in_use else RequestRefusal.NUMBER_NOT_IN_USE)
    happened = command.happened_on or today
    if command.reason == DEATH:
        doubt = _doubtful_death(person, happened) if ruling is None else None
        return doubt or Deduct(person, DEATH, Outside.DEATH, died_on=happened)
    if command.reason == EMBARKATION and happened <= today:
        return Deduct(person, EMBARKATION, Outside.ABROAD)
    if command.reason == EMBARKATION:
        text = _until(person, practice, happened, today, posts_on or today)
        return Pend(person, EMBARKATION, Outside.ABROAD, happened, text)
    if asks_for_out_of_area(command.free_text):
        # At once, since a new out-of-area registration follows (PCSE).
        return Deduct(person, OTHER, Outside.OUT_OF_AREA)
    if person.matter("fp69") is not None and says_gone_away(command.free_text):
        # The practice's answer to the FP69: there is nowhere to write to, so there are no thirty days.
        return Deduct(person, RETURNED_UNDELIVERED, Outside.GONE_AWAY)
    due = acts_on(posts_on or today, left_area_days)
    text = _until(person, practice, due, today, posts_on or today)
    return Pend(person, OTHER, Outside.LEFT_AREA, due, text, left_area_days)


def _until(person: PersonFacts, practice: PracticeFacts, due: date, today: date, posts_on: date) -> str:
    """What the practice is answered meanwhile; an earlier day that is pending already stands."""
    pending = pending_for(person, practice.id)
    expected = pending.expected_on(posts_on) if pending is not None else None
    day = due if expected is None else min(due, expected)
    return f"WILL BE REMOVED IN {max((day - today).days, 0)} DAYS"


def _unfit(
    command: RequestDeduction,
    practice: PracticeFacts,
    person: PersonFacts | None,
    today: date,
    ruling: Ruling | None,
) -> RejectRequest | Refer | None:
    """What cannot be followed, in this order: sender, items, person, list, dates."""
    if command.origin.authority_cipher != practice.authority_cipher:
        return RejectRequest(RequestRefusal.WRONG_AUTHORITY)
    if command.reason not in REASONS:
        return RejectRequest(RequestRefusal.REASON_UNKNOWN)
    if command.defects or command.happened_on is None:
        return RejectRequest(RequestRefusal.DATE_MISSING)
    if person is None:
        wrong = kind_of(command.number) is NumberKind.WRONG_CHECK_DIGIT
        return RejectRequest(RequestRefusal.NUMBER_WRONG) if wrong else None
    if person.is_dead and command.reason == DEATH:
        return Refer(Referral.ALREADY_DEAD)
    if person.membership is None or person.membership.practice_id != practice.id:
        refused = _not_on_list(command, practice, person, ruling)
        if refused is not None:
            return refused
    if command.reason == DEATH and command.happened_on > today:
        return RejectRequest(RequestRefusal.DATE_IN_FUTURE)
    if command.happened_on > today + _FARTHEST:
        return RejectRequest(RequestRefusal.DATE_TOO_FAR)
    if person.date_of_birth is not None and command.happened_on < person.date_of_birth:
        return RejectRequest(RequestRefusal.DATE_BEFORE_BIRTH)
    return None


def _not_on_list(
    command: RequestDeduction, practice: PracticeFacts, person: PersonFacts, ruling: Ruling | None
) -> RejectRequest | Refer | None:
    """A former practice never moves anybody, but a death that it reports may be true: a person rules."""
    if command.reason == DEATH:
        return Refer(Referral.DEATH_FROM_FORMER_PRACTICE) if ruling is None else None
    return RejectRequest(RequestRefusal.NOT_ON_LIST, resend_deduction=practice.id in person.was_with)


def _doubtful_death(person: PersonFacts, died_on: date) -> Refer | None:
    """Something done for the person after the day of death contradicts it; unread mail about them may."""
    return Refer(Referral.DEATH_CONTRADICTED) if is_contradicted(person, died_on) else None


def decide_removal(
    command: RemovePatient,
    practice: PracticeFacts,
    person: PersonFacts | None,
    posts_on: date,
    out_of_area_days: int,
    ruling: Ruling | None = None,
    *,
    in_use: bool = True,
) -> RemovalDecision:
    """Out of area: removed when the days from the posting of the letter of advice are over.

    `posts_on` is the day on which the next post leaves; `in_use` as for a deduction request.
    """
    if command.origin.authority_cipher != practice.authority_cipher:
        return Refer(Referral.WRONG_AUTHORITY)
    if person is None:
        wrong = kind_of(command.number) is NumberKind.WRONG_CHECK_DIGIT
        unknown = Referral.NUMBER_NOT_KNOWN if in_use else Referral.NUMBER_NOT_IN_USE
        return Refer(Referral.NUMBER_WRONG if wrong else unknown, "nhsNumber")
    if person.membership is None or person.membership.practice_id != practice.id:
        return Refer(Referral.NOT_ON_LIST, "nhsNumber", resend_deduction=True)
    if person.is_dead:
        return Refer(Referral.RECORDED_DEAD)
    if command.defects and ruling is None:
        return Refer(Referral.UNREADABLE_ITEM, command.defects[0].field)
    return Pend(person, OTHER, Outside.OUT_OF_AREA, acts_on(posts_on, out_of_area_days), days=out_of_area_days)
