"""Dates of birth written wrongly."""

from datetime import date, timedelta
from random import Random

import numpy as np

from registry.demo.labelled.people import People, Rows
from registry.demo.labelled.plan import AS_OF

_EPOCH = date(1970, 1, 1)
_OLDEST = date(1900, 1, 1)


def slip_in_date(rng: np.random.Generator, records: People, rows: Rows) -> None:
    slips = Random(int(rng.integers(1 << 62)))
    records.born[rows] = [_days(slipped(slips, _date(day))) for day in records.born[rows].tolist()]
    records.tag(rows, "date-slip")


def slipped(slips: Random, born: date) -> date:
    """Another date, not in the future: one digit of day, month or year is wrong, or two have changed places."""
    for _ in range(50):
        digits = list(f"{born:%Y%m%d}")
        place = slips.choice((2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 7))
        if slips.random() < 0.25 and place < 7:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
        else:
            digits[place] = str((int(digits[place]) + slips.choice((-1, 1, 1, 2, 3))) % 10)
        try:
            found = date.fromisoformat("".join(digits))
        except ValueError:
            continue
        if found != born and _OLDEST < found <= AS_OF:
            return found
    return born - timedelta(days=1)


def swap_day_and_month(records: People, rows: Rows) -> None:
    days = [_date(day) for day in records.born[rows].tolist()]
    suits = [place for place, day in enumerate(days) if day.day <= 12 and day.day != day.month]
    suits = [place for place in suits if date(days[place].year, days[place].day, days[place].month) <= AS_OF]
    chosen = rows[suits]
    records.born[chosen] = [_days(date(days[place].year, days[place].day, days[place].month)) for place in suits]
    records.tag(chosen, "date-swapped")


def first_of_january(records: People, rows: Rows) -> None:
    years = records.born[rows].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    first = years.astype(np.int32)
    changed = rows[first != records.born[rows]]
    records.born[rows] = first
    records.tag(changed, "date-first-of-january")


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _date(days: int) -> date:
    return _EPOCH + timedelta(days=days)
