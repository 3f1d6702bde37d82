"""The kinds of identity change, and who may ask for each.

Sources: domain rules R5; PCSE help on adoption and gender reassignment; the National Back Office's
work on protected identities. Standard library only.
"""

from dataclasses import dataclass
from enum import Enum


class Authority(Enum):
    """On whose word an identity is changed."""

    PRACTICE = "practice"
    NATIONAL_BACK_OFFICE = "nbo"
    PROTECTION_AGENCY = "protection-agency"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of change asks for.

    `told_as` is the GP Links reason of the F2 that the practice gets for the old number; `days` the
    policy that says within how many working days it registers the new one; `elsewhere` whether the
    new identity may belong to another practice's list than the old one.
    """

    authorities: tuple[Authority, ...]
    told_as: str
    days: str
    elsewhere: bool = True
    restricted: bool = False
    asked_by_patient: bool = False


_BACK_OFFICE = (Authority.NATIONAL_BACK_OFFICE,)
_PROTECTORS = (Authority.NATIONAL_BACK_OFFICE, Authority.PROTECTION_AGENCY)


class IdentityChange(Enum):
    """The value is the word under which it is asked for."""

    ADOPTION = "adoption"
    GENDER = "gender"
    PROTECTED = "protected"

    @property
    def rule(self) -> Rule:
        """What it asks for."""
        return _RULES[self]


_RULES = {
    IdentityChange.ADOPTION: Rule(_BACK_OFFICE, "7", "identity_adoption_working_days"),
    IdentityChange.GENDER: Rule(
        (Authority.PRACTICE,), "13", "identity_other_working_days", elsewhere=False, asked_by_patient=True
    ),
    IdentityChange.PROTECTED: Rule(_PROTECTORS, "13", "identity_other_working_days", restricted=True),
}
