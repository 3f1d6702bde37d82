"""The texts about people who live outside a practice's area: two, of opposite meanings.

`OOAR` or `OOA REG` asks for somebody to be registered as living out of the area: on an acceptance it
is that registration; on a deduction request it asks for an immediate deduction, because a new
registration follows. Plain `OOA` says that somebody has left the area, and asks for no such thing.
On an amendment neither does anything. Source: PCSE out-of-area registration help (domain rules R1, R7).
"""

import re

_ASKS = re.compile(r"\bOOAR\b|\bOOA[\s.:/-]*REG(?:ISTRATION|ISTERED)?\b", re.IGNORECASE)
_WORDS = re.compile(r"\w")


def asks_for_out_of_area(text: str | None) -> bool:
    """Whether a text asks for a registration as living out of the area, whatever else it says."""
    return _ASKS.search(text or "") is not None


def says_nothing_else(text: str | None) -> bool:
    """Whether that is all that a text says, so that nobody need read it."""
    return asks_for_out_of_area(text) and _WORDS.search(_ASKS.sub("", text or "")) is None
