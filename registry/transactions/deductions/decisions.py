"""What the rules of notices can say. The operation writes exactly what a decision says."""

from dataclasses import dataclass
from datetime import date

from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.quarters.calendar import Dated
from registry.transactions.rules.reasons import Referral
from registry.transactions.rules.removal_reasons import RemovalReason


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not followed."""

    refusal: NoticeRefusal


@dataclass(frozen=True, slots=True)
class Refer:
    """For a person to decide."""

    referral: Referral
    field: str


@dataclass(frozen=True, slots=True)
class Known:
    """The register says so already: nothing changes."""

    sentence: str


@dataclass(frozen=True, slots=True)
class RecordDeath:
    """Dead from this notice on, and off the list, where they are on one."""

    died_on: date
    formal: bool
    dated: Dated


@dataclass(frozen=True, slots=True)
class ConfirmDeath:
    """Recorded as dead, off every list; what is known of the death changes: its standing, its date, or both."""

    died_on: date
    formal: bool


@dataclass(frozen=True, slots=True)
class TakeOff:
    """Off the list now, counted from a day."""

    reason: RemovalReason
    dated: Dated


@dataclass(frozen=True, slots=True)
class Wait:
    """Off the list on a day to come."""

    reason: RemovalReason
    due_on: date
    gives_notice: bool = False


@dataclass(frozen=True, slots=True)
class Inquire:
    """Ask first: off the list so many days after the letter is posted, unless they come back."""

    reason: RemovalReason
    days: int


@dataclass(frozen=True, slots=True)
class Return:
    """Out of the forces: on no list, until a practice accepts them."""

    reason: RemovalReason
    dated: Dated


Decision = Refuse | Refer | Known | RecordDeath | ConfirmDeath | TakeOff | Wait | Inquire | Return
