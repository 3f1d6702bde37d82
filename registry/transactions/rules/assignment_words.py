"""The vocabulary of assignments: grounds of a refusal, circumstances of an applicant, facilities of a practice.

Sources: domain rules R1 (a refusal must be reasonable and unrelated to race, sex, age, class,
religion, orientation, appearance, disability or condition) and R3 (factors that are recorded).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True)
class GroundWords:
    """`kind`: whether a practice may refuse on it. What stands is `reasonable` alone."""

    words: str
    kind: Literal["reasonable", "insufficient", "discriminatory"]


class Ground(Enum):
    """On what ground a practice refused somebody. The value is the code."""

    LIST_CLOSED = "list-closed"
    OUTSIDE_AREA = "outside-area"
    REMOVED_BEFORE = "removed-before"
    RELATIONSHIP_BROKEN = "relationship-broken"
    TREATED_ELSEWHERE = "treated-elsewhere"
    LIST_FULL = "list-full"
    NO_PAPERS = "no-papers"
    NONE_GIVEN = "none-given"
    RACE = "race"
    SEX = "sex"
    AGE = "age"
    SOCIAL_CLASS = "social-class"
    RELIGION = "religion"
    ORIENTATION = "orientation"
    APPEARANCE = "appearance"
    DISABILITY = "disability"
    CONDITION = "condition"

    @property
    def about(self) -> GroundWords:
        """Its words, and whether a practice may refuse on it."""
        return _GROUNDS[self]

    def stands(self, list_is_open: bool) -> bool:
        """Whether it is a ground on which this practice may refuse: refusing one by one does not close a list."""
        return self.about.kind == "reasonable" and not (self is Ground.LIST_CLOSED and list_is_open)


_GROUNDS = {
    Ground.LIST_CLOSED: GroundWords("the practice's list is closed", "reasonable"),
    Ground.OUTSIDE_AREA: GroundWords("the home lies outside the practice's area", "reasonable"),
    Ground.REMOVED_BEFORE: GroundWords("the practice had the person removed before", "reasonable"),
    Ground.RELATIONSHIP_BROKEN: GroundWords("the relationship has broken down", "reasonable"),
    Ground.TREATED_ELSEWHERE: GroundWords("the person is well looked after elsewhere", "reasonable"),
    Ground.LIST_FULL: GroundWords("the practice calls its list full and has not closed it", "insufficient"),
    Ground.NO_PAPERS: GroundWords("no proof of identity, address or immigration status", "insufficient"),
    Ground.NONE_GIVEN: GroundWords("no ground was given", "insufficient"),
    Ground.RACE: GroundWords("race", "discriminatory"),
    Ground.SEX: GroundWords("sex", "discriminatory"),
    Ground.AGE: GroundWords("age", "discriminatory"),
    Ground.SOCIAL_CLASS: GroundWords("social class", "discriminatory"),
    Ground.RELIGION: GroundWords("religion", "discriminatory"),
    Ground.ORIENTATION: GroundWords("sexual orientation", "discriminatory"),
    Ground.APPEARANCE: GroundWords("appearance", "discriminatory"),
    Ground.DISABILITY: GroundWords("disability", "discriminatory"),
    Ground.CONDITION: GroundWords("a medical condition", "discriminatory"),
}


class Facility(Enum):
    """What a practice may offer. The value is the code."""

    HOME_VISITS = "home-visits"
    MATERNITY = "maternity"
    INTERPRETER = "interpreter"
    STEP_FREE = "step-free"
    CHILD_CLINIC = "child-clinic"
    DISPENSING = "dispensing"
    SECURE_PREMISES = "secure-premises"


class Circumstance(Enum):
    """What of an applicant's life bears on the choice. The value is the code."""

    HOUSEBOUND = "housebound"
    PREGNANT = "pregnant"
    LANGUAGE = "language"
    DISABILITY = "disability"
    CHILDREN = "children"
    DISPENSING = "dispensing"
    HOMELESS = "homeless"


NEEDS = {
    Circumstance.HOUSEBOUND: Facility.HOME_VISITS,
    Circumstance.PREGNANT: Facility.MATERNITY,
    Circumstance.LANGUAGE: Facility.INTERPRETER,
    Circumstance.DISABILITY: Facility.STEP_FREE,
    Circumstance.CHILDREN: Facility.CHILD_CLINIC,
    Circumstance.DISPENSING: Facility.DISPENSING,
}
"""The facility that a circumstance asks for; one that is not here asks for none."""

TRAVELS_BADLY = frozenset({Circumstance.HOUSEBOUND, Circumstance.PREGNANT, Circumstance.DISABILITY})
"""For whom distance counts twice."""


class NotAssigned(Enum):
    """Why an application is refused; kept, and never told to the applicant, who is asked to contact the office."""

    ALREADY_REGISTERED = "already-registered"
    ON_THE_SCHEME = "on-the-scheme"
    NOT_RESIDENT = "not-resident"
    NOT_REFUSED = "not-refused"
    IDENTITY_UNKNOWN = "identity-unknown"
    OTHER = "other"
