"""How the work of an office is spread over a year.

Sources: domain rules §7, time patterns (Mondays, the students' autumn, the quarter's end, the
quiet days around Christmas); an assumption where no figure is published.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

_MONDAY = 1.4
_STUDENTS = 2.5
_QUARTER_END = 1.3
_CHRISTMAS = 0.3


def days_of(first: date, days: int) -> Iterator[date]:
    """Every day of a stretch."""
    return (first + timedelta(days=number) for number in range(days))


def weight(day: date, holidays: Collection[date]) -> float:
    """How busy a day is beside an ordinary Tuesday; 0 where nobody works."""
    if day.weekday() > 4 or day in holidays:
        return 0.0
    busy = _MONDAY if day.weekday() == 0 else 1.0
    if (day.month, day.day) >= (9, 22) and (day.month, day.day) <= (10, 31):
        busy *= _STUDENTS
    if day.month % 3 == 0 and day.day >= 25:
        busy *= _QUARTER_END
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2):
        busy *= _CHRISTMAS
    return busy


def volumes(first: date, days: int, total: int, holidays: Collection[date]) -> dict[date, int]:
    """So many of something, spread over the days by their weights; the sum is exact."""
    weights = {day: weight(day, holidays) for day in days_of(first, days)}
    whole = sum(weights.values())
    spread: dict[date, int] = {}
    given, passed = 0, 0.0
    for day, share in weights.items():
        passed += share
        until = round(total * passed / whole) if whole else 0
        spread[day] = until - given
        given = until
    return spread
