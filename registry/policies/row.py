"""One number or table of a rule, with the days on which it is in force."""

from dataclasses import dataclass
from datetime import date
from typing import Any

PROFILES = ("seed-2012", "pcse-2018", "current")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One number or table of a rule, in force from `since` until the next row of its key."""

    key: str
    value: Any
    source: str
    since: date | None = None
    profiles: tuple[str, ...] = PROFILES
