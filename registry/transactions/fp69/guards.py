"""May somebody be flagged? What stands against it, in the order in which it is asked. Pure.

Sources: domain rules R17 (exclusions), 1.6; PCSE FP69 help (no flag where the address or the
practice changed after the letter was sent).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from registry.transactions.facts import PersonFacts

SCHEME = "special-allocation"
"""The kind of matter of whoever is on the special allocation scheme."""


@dataclass(frozen=True, slots=True)
class GuardText:
    """`waivable`: a supervisor may let it pass."""

    sentence: str
    waivable: bool = False


class Guard(Enum):
    """Why somebody is not flagged. The sentence is for the office alone."""

    DEAD = GuardText("The person is recorded as dead, or the record is no longer in use.")
    ADDRESS_CHANGED = GuardText("The address changed after the letter was sent: it went to the former one.")
    ON_NO_LIST = GuardText("The person is on no practice's list; there is nobody to be asked.")
    OPEN_ALREADY = GuardText("An FP69 about the person is open already.")
    ASKED_ALREADY = GuardText("A supervisor has been asked already whether the person may be flagged.")
    EXCLUDED = GuardText("The person is not to be flagged; ask a supervisor how to go on.")
    NO_NUMBER = GuardText("The person has no NHS number, without which the practice cannot be told; ask it in writing.")
    CARE_HOME = GuardText(
        "The person lives in an institution: ask there, and say that it was confirmed that they left."
    )
    BEING_REMOVED = GuardText("A deduction of the person is pending already.")
    PRACTICE_CHANGED = GuardText("The person joined the practice after the letter was sent, and it knows the address.")
    SETTLED_ALREADY = GuardText(
        "An FP69 since this letter took the person off the list, and that was taken back: it needs another letter."
    )
    CONFIRMED_LATELY = GuardText("The practice confirmed the address not long ago.", waivable=True)
    MONTH_IS_FULL = GuardText("The practice has had the most flags of a month.", waivable=True)
    QUIET_MONTH = GuardText("Flags of list maintenance rest in this month.", waivable=True)

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A flag that somebody wants set.

    `sent_at` is when the letter that it rests on was addressed; None where it rests on none.
    `instead_of` is a pending deduction whose place it is to take.
    """

    code: str
    sent_at: datetime | None = None
    letter_id: UUID | None = None
    confirmed_with_home: bool = False
    instead_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the register knows besides the person's own facts."""

    address_changed_at: datetime | None
    joined_at: datetime | None
    """When the present practice's list was joined, as recorded."""
    not_before: date | None
    """Until when a confirmation of this address protects."""
    flags_this_month: int
    removed_at: datetime | None = None
    """When an FP69 last took the person off a list, on which they are again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The policies in force today."""

    most_a_month: int
    quiet_months: tuple[int, ...]
    quiet_codes: tuple[str, ...]


def guard_against(person: PersonFacts, proposed: Proposed, past: Past, limits: Limits, today: date) -> Guard | None:
    """The first thing that stands against a flag, or None. What a supervisor may waive comes last."""
    if person.status != "live":
        return Guard.DEAD
    if _is_later(past.address_changed_at, proposed):
        return Guard.ADDRESS_CHANGED
    return _never(person, proposed, past) or _waivable(proposed, past, limits, today)


def _is_later(changed_at: datetime | None, proposed: Proposed) -> bool:
    """A change on the very day of a letter counts as later: the doubt is the person's."""
    return changed_at is not None and proposed.sent_at is not None and changed_at >= proposed.sent_at


def _never(person: PersonFacts, proposed: Proposed, past: Past) -> Guard | None:
    against = {
        Guard.ON_NO_LIST: person.membership is None,
        Guard.OPEN_ALREADY: person.matter("fp69") is not None,
        Guard.ASKED_ALREADY: person.matter("fp69-request") is not None,
        Guard.EXCLUDED: person.restricted or person.apart or person.matter(SCHEME) is not None,
        Guard.NO_NUMBER: person.nhs_number is None,
        Guard.CARE_HOME: bool(person.residential_institute) and not proposed.confirmed_with_home,
        Guard.BEING_REMOVED: any(pending.id != proposed.instead_of for pending in person.pending),
        Guard.PRACTICE_CHANGED: _is_later(past.joined_at, proposed),
        Guard.SETTLED_ALREADY: _is_later(past.removed_at, proposed),
    }
    return next((guard for guard, stands in against.items() if stands), None)


def _waivable(proposed: Proposed, past: Past, limits: Limits, today: date) -> Guard | None:
    if proposed.instead_of is not None:
        # The practice itself has said that the person moved: that is no fishing for flags.
        return None
    if past.not_before is not None and today < past.not_before:
        return Guard.CONFIRMED_LATELY
    if past.flags_this_month >= limits.most_a_month:
        return Guard.MONTH_IS_FULL
    if today.month in limits.quiet_months and proposed.code in limits.quiet_codes:
        return Guard.QUIET_MONTH
    return None
