"""Why a practice may ask for somebody to be removed, why it may not, and what it is told then.

Sources: Contracts Regulations 2015 Sch 3 paras 23, 24 and 27; PCSE help on removals of patients.
"""

from dataclasses import dataclass
from enum import Enum


class RemovalRefusal(Enum):
    """Why a removal that was asked for is not carried out. The value is the sentence of the letter.

    In the order in which they are tested. None tells of a death or of protection.
    """

    CONTACT_OFFICE = "Please contact the office about this patient."
    NOT_ON_LIST = "The patient is not on your list."
    PREDATES_REGISTRATION = (
        "The request is from before the day on which the patient came to your list: if you still want it, ask again."
    )
    SEND_BY_LINK = (
        "A patient who has moved, whose mail came back, or whose whereabouts are unknown is not removed in this way:"
        " send a deduction request by the link."
    )
    VIOLENCE = "A removal for violence is asked for by telephone, as an immediate removal."
    ASK_THE_PATIENT = "A patient who wants no practice at all asks for it themselves, in writing."
    DISCRIMINATORY = "A removal may not rest on this ground."
    REASONS_NOT_GIVEN = "Give the patient the reasons in writing, then ask again."
    NO_WARNING = (
        "There was no warning within the time before the request and since the patient came to your list, and no reason"
        " was given why none could be: warn the patient, with the reasons, before you ask again."
    )
    WARNING_WITHOUT_REASONS = "The warning did not give its reasons: warn the patient again, with the reasons."
    NOT_SIGNED = "We need your request in writing, signed by you."
    NOT_OWN_CARER = "Somebody else looks after you: they can speak to us about this."

    @property
    def label(self) -> str:
        """The stored name."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a ground is, and the refusal that it earns."""

    words: str
    refused: RemovalRefusal | None = None


_BY_LINK, _UNLAWFUL = RemovalRefusal.SEND_BY_LINK, RemovalRefusal.DISCRIMINATORY


class Ground(Enum):
    """What the practice gives as its reason. The value of each is the word on the form."""

    BREAKDOWN = "breakdown"
    CONDUCT = "conduct"
    OTHER = "other"
    MOVED = "moved"
    MAIL_RETURNED = "mail-returned"
    WHEREABOUTS_UNKNOWN = "whereabouts-unknown"
    VIOLENCE = "violence"
    WANTS_NO_PRACTICE = "wants-no-practice"
    RACE = "race"
    SEX = "sex"
    SOCIAL_CLASS = "social-class"
    AGE = "age"
    RELIGION = "religion"
    SEXUAL_ORIENTATION = "sexual-orientation"
    GENDER_REASSIGNMENT = "gender-reassignment"
    MARRIAGE = "marriage"
    PREGNANCY = "pregnancy"
    APPEARANCE = "appearance"
    DISABILITY = "disability"
    MEDICAL_CONDITION = "medical-condition"


MEANINGS: dict[Ground, Meaning] = {
    Ground.BREAKDOWN: Meaning("The relationship has broken down irrevocably."),
    Ground.CONDUCT: Meaning("The patient's conduct, without violence."),
    Ground.OTHER: Meaning("Another reasonable ground."),
    Ground.MOVED: Meaning("The patient has moved.", _BY_LINK),
    Ground.MAIL_RETURNED: Meaning("Mail to the patient came back.", _BY_LINK),
    Ground.WHEREABOUTS_UNKNOWN: Meaning("Nobody knows where the patient is.", _BY_LINK),
    Ground.VIOLENCE: Meaning("Violence or its threat.", RemovalRefusal.VIOLENCE),
    Ground.WANTS_NO_PRACTICE: Meaning("The patient wants no practice.", RemovalRefusal.ASK_THE_PATIENT),
    Ground.RACE: Meaning("Race.", _UNLAWFUL),
    Ground.SEX: Meaning("Sex.", _UNLAWFUL),
    Ground.SOCIAL_CLASS: Meaning("Social class.", _UNLAWFUL),
    Ground.AGE: Meaning("Age.", _UNLAWFUL),
    Ground.RELIGION: Meaning("Religion or belief.", _UNLAWFUL),
    Ground.SEXUAL_ORIENTATION: Meaning("Sexual orientation.", _UNLAWFUL),
    Ground.GENDER_REASSIGNMENT: Meaning("Gender reassignment.", _UNLAWFUL),
    Ground.MARRIAGE: Meaning("Marriage or civil partnership.", _UNLAWFUL),
    Ground.PREGNANCY: Meaning("Pregnancy or maternity.", _UNLAWFUL),
    Ground.APPEARANCE: Meaning("Appearance.", _UNLAWFUL),
    Ground.DISABILITY: Meaning("Disability.", _UNLAWFUL),
    Ground.MEDICAL_CONDITION: Meaning("A medical condition.", _UNLAWFUL),
}
"""Every ground, and what follows from it."""


class Exemption(Enum):
    """Why no warning was given, as the regulation allows."""

    ADDRESS_CHANGE = "address-change"
    RISK_OF_HARM = "risk-of-harm"
    NOT_REASONABLE = "not-reasonable"
