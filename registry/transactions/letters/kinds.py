"""Every kind of letter (domain rules 5.2)."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True)
class LetterKind:
    """`to` is who reads it; `clears_fp69` is true for letters that are sent although an FP69 is open."""

    code: str
    title: str
    to: Literal["patient", "practice", "applicant"]
    clears_fp69: bool = False


class Letter(Enum):
    """What may be written. Text and look are the renderer's; the facts in it are frozen when it is decided."""

    FIRST_REGISTRATION = LetterKind("REG-1", "Your NHS number and your practice", "patient")
    REFUSAL_HELP = LetterKind("REG-3", "How to register, and how we can help", "patient")
    ASSIGNED = LetterKind("ASG-1", "Your practice", "patient")
    ASSIGNED_TO_PRACTICE = LetterKind("ASG-2", "A patient assigned to your list", "practice")
    REMOVAL_BY_PRACTICE = LetterKind("REM-1", "Your practice has asked us to remove you from its list", "patient")
    REMOVAL_BY_PATIENT = LetterKind("REM-2", "You asked to be taken off your practice's list", "patient")
    OUT_OF_AREA = LetterKind("REM-3", "You have moved out of your practice's area", "patient")
    OUT_OF_AREA_COPY = LetterKind("REM-3P", "A patient who has moved out of your area", "practice")
    REMOVED = LetterKind("REM-4", "You are no longer on your practice's list", "patient")
    REMOVAL_CONFIRMED = LetterKind("REM-5", "A removal that you asked for", "practice")
    SCHEME_ALLOCATION = LetterKind("SAS-1", "Your practice from now on", "patient")
    SCHEME_APPEAL = LetterKind("SAS-2", "Your appeal", "patient")
    SCHEME_REVIEW = LetterKind("SAS-3", "The review of your placement", "patient")
    SCHEME_DISCHARGE = LetterKind("SAS-4", "You may choose a practice", "patient")
    SCHEME_ACKNOWLEDGEMENT = LetterKind("SAS-5", "Your request was received", "practice")
    TEMPORARY_RESIDENT = LetterKind("TRA-1", "Are you coming back to your practice?", "patient", clears_fp69=True)
    INQUIRY = LetterKind("DED-1", "Please confirm where you live", "patient", clears_fp69=True)

    @property
    def code(self) -> str:
        """The stored code."""
        return self.value.code


def letter_of(code: str) -> Letter:
    """The kind of a stored code. Raises KeyError."""
    return _BY_CODE[code]


_BY_CODE = {each.value.code: each for each in Letter}
