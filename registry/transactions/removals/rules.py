"""May a removal that is asked for in writing be carried out, and when? Pure.

Sources: domain rules R6 and 5.1 (ddr_effective, dpr_effective); Contracts Regulations 2015 Sch 3
paras 23 and 24; worked dates in domain rules 5.5.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from registry.transactions.facts import MembershipFacts, PendingDeduction, PersonFacts
from registry.transactions.removals.grounds import MEANINGS, Exemption, Ground, RemovalRefusal
from registry.transactions.rules.removal_reasons import RemovalReason


@dataclass(frozen=True, slots=True)
class PracticeRequest:
    """What a practice wrote: the day on which it came, the ground, and what it says of the warning."""

    practice_id: UUID
    received_on: date
    ground: Ground
    reasons_given: bool
    """Whether the patient was given the reasons in writing; an irrevocable breakdown is one."""
    warned_on: date | None = None
    warning_gave_reasons: bool = True
    exemption: Exemption | None = None


def refuse_practice_request(asked: PracticeRequest, person: PersonFacts, warning_months: int) -> RemovalRefusal | None:
    """Why a practice's request is not followed, the first that applies; None when it is."""
    if (refused := refuse_asker(person, asked.practice_id, asked.received_on)) is not None:
        return refused
    if (refused := MEANINGS[asked.ground].refused) is not None:
        return refused
    if not asked.reasons_given:
        return RemovalRefusal.REASONS_NOT_GIVEN
    if asked.exemption is not None:
        return None
    if asked.warned_on is None or not _counts(asked.warned_on, warning_months, asked.received_on, person.membership):
        return RemovalRefusal.NO_WARNING
    return None if asked.warning_gave_reasons else RemovalRefusal.WARNING_WITHOUT_REASONS


def refuse_asker(person: PersonFacts, practice_id: UUID, received_on: date) -> RemovalRefusal | None:
    """Why a practice may ask nothing about a person, whatever it asks; None when it may."""
    now = person.membership
    if person.is_dead:
        return RemovalRefusal.CONTACT_OFFICE
    if now is None or now.practice_id != practice_id:
        return RemovalRefusal.NOT_ON_LIST
    return RemovalRefusal.PREDATES_REGISTRATION if received_on < _began_on(now) else None


def _counts(warned_on: date, months: int, received_on: date, now: MembershipFacts | None) -> bool:
    """Whether a warning was given in the months before a request; that of the corresponding day counts.

    One from before the present stay was about another registration, and does not count.
    """
    since = months_before(received_on, months)
    return max(since, since if now is None else _began_on(now)) <= warned_on <= received_on


def _began_on(now: MembershipFacts) -> date:
    """The first day of a stay: that of the acceptance, which the register may have posted later."""
    return min(now.since, now.accepted_on)


def months_before(day: date, months: int) -> date:
    """The corresponding day so many months earlier, or the last of that month where it has none such."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def days_after(received_on: date, days: int) -> date:
    """The N-th day after a day: received on 3 February, the eighth day after is the 11th."""
    return received_on + timedelta(days=days)


def takes_the_place(pending: PendingDeduction, due_on: date | None, posts_on: date) -> bool:
    """Whether a new request has an earlier day than the one that is pending.

    One that has no day yet takes no place; one that waits for the practice's word gives its up.
    """
    expected = pending.expected_on(posts_on)
    return due_on is not None and (expected is None or due_on < expected)


CANCELLED_BY: dict[RemovalReason, tuple[str, ...]] = {
    RemovalReason.RDR: ("practice", "office"),
    RemovalReason.RPR: ("patient", "office"),
    RemovalReason.OPA: ("practice", "office"),
    RemovalReason.EMB: ("practice", "patient", "office"),
}
"""Who may have a pending deduction cancelled: whoever asked for it, and the office for its own mistakes."""

NOTIFIED = ("patient", "office")
"""The same of one that follows from a notice: the person whom it is about, and the office."""

MOST_AHEAD = timedelta(days=366)
"""A removal is not put off for longer."""


def refuse_day(due_on: date, pending: PendingDeduction, today: date, reason: str) -> str | None:
    """Why a pending deduction cannot have another day, as a sentence; None when it can."""
    if due_on < today:
        return "The day is over: give today or a later one."
    if due_on > today + MOST_AHEAD:
        return "The day is more than a year ahead: cancel the removal instead."
    if pending.earliest_on is not None and due_on < pending.earliest_on:
        return f"The law lets nobody be removed for this before {pending.earliest_on.isoformat()}."
    if pending.due_on is not None and due_on < pending.due_on and not reason.strip():
        return "An earlier day needs a reason."
    return None
