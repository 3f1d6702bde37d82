"""Where the two are on lists, before and after: who is told of it, on the link and on paper, and from when it counts.

Pure. Sources: domain rules R8, R11.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.quarters.calendar import months_after, quarter_of


@dataclass(frozen=True, slots=True)
class Places:
    """Where the two are: `final` is the practice that holds the survivor afterwards, None for none."""

    survivor: PersonFacts
    loser: PersonFacts
    final: UUID | None
    transfers: bool

    @property
    def same_list(self) -> bool:
        """Whether the place that ends is on the list on which the survivor is."""
        theirs = self.loser.membership
        return theirs is not None and theirs.practice_id == self.final


def messages_of(places: Places) -> list[tuple[str, UUID]]:
    """What is sent on the link: an F1 with the number where both are on one list, else an F2; and to whom."""
    found: list[tuple[str, UUID]] = []
    theirs, mine = places.loser.membership, places.survivor.membership
    if theirs is not None:
        found.append(("F1" if told_by_number(places) else "F2", theirs.practice_id))
    if places.transfers and mine is not None and mine.practice_id != places.final:
        found.append(("F2", mine.practice_id))
    return found


def told_by_number(places: Places) -> bool:
    """Whether the loser's practice keeps the person, and can be told of the number by an F1."""
    return places.same_list and places.loser.nhs_number is not None


def letters_of(places: Places) -> list[tuple[Letter, UUID]]:
    """What is printed: the practices concerned hear which record stands, for the labels of what they hold.

    The practice that loses somebody protected hears nothing but the F2.
    """
    protected = places.survivor.restricted or places.loser.restricted
    theirs, mine = places.loser.membership, places.survivor.membership
    practices = [each.practice_id for each in (theirs, mine) if each is not None]
    told = [each for each in dict.fromkeys(practices) if each == places.final or not protected]
    return [(Letter.ONE_RECORD, each) for each in told] if theirs is not None or places.transfers else []


@dataclass(frozen=True, slots=True)
class Counted:
    """From when a place that ends counts, and the first quarter whose lists show it (domain rules R8, R11)."""

    on: date
    quarter_ends_on: date
    back_debit: bool
    """In the first months of a quarter: what was paid for it is debited."""


def counted_from(today: date, back_debit_months: int) -> Counted:
    """A merge counts from the day on which it is made, as every deduction on notification."""
    quarter = quarter_of(today)
    return Counted(today, quarter.ends_on, today < months_after(quarter.starts_on, back_debit_months))
