"""A place on the scheme: its states, its clocks, and what moves of its person do to it.

The place lasts until the scheme discharges the person. Leaving every list suspends it and ends
nothing: the marker survives prison and emigration, and a death that was somebody else's (domain
rules R4, correction 11).
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Follow, Kind, Work, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.scheme.find import takes_from_scheme
from registry.transactions.scheme.rules import months_after
from registry.values.period import start_of_day

KIND = "special-allocation"

AWAITING, ACTIVE, REVIEW_DUE = "awaiting-allocation", "active", "review-due"
SUSPENDED, TO_CHECK, DECEASED = "suspended", "to-be-checked", "deceased"
_ON_A_LIST = (ACTIVE, REVIEW_DUE)
_RUNNING = (AWAITING, *_ON_A_LIST, SUSPENDED)

PLACEMENT = Machine(
    KIND,
    "Place on the special allocation scheme",
    "Somebody removed from a list for violence has a practice of the scheme, or waits for one with a clock, until the"
    " scheme discharges them. While it is open no other practice's acceptance of them approves itself.",
    "Contracts Regulations 2015 Sch 3 para 25; PCSE special allocation scheme help; domain rules R4",
    (
        Stage(AWAITING, "Without a place on the scheme, or to be given another.", "scheme", "allocation"),
        Stage(ACTIVE, "On the list of a practice of the scheme.", "scheme", "review"),
        Stage(REVIEW_DUE, "On that list; the clinical review is called for.", "commissioner", "review"),
        Stage(SUSPENDED, "Away: abroad, in prison, on no list. The place waits.", "scheme", "return or review"),
        Stage(TO_CHECK, "Put on a list by somebody else: the register looks on which.", "scheme", "a look at the list"),
        Stage(DECEASED, "Said to be dead; kept a while, since it may have been somebody else.", "scheme", "closing"),
        Stage("discharged", "The scheme is completed; free choice of practice."),
        Stage("released", "An appeal was upheld; free choice of practice."),
        Stage("taken-back", "The removal was a mistake: they are on the practice's list as if it had never been."),
        Stage("ended-by-death", "Closed some time after the death."),
    ),
    (
        Step("allocate", (AWAITING,), ACTIVE, "A practice of the scheme has them on its list."),
        Step("move", _ON_A_LIST, AWAITING, "They moved to another area: a practice there is wanted; the old one"
             " keeps them until then."),
        Step("review-called", (ACTIVE,), REVIEW_DUE, "Four weeks before its last day."),
        Step("review", _ON_A_LIST, ACTIVE, "Reviewed: they stay."),
        Step("review", (SUSPENDED,), SUSPENDED, "Reviewed: the marker stays."),
        Step("bring-forward", (ACTIVE,), ACTIVE, "The provider asked for an earlier review."),
        Step("take-back", (AWAITING,), "taken-back", "The notice was about somebody else, or withdrawn.",
             not_by="opened"),
        *(Step("incident", (state,), state, "Another incident was noted.") for state in _RUNNING),
        Step("left", (AWAITING, *_ON_A_LIST, TO_CHECK), SUSPENDED, "They left every list."),
        Step("sent-away", (*_ON_A_LIST, TO_CHECK), AWAITING, "The practice had them taken off its list."),
        Step("return", (SUSPENDED,), AWAITING, "They are back, and need a place."),
        Step("listed", (*_RUNNING, DECEASED), TO_CHECK, "Something else put them on a list."),
        Step("found-in-place", (TO_CHECK,), ACTIVE, "It is a list of the scheme."),
        Step("found-elsewhere", (TO_CHECK,), AWAITING, "It is no list of the scheme: they need a place."),
        Step("found-away", (TO_CHECK,), SUSPENDED, "They are on no list, or in a secure setting."),
        Step("died", (*_RUNNING, TO_CHECK), DECEASED, "They are said to have died."),
        Step("close", (DECEASED,), "ended-by-death", "Nobody contradicted the death."),
        Step("discharge", _RUNNING, "discharged", "Completed; they may choose a practice."),
        Step("appeal-upheld", (*_RUNNING, TO_CHECK), "released", "The panel upheld their appeal."),
    ),
)  # fmt: skip


def review_by(matter: Matter, context: Context) -> date:
    """The last day for the next review: as noted, or counted from today where there was none yet."""
    noted = matter.facts.get("review_on")
    if noted is not None:
        return date.fromisoformat(noted)
    return months_after(context.today, context.policies.on("scheme_review_months", matter.trigger_on))


def called_at(review_on: date, matter: Matter, context: Context) -> datetime:
    """When the review is called for."""
    ahead = context.policies.on("scheme_review_called_days", matter.trigger_on)
    return start_of_day(review_on - timedelta(days=ahead))


def place_by(since: datetime, matter_day: date, context: Context) -> datetime:
    """By when somebody without a place must have one: 24 hours, as the clock runs."""
    return since + timedelta(hours=context.policies.on("scheme_place_hours", matter_day))


async def _falls_due(work: Work) -> str:
    """Call for a review, look where somebody was put, or close after a death. Everything else is escalated:
    a place that is missing after its 24 hours, a review that did not come."""
    context, matter = work.context, work.matter
    if matter.state == ACTIVE:
        due = start_of_day(review_by(matter, context))
        advance(work.writes, context, PLACEMENT, matter, "review-called", due_at=due)
        return "review called"
    if matter.state == TO_CHECK:
        return await _look(work)
    if matter.state == DECEASED and work.person is not None:
        event = "close" if work.person.is_dead else "listed"
        advance(work.writes, context, PLACEMENT, matter, event, due_at=context.now)
        return "place closed" if work.person.is_dead else "place found"
    return "left"


async def _look(work: Work) -> str:
    """Somebody else put the person on a list: is it the scheme's?"""
    context, matter, person = work.context, work.matter, work.person
    if person is not None and person.is_dead:
        advance(work.writes, context, PLACEMENT, matter, "died", due_at=_after_death(context, matter))
        return "place kept"
    holder = None if person is None or person.membership is None else person.membership.practice_id
    if holder is None:
        # Whose death was somebody else's waits again for what they waited for before.
        found = "ordinary" if matter.facts.get("before_death") == AWAITING else "secure"
    else:
        found = await takes_from_scheme(work.connection, holder)
    review_on = review_by(matter, context)
    if found == "scheme":
        due = called_at(review_on, matter, context)
        facts = {"review_on": review_on.isoformat()}
        advance(work.writes, context, PLACEMENT, matter, "found-in-place", due_at=due, practice_id=holder, facts=facts)
    elif found == "secure":
        facts = {"review_on": review_on.isoformat()}
        due = start_of_day(review_on)
        advance(work.writes, context, PLACEMENT, matter, "found-away", due_at=due, facts=facts)
    else:
        due = place_by(context.now, context.today, context)
        advance(work.writes, context, PLACEMENT, matter, "found-elsewhere", due_at=due)
    return "place found"


