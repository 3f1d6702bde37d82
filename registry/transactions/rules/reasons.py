"""Every refusal and every referral by name, with its sentence.

A refusal's `code` starts the rejection text to the practice (at most 60 characters; PCSE,
November 2019). Only code 3 is published; the others are an office's list. No text may tell a
reader at the practice about a death, violence or protection: then the phrase is "contact the
office" (domain rules, correction 11).
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class RefusalText:
    """The number and the words that go to the practice."""

    code: int
    words: str


class Refusal(Enum):
    """Why a request is answered with no. Listed in the order in which they are tested."""

    UNREADABLE_ITEM = RefusalText(16, "An item cannot be read")
    """A value was sent that cannot be taken: a date that is none, an unknown code."""
    WRONG_AUTHORITY = RefusalText(9, "Not this health authority")
    """The sender named another authority than its own."""
    TYPE_RETIRED = RefusalText(14, "Type 5 is retired: send type 3")
    """Ex-services people are registered as transfers in."""
    TYPE_UNKNOWN = RefusalText(15, "Acceptance type or code not known")
    """Neither 1 to 4, or none of A D R I S."""
    NAME_MISSING = RefusalText(1, "Surname missing")
    SEX_MISSING = RefusalText(2, "Sex missing")
    BIRTH_DATE_MISSING = RefusalText(2, "Date of birth missing")
    """A birth (type 1) without its date."""
    ADDRESS_MISSING = RefusalText(3, "Confirm current address: house or road")
    NUMBER_MISSING = RefusalText(12, "NHS number missing for a birth")
    """A birth (type 1) always brings its number."""
    BIRTHPLACE_MISSING = RefusalText(5, "NHS number or place of birth needed")
    """Types 2 to 4 bring one of the two at least."""
    PREVIOUS_ADDRESS_MISSING = RefusalText(4, "Previous address missing")
    PREVIOUS_GP_MISSING = RefusalText(4, "Previous GP missing")
    ENTRY_DATE_MISSING = RefusalText(6, "Date of entry to UK missing")
    ACCEPTANCE_DATE_MISSING = RefusalText(13, "Acceptance date missing")
    NUMBER_WRONG = RefusalText(12, "NHS number fails its check digit")
    BIRTH_IN_FUTURE = RefusalText(2, "Date of birth is in the future")
    BIRTH_AFTER_ACCEPTANCE = RefusalText(2, "Date of birth is after acceptance")
    ACCEPTANCE_IN_FUTURE = RefusalText(13, "Acceptance date is in the future")
    NUMBER_NOT_IN_USE = RefusalText(12, "NHS number not in use: contact the office")
    """Nobody is registered under it any more; why is told to nobody."""
    # What a clerk may answer:
    IDENTITY_UNCLEAR = RefusalText(7, "Confirm identity: may be held already")
    CONTACT_OFFICE = RefusalText(8, "Please contact the office")
    OUT_OF_AREA_TEXT = RefusalText(10, "Out-of-area registration text needed")

    @property
    def text(self) -> str:
        """The rejection text: the code and the words, in the wire's upper case."""
        return f"{self.value.code} {self.value.words}".upper()

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")


RULED_BY_CODE = {
    1: Refusal.NAME_MISSING,
    2: Refusal.BIRTH_DATE_MISSING,
    3: Refusal.ADDRESS_MISSING,
    4: Refusal.PREVIOUS_ADDRESS_MISSING,
    5: Refusal.BIRTHPLACE_MISSING,
    6: Refusal.ENTRY_DATE_MISSING,
    7: Refusal.IDENTITY_UNCLEAR,
    8: Refusal.CONTACT_OFFICE,
    9: Refusal.WRONG_AUTHORITY,
    10: Refusal.OUT_OF_AREA_TEXT,
    12: Refusal.NUMBER_WRONG,
    13: Refusal.ACCEPTANCE_DATE_MISSING,
}
"""The codes that a clerk may reject with."""


