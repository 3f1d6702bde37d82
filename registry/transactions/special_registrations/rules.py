"""How long somebody may stay, and where: the rules of registrations that are not the ordinary one.

Sources: Contracts Regulations 2015 Sch 3 paras 18 (armed forces), 31D and 32 (Crown servants,
temporary residents); domain rules R1, R7, 5.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from registry.transactions.facts import PersonFacts
from registry.transactions.matters.stands import Matter
from registry.transactions.quarters.calendar import months_after

SCHEME = "special-allocation"
"""The kind of matter by which the office has somebody's placing in hand."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with what was asked, and the field that says it."""

    sentence: str
    field: str


def unfit_for_placing(person: PersonFacts) -> str | None:
    """Why the office cannot put somebody on a list here; None where it can."""
    if person.is_dead:
        return "The person is recorded as dead."
    if person.status != "live":
        return "The record is no longer in use."
    if person.matter(SCHEME) is not None:
        return "The office has the placing of this person in hand: see their open matter first."
    return None


@dataclass(frozen=True, slots=True)
class Stay:
    """A temporary stay: its days, both included, and the last day that it may have at all.

    `since` is the first day of the first of several stays at one practice that follow each other.
    """

    begins_on: date
    until: date
    since: date
    limit: date


def last_day(begins_on: date, months: int) -> date:
    """The last day of so many months that begin with a day: the one before the corresponding day.

    Three months from 2 November end on 1 February; 2 February would be a day more. Where the month
    has no such day, its last: three months from 30 November end with February.
    """
    after = months_after(begins_on, months)
    return after - timedelta(days=1) if after.day == begins_on.day else after


def temporary_stay(
    begins_on: date,
    until: date | None,
    before: tuple[date, date] | None,
    today: date,
    *,
    least_days: int,
    most_months: int,
) -> Stay | Fault:
    """A stay of more than 24 hours and at most three months; left out, it may last as long as it may.

    `before` is the first and the last day of an earlier stay at the same practice: one that ended
    the day before, or later, is the same stay, so that its months are counted together.
    """
    follows = before is not None and before[1] + timedelta(days=1) >= begins_on > before[0]
    since = before[0] if before is not None and follows else begins_on
    limit = last_day(since, most_months)
    last = limit if until is None else until
    if begins_on > today:
        return Fault("A temporary resident is recorded when they have come.", "begins_on")
    if last < begins_on:
        return Fault("The stay ends before it begins.", "until")
    if last < begins_on + timedelta(days=least_days):
        return Fault("Nobody is a temporary resident for 24 hours or less: it is treatment that cannot wait.", "until")
    if last > limit:
        return Fault(f"A temporary stay lasts until {limit} at most: then the practice may accept them.", "until")
    return Stay(begins_on, last, since, limit)


def strikes_on(until: date, limit: date, since: date) -> date:
    """The day on which a stay is looked at again: the one after its last.

    After the longest one the office inquires, which it does of whoever is away for *more* than the
    months: then the corresponding day passes first (`_stayed_long_enough` of the notices).
    """
    after = limit + timedelta(days=1)
    corresponds = until == limit and after.day == since.day
    return until + timedelta(days=2 if corresponds else 1)


def at_another_practice(person: PersonFacts, practice_id: UUID) -> Fault | None:
    """A temporary resident stays at a practice on whose list they are not."""
    if person.is_dead:
        return Fault("The person is recorded as dead.", "nhs_number")
    now = person.membership
    if now is not None and now.practice_id == practice_id:
        return Fault("They are on this practice's own list, and so no temporary resident there.", "practice")
    return None


def authorised_until(
    begins_on: date, until: date | None, authorised_on: date, today: date, *, years: int
) -> date | Fault:
    """The last day of a registration of somebody in the armed forces: two years at most, by written authorisation."""
    limit = last_day(begins_on, 12 * years)
    last = limit if until is None else until
    if authorised_on > today:
        return Fault("The authorisation is dated in the future.", "authorised_on")
    if last > limit:
        return Fault(f"It may last {years} years, until {limit} at most.", "until")
    if last < today:
        return Fault("It would be over already.", "until")
    return last


def asks_otherwise(
    noted: Matter, asked: Mapping[str, date | str | None], what_first: str, practice_id: UUID
) -> Fault | None:
    """Whether a second request is another than what is noted of the person; None where it is the same.

    `asked` are facts of the matter by name: one that says something else is the fault's field, under
    the name by which it is asked for. Only what is the same in everything is done already; a request
    that would be dropped is refused, with what is noted and what to do first.
    """
    if noted.practice_id != practice_id:
        return Fault(f"It is noted already for another practice: {what_first}", "practice")
    for field, value in asked.items():
        is_noted = noted.facts.get(field)
        if value is not None and is_noted != (value.isoformat() if isinstance(value, date) else str(value)):
            return Fault(f"It is noted already with {is_noted}: {what_first}", field)
    return None


def released_on(release_on: date, today: date, *, most_days: int) -> Fault | None:
    """Whether a release is near enough to register for it in advance."""
    if release_on < today:
        return Fault("The day of release is past: the practice accepts them as anybody.", "release_on")
    if release_on > today + timedelta(days=most_days):
        return Fault(f"Somebody registers {most_days} days before the release at the earliest.", "release_on")
    return None
