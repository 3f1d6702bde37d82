"""A Crown servant, or one of the family, who comes back from overseas to the original practice.

They may be on its list again although it is closed, from one month before the return until three
months after it (Contracts Regulations 2015 Sch 3 para 31D; domain rules R1, crown_return).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from registry.transactions.matters.stands import Matter
from registry.transactions.quarters.calendar import months_after

CROWN_RETURN = "crown-return"
"""The kind of the matter that notes the return."""


def window(returns_on: date, months: Mapping[str, int]) -> tuple[date, date]:
    """The first and the last day on which they may be accepted: `before` and `after` are months."""
    return months_after(returns_on, -months["before"]), months_after(returns_on, months["after"])


def returns_to(matter: Matter | None, practice_id: UUID, accepted_on: date | None) -> bool:
    """Whether an acceptance is by the practice to which somebody returns, within the days."""
    if matter is None or matter.practice_id != practice_id or accepted_on is None:
        return False
    facts: Mapping[str, Any] = matter.facts
    return date.fromisoformat(facts["from"]) <= accepted_on <= date.fromisoformat(facts["until"])
