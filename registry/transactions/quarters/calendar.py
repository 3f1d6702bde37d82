"""The quarter's calendar, and the day from which a deduction counts.

Quarters end on 31 March, 30 June, 30 September and 31 December; lists are counted on the next day.
Source: domain rules R11 and 1.5 (the NHAIS manual's validation of a deduction's date).
Standard library only.
"""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 3
"""In a quarter."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter by its first day."""

    starts_on: date

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.next.starts_on - timedelta(days=1)

    @property
    def counts_on(self) -> date:
        """The day on which lists are counted for it: the first of the next month."""
        return self.next.starts_on

    @property
    def next(self) -> "Quarter":
        return quarter_of(months_after(self.starts_on, MONTHS))

    @property
    def previous(self) -> "Quarter":
        return quarter_of(self.starts_on - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day falls."""
    return Quarter(date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1))


def quarter_ending(day: date) -> Quarter | None:
    """The quarter that ends on a day, or None where none does."""
    quarter = quarter_of(day)
    return quarter if quarter.ends_on == day else None


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; where that month has none, its last day."""
    at = day.year * 12 + day.month - 1 + months
    first = date(at // 12, at % 12 + 1, 1)
    after = date((at + 1) // 12, (at + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Dated:
    """The day from which a deduction counts. `back_debit`: it lies in the quarter before this one."""

    on: date
    back_debit: bool = False


def date_deduction(runs_from: date, today: date, back_debit_months: int) -> Dated:
    """The day from which a deduction counts that runs from `runs_from` and is made today.

    A day of the current quarter stands (one to come is the caller's to wait for). In the first
    `back_debit_months` months of a quarter a day of the quarter before stands as well: a back
    debit. Anything earlier counts from the first day of the current quarter, for what an office
    has been paid for is not taken back further. The day of the event is kept apart.
    """
    now = quarter_of(today)
    if runs_from >= now.starts_on:
        return Dated(runs_from)
    may_go_back = today < months_after(now.starts_on, back_debit_months)
    if may_go_back and runs_from in now.previous:
        return Dated(runs_from, back_debit=True)
    return Dated(now.starts_on)