def _follows(event: str, due_at: Callable[[Context, Matter], datetime]) -> Follow:
    """What follows from something that happened to the person; nothing where the state knows no such step."""

    def follow(
        writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
    ) -> None:
        # Who was dead and is put on a list, or off one, lives: the death was taken back.
        came_back = matter.state == DECEASED and event != "died"
        step, due = ("listed", context.now) if came_back else (event, due_at(context, matter))
        if PLACEMENT.step(matter.state, step) is not None:
            facts = {"review_on": review_by(matter, context).isoformat()}
            if step == "died":
                facts["before_death"] = matter.state
            advance(writes, context, PLACEMENT, matter, step, due_at=due, facts=facts, transaction_id=transaction_id)

    return follow


def _review(context: Context, matter: Matter) -> datetime:
    return start_of_day(review_by(matter, context))


def _place(context: Context, matter: Matter) -> datetime:
    return place_by(context.now, context.today, context)


def _now(context: Context, matter: Matter) -> datetime:
    return context.now


def _after_death(context: Context, matter: Matter) -> datetime:
    days = context.policies.on("scheme_kept_after_death_days", context.today)
    return start_of_day(context.today + timedelta(days=days))


SPECIAL_ALLOCATION = declare(
    Kind(
        PLACEMENT,
        _falls_due,
        {
            "left": _follows("left", _review),
            "sent-away": _follows("sent-away", _place),
            "died": _follows("died", _after_death),
            "registered": _follows("listed", _now),
        },
    )
)
