"""Every kind of letter (domain rules 5.2)."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True)
class LetterKind:
    """`to` is who reads it; `clears_fp69` is true for letters that are sent although an FP69 is open.

    A letter that `announces` tells of what is to come: it is not sent once the transaction or the
    matter that it belongs to is at its end, or has another day than the letter says.
    """

    code: str
    title: str
    to: Literal["patient", "practice", "applicant", "agency"]
    clears_fp69: bool = False
    announces: bool = False


class Letter(Enum):
    """What may be written. Text and look are the renderer's; the facts in it are frozen when it is decided."""

    FIRST_REGISTRATION = LetterKind("REG-1", "Your NHS number and your practice", "patient")
    REFUSAL_HELP = LetterKind("REG-3", "How to register, and how we can help", "patient")
    ASSIGNED = LetterKind("ASG-1", "Your practice", "patient")
    ASSIGNED_TO_PRACTICE = LetterKind("ASG-2", "A patient assigned to your list", "practice")
    NOT_ASSIGNED = LetterKind("ASG-3", "Your application for a practice", "patient")
    REMOVAL_BY_PRACTICE = LetterKind(
        "REM-1", "Your practice has asked us to remove you from its list", "patient", announces=True
    )
    REMOVAL_BY_PATIENT = LetterKind(
        "REM-2", "You asked to be taken off your practice's list", "patient", announces=True
    )
    OUT_OF_AREA = LetterKind(
        "REM-3", "You have moved out of your practice's area", "patient", clears_fp69=True, announces=True
    )
    OUT_OF_AREA_COPY = LetterKind("REM-3P", "A patient who has moved out of your area", "practice", announces=True)
    REMOVED = LetterKind("REM-4", "You are no longer on your practice's list", "patient")
    REMOVAL_CONFIRMED = LetterKind("REM-5", "A removal that you asked for", "practice", announces=True)
    REMOVAL_REFUSED = LetterKind("REM-6", "A removal that we cannot carry out", "practice")
    OWN_REMOVAL_REFUSED = LetterKind("REM-7", "We could not do what you asked", "patient")
    REMOVAL_CANCELLED = LetterKind("REM-8", "You stay on your practice's list", "patient")
    REMOVAL_CANCELLED_COPY = LetterKind("REM-8P", "A removal that was cancelled", "practice")
    REMOVAL_QUESTION = LetterKind("REM-9", "A patient whose removal waits for your answer", "practice", announces=True)
    SCHEME_ALLOCATION = LetterKind("SAS-1", "Your practice from now on", "patient")
    SCHEME_APPEAL = LetterKind("SAS-2", "Your appeal", "patient")
    SCHEME_ALLOCATION_COPY = LetterKind("SAS-1P", "A patient of the scheme on your list", "practice")
    SCHEME_REVIEW = LetterKind("SAS-3", "The review of your placement", "patient")
    SCHEME_DISCHARGE = LetterKind("SAS-4", "You may choose a practice", "patient")
    SCHEME_ACKNOWLEDGEMENT = LetterKind("SAS-5", "Your request was received", "practice")
    SCHEME_CONFIRMATION = LetterKind("SAS-6", "Please confirm your notice in writing", "practice")
    SCHEME_CONVERTED = LetterKind("SAS-7", "Please ask for an ordinary removal", "practice")
    TEMPORARY_RESIDENT = LetterKind("TRA-1", "Are you coming back to your practice?", "patient", clears_fp69=True)
    ON_THE_LIST_AFTER_ALL = LetterKind("UND-1", "A patient who is on your list after all", "practice")
    WRONG_PERSON = LetterKind("UND-2", "A registration that was put onto the wrong person", "practice")
    PLACED_ON_LIST = LetterKind("STA-1", "A patient who is on your list from today", "practice")
    FORCES_END = LetterKind("FOR-1", "A registration of somebody in your care has ended", "agency")
    TEMPORARY_RESIDENT_TO_PRACTICE = LetterKind("TRA-2", "A patient who may not be coming back", "practice")
    LIST_ENDS = LetterKind("DED-2", "Your place on this list ends", "patient")
    FP69_WARNING = LetterKind("FPW-1", "Patients whose address is still in doubt", "practice", announces=True)
    FP69_CHILD = LetterKind("FPW-2", "A child who stays on your list, and must be found", "practice")
    NEW_IDENTITY = LetterKind("ID-1", "A patient to be registered under this number", "practice")
    INQUIRY = LetterKind("DED-1", "Please confirm where you live", "patient", clears_fp69=True)
    DUPLICATE_QUESTION = LetterKind("DUP-1", "Two records that may be one patient's", "practice", announces=True)
    DETAILS_CHECK = LetterKind("DUP-2", "Please have this patient check their details", "practice", announces=True)
    ONE_RECORD = LetterKind("DUP-3", "Two records of a patient that are one now", "practice")
    TWO_RECORDS = LetterKind("DUP-4", "Two records that were one and are two again", "practice")
    CONFUSION_QUESTION = LetterKind("CON-1", "Two people may have one NHS number: please tell us of yours", "practice")
    CONFUSION_HOLDER = LetterKind("CON-2", "A patient of yours who shared an NHS number with another", "practice")
    CONFUSION_ENDED = LetterKind("CON-3", "The NHS number about which we asked you", "practice")
    CONFUSION_NUMBER = LetterKind("CON-4", "Your NHS number has changed", "patient")
    FORM_TAKEN = LetterKind("PAP-1", "A registration form that you sent: taken", "practice")
    FORM_REFUSED = LetterKind("PAP-2", "A registration form that you sent: not taken", "practice")
    CASE_SENT = LetterKind("LIA-1", "A case on which we need your help", "agency")
    FRAUD_REFERRAL = LetterKind("FRD-1", "A case for your attention: index of evidence", "agency")
    FRAUD_ANNEX = LetterKind("FRD-2", "Annex to a case: the people whom you asked for", "agency")
    FORM_TURNED_AWAY = LetterKind("PAP-3", "A form that you sent, and that could not be keyed", "practice")

    @property
    def code(self) -> str:
        """The stored code."""
        return self.value.code


def letter_of(code: str) -> Letter:
    """The kind of a stored code. Raises KeyError."""
    return _BY_CODE[code]


_BY_CODE = {each.value.code: each for each in Letter}
