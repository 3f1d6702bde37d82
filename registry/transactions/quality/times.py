"""How long queries took, in working days."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.values.period import working_days_between


@dataclass(frozen=True, slots=True)
class Answered:
    """Cases of a kind that were opened on one day and decided on another; None: they are open."""

    kind: str
    of_transaction: bool
    opened_on: date
    decided_on: date | None
    cases: int


def times_of(cases: Sequence[Answered], today: date, holidays: Collection[date], allowed: int) -> dict[str, Any]:
    """Opened, decided, decided within one working day, the median and the longest in working days; and how many of all
    took longer than is allowed, or have waited longer by today."""
    took: Counter[int] = Counter()
    waits: Counter[int] = Counter()
    for each in cases:
        days = working_days_between(each.opened_on, each.decided_on or today, holidays)
        (waits if each.decided_on is None else took)[days] += each.cases
    return {
        "opened": took.total() + waits.total(),
        "decided": took.total(),
        "within_1_working_day": sum(count for days, count in took.items() if days <= 1),
        "median_working_days": median(took),
        "longest_working_days": max(took, default=None),
        "open": waits.total(),
        "late": sum(count for days, count in (took + waits).items() if days > allowed),
    }


def median(counted: Counter[int]) -> float | None:
    """The median of values that were counted; None of none."""
    total = counted.total()
    if not total:
        return None
    return (_at(counted, (total - 1) // 2) + _at(counted, total // 2)) / 2


def _at(counted: Counter[int], place: int) -> int:
    for value in sorted(counted):
        place -= counted[value]
        if place < 0:
            return value
    raise IndexError
