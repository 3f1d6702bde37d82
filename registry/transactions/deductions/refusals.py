"""Why a notice is not followed, each with its sentence and what to do next."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Words:
    """The sentence, and the field of the notice that it is about."""

    sentence: str
    field: str


class NoticeRefusal(Enum):
    """In the order in which they are tested. Nothing is written when one applies."""

    NUMBER_WRONG = Words("The NHS number fails its check digit: ask the sender.", "nhs_number")
    NUMBER_UNKNOWN = Words("Nobody in the register has this NHS number.", "nhs_number")
    NOTIFIED_IN_FUTURE = Words("The day of the notice is yet to come.", "notified_on")
    DAY_MISSING = Words("Say on which day it happened.", "happened_on")
    REASON_MISSING = Words("Say for which other reason.", "reason")
    MONTHS_MISSING = Words("Say for how many months in all.", "months")
    BEFORE_BIRTH = Words("It is dated before the person was born.", "happened_on")
    DEATH_IN_FUTURE = Words("The date of death is yet to come.", "happened_on")
    TOO_FAR_AHEAD = Words(
        "The day is too far ahead to be noted: look at it again, and send the notice nearer to the day.", "happened_on"
    )
    RETURN_BEFORE_DEPARTURE = Words("The return is dated before the departure.", "until")
    ADDRESS_UNKNOWN = Words(
        "Nobody is deducted at once because nobody knows where they live: set an FP69, which asks the practice first.",
        "cause",
    )
    ABROAD_TOO_SHORT = Words("Do not deduct: they mean to be away for less than three months.", "until")
    ABSENCE_TOO_SHORT = Words("Do not deduct: they have not been away for more than three months.", "happened_on")
    PRISON_TOO_SHORT = Words("Do not deduct: the sentence is not more than two years in all.", "months")
    STAY_TOO_SHORT = Words("Do not deduct: the stay elsewhere has not been more than three months.", "happened_on")
    NOT_CONFIRMED = Words("Do not deduct before the other register confirms that it has registered them.", "confirmed")
    ELSEWHERE_IN_FUTURE = Words("The registration elsewhere is yet to come.", "happened_on")
    DISCHARGE_IN_FUTURE = Words("The discharge is yet to come: send it again when it has happened.", "happened_on")
    RECORDED_DEAD = Words("The person is recorded as dead; reverse the death first if it was wrong.", "nhs_number")
    ON_NO_LIST = Words("The person is on no practice's list: there is nothing to deduct.", "nhs_number")
    NOT_SERVING = Words("The register does not have the person in the forces.", "nhs_number")
    FORMAL_DEATH_STANDS = Words(
        "A death on the registrar's word is never changed here: the National Back Office decides.", "happened_on"
    )

    @property
    def sentence(self) -> str:
        """For whoever told us."""
        return self.value.sentence

    @property
    def field(self) -> str:
        """The field at fault."""
        return self.value.field

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")
