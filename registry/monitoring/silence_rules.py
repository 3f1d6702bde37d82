"""When a practice is silent for longer than it ever is. Standard library only.

A practice that writes every day is missed after a few days, one that writes twice a month is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from registry.values.period import working_days_between


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a practice may be silent: working days, and how many times its own habit."""

    working_days: int
    times_habit: int


@dataclass(frozen=True, slots=True)
class Silence:
    """How many working days have passed without a word, and after how many somebody asks."""

    working_days: int
    most: int

    @property
    def is_too_long(self) -> bool:
        return self.working_days >= self.most


def silence(spoke_on: Sequence[date], today: date, patience: Patience, bank_holidays: Collection[date]) -> Silence:
    """The silence of a practice this morning, from the days on which it lately sent anything (one at least).

    Its habit is the working days from the first of them to the last, shared among them; the day
    that has only begun does not count.
    """
    first, last = min(spoke_on), max(spoke_on)
    span = working_days_between(first - timedelta(days=1), last, bank_holidays)
    habit = max(1.0, span / len(set(spoke_on)))
    most = max(patience.working_days, ceil(patience.times_habit * habit))
    return Silence(working_days_between(last, today - timedelta(days=1), bank_holidays), most)
