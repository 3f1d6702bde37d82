"""What a rule can say. Operations write exactly what a decision says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from registry.transactions.commands import Changes
from registry.transactions.facts import PersonFacts
from registry.transactions.outside import Outside
from registry.transactions.rules.reasons import Referral, Refusal, RequestRefusal


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer no. `field` is the practice's name for the item at fault."""

    refusal: Refusal
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Refer:
    """Give it to a person. `resend_deduction` tells the sender again that the person has left."""

    referral: Referral
    field: str | None = None
    resend_deduction: bool = False


@dataclass(frozen=True, slots=True)
class AskNationalSide:
    """Wait for the national side: trace who it is, or allocate a number to nobody known."""

    kind: Literal["trace", "allocate"]


@dataclass(frozen=True, slots=True)
class Approve:
    """Put a known person on the list, or leave them where they already are."""

    patient_id: UUID
    already_there: bool = False
    adopt_number: str | None = None
    """A traced number for somebody held without one."""


@dataclass(frozen=True, slots=True)
class Create:
    """Make a new person, under a number that is theirs, and put them on the list."""

    number: str | None
    comes_from: Outside


AcceptanceDecision = Refuse | Refer | AskNationalSide | Approve | Create


@dataclass(frozen=True, slots=True)
class Amend:
    """Change the person. `tell_number` sends the number in use to a practice that used a former one.

    `kept` are items that were asked for and in which the register stands by its own.
    """

    person: PersonFacts
    changes: Changes
    tell_number: bool = False
    kept: tuple[str, ...] = ()


AmendmentDecision = Refer | Amend


@dataclass(frozen=True, slots=True)
class Deduct:
    """Take the person off the list now."""

    person: PersonFacts
    reason: str
    to_list: Outside
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pend:
    """Take the person off the list on a day to come, unless they have moved on by then.

    `days` are those that begin with the posting of a letter of advice; `due_on` is then the day
    that is expected. None: the day is certain.
    """

    person: PersonFacts
    reason: str
    to_list: Outside
    due_on: date
    text: str | None = field(default=None)
    """What a deduction request is answered with meanwhile (F11)."""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class RejectRequest:
    """Answer a deduction request with no (F11)."""

    refusal: RequestRefusal
    resend_deduction: bool = False


DeductionDecision = Refer | Deduct | Pend | RejectRequest
RemovalDecision = Refer | Pend
