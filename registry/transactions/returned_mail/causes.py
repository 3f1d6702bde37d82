"""Why a letter came back, and what that leads to. Pure.

Sources: domain rules R17 ("moved abroad" and "deceased" are no FP69), R7; PCSE FP69 help.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Leads = Literal["doubt", "death-query", "embarkation-query", "note"]


@dataclass(frozen=True, slots=True)
class CauseFacts:
    """`words` as on the envelope; `leads_to` what it asks for."""

    words: str
    leads_to: Leads


class Cause(Enum):
    """The name in lower case with hyphens is what is keyed."""

    GONE_AWAY = CauseFacts("Gone away", "doubt")
    ADDRESSEE_UNKNOWN = CauseFacts("Addressee unknown", "doubt")
    DECEASED = CauseFacts("Deceased", "death-query")
    ABROAD = CauseFacts("Moved abroad", "embarkation-query")
    REFUSED = CauseFacts("Refused", "note")
    INSUFFICIENT_ADDRESS = CauseFacts("Address insufficient", "note")

    @property
    def label(self) -> str:
        """As it is keyed and stored."""
        return self.name.lower().replace("_", "-")


CAUSES = {each.label: each for each in Cause}

QUERIES: dict[Leads, str] = {
    "death-query": "A letter came back marked as deceased. Ask the practice; nothing was recorded as yet.",
    "embarkation-query": "A letter came back marked as moved abroad. Ask for how long; nothing was recorded as yet.",
}
"""What the clerk reads who opens the case. A mark on an envelope is never a death."""


def unknown_cause(text: str) -> str:
    """What to key instead."""
    return f"The cause is one of {', '.join(CAUSES)}."


def reason_of_letter(kind: str, by_kind: dict[str, str], other: str = "8") -> str:
    """The FP69 reason for a letter of a kind (REG-1, LM-2 ...), by the first part of its name."""
    return by_kind.get(kind.split("-")[0], other)