class Referral(Enum):
    """Why a request goes to a person. The value is the sentence that the clerk reads."""

    FREE_TEXT = "The practice wrote a text with it; read it before anything is done."
    RECORDED_DEAD = "The person found is recorded as dead."
    NUMBER_HELD_BY_ANOTHER = "The NHS number belongs to somebody who does not look like this person."
    POSSIBLE_MATCH = "Somebody in the register may be this person, but it is not certain."
    OLDER_ACCEPTANCE = "Its acceptance date is not after the one of the person's present registration."
    PLACED_BY_OFFICE = "The office has the placing of this person in hand; read their open matter first."
    ON_LIST_ORDINARILY = "They are on this list as living in its area: out of area needs a deduction request first."
    CLOSED_LIST = "The practice's list is closed to new patients."
    TRACE_NONE = "The national side knows nobody by this number and these particulars."
    TRACE_SEVERAL = "The national side found several people."
    TRACE_FOUND = "The national side knows somebody like this, so no number may be allotted."
    TRACE_UNANSWERED = "The national side has not answered in time."
    NOT_FOUND_WITHOUT_NUMBER = "Nobody was found, and there is no NHS number to trace or create the person by."
    WRONG_AUTHORITY = "The sender named another health authority than its own."
    UNREADABLE_ITEM = "An item was sent that cannot be taken."
    NUMBER_NOT_KNOWN = "Nobody in the register has this number."
    NUMBER_WRONG = "The NHS number fails its check digit."
    NUMBER_NOT_IN_USE = "This NHS number is no longer in use; ask for the one that is."
    NUMBER_UNTOLD = "Whether this NHS number is in use cannot be told: the vault's key is missing; tell who runs this."
    NOT_ON_LIST = "The person is not on the sending practice's list; the practice has been told again."
    BEFORE_REGISTRATION = "It was written before the person's present registration began."
    TWO_OF_NAME_SEX_BIRTH = "It changes two of surname, sex and date of birth at once; two people may be confused."
    BIRTH_IN_FUTURE = "The date of birth sent is in the future."
    NOTHING_CHANGED = "It asks for no change."
    POST_TOWN_ABSENT = "Only part of an address was sent; check what the whole of it should be."
    DEATH_FROM_FORMER_PRACTICE = "A practice that does not hold the person reports a death."
    DEATH_CONTRADICTED = "A death is reported, but something was done for the person after that day."
    ALREADY_DEAD = "A death is reported of somebody recorded as dead."
    NOTICE_OF_ANOTHER = "The date of birth, sex or surname in a notice is not this person's."
    PARTICULARS_CONFLICT = "Another source says otherwise of the same particulars, and neither is plainly right."
    DEATH_DATES_CONFLICT = "Two dates of death are reported; ask the National Back Office which holds."

    @property
    def label(self) -> str:
        """The stored name, which is also the kind of the case in the queue."""
        return self.name.lower().replace("_", "-")


class RequestRefusal(Enum):
    """Why a deduction request is rejected (F11). The value is the text to the practice."""

    UNKNOWN = "NHS NUMBER NOT KNOWN TO THE REGISTER"
    NOT_ON_LIST = "PATIENT IS NOT ON YOUR LIST"
    REASON_UNKNOWN = "DEDUCTION REASON NOT KNOWN: SEND 1, 5 OR 13"
    DATE_MISSING = "DATE OF DEDUCTION MISSING OR UNREADABLE"
    DATE_IN_FUTURE = "DATE OF DEATH IS IN THE FUTURE"
    DATE_TOO_FAR = "DATE IS MORE THAN A YEAR AHEAD"
    DATE_BEFORE_BIRTH = "DATE IS BEFORE DATE OF BIRTH"
    WRONG_AUTHORITY = "NOT THIS HEALTH AUTHORITY"
    NUMBER_WRONG = "NHS NUMBER FAILS ITS CHECK DIGIT"
    NUMBER_NOT_IN_USE = "NHS NUMBER NOT IN USE: CONTACT THE OFFICE"

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")
