"""Dates of law, half-open periods, and days that count.

A date is a London date. "N days beginning with D" counts D as the first day, so the act
falls on D + N (domain fixtures: 30 days beginning with 3 February 2025 act on 5 March).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(instant: datetime) -> date:
    """The day on which an instant falls in England."""
    return instant.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The instant at which a London day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def acts_on(beginning_with: date, days: int) -> date:
    """The day on which something happens after N days beginning with a day."""
    return beginning_with + timedelta(days=days)


def add_working_days(start: date, days: int, bank_holidays: Collection[date] = ()) -> date:
    """The N-th working day after a day (Monday to Friday, no bank holiday)."""
    day = start
    left = days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in bank_holidays:
            left -= 1
    return day


def working_days_between(start: date, end: date, bank_holidays: Collection[date] = ()) -> int:
    """How many working days lie after a day, until and with another; none where that is not later."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in bank_holidays for day in days)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` until, but not on, `ends_until`; open where that is None."""

    starts_on: date
    ends_until: date | None = None

    def __post_init__(self) -> None:
        if self.ends_until is not None and self.ends_until < self.starts_on:
            raise ValueError("a period cannot end before it starts")

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_until is None or day < self.ends_until)
