"""On which day the old record leaves its list, when the new one joined on another. Pure; the drawing is the caller's.

One day for both would be the link itself, and so would two neighbouring numbers in the ledger. So the
old record leaves later than the new one came, by a number of working days that is drawn; and counts
from a day of the same quarter, lest one person be counted twice or not at all at its end (domain
rules, correction 17).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.transactions.quarters.calendar import quarter_of
from registry.values.period import add_working_days


@dataclass(frozen=True, slots=True)
class LeavingDay:
    """`written_on` is when the clock writes the movement, `counts_on` the day from which it counts."""

    written_on: date
    counts_on: date


def leaving_days(
    joins_on: date, stays_since: date, within: int, holidays: Collection[date] = ()
) -> Sequence[LeavingDay]:
    """Every way in which somebody may leave who has been on a list since a day, one of which is to be drawn.

    Written on one of the next `within` working days. It counts from the day itself; at a quarter's
    end, where that would fall into the next one, from an earlier day of the joining's quarter: never
    from the joining's own, nor from the day on which the stay began. Empty where no day is left: who
    joined the list in the last days of a quarter waits for the next one.
    """
    quarter = quarter_of(joins_on)
    later = [add_working_days(joins_on, number, holidays) for number in range(1, within + 1)]
    within_quarter = [day for day in later if day in quarter and day > stays_since]
    if within_quarter:
        return [LeavingDay(day, day) for day in within_quarter]
    first = max(quarter.starts_on, stays_since + timedelta(days=1))
    earlier = [first + timedelta(days=number) for number in range((joins_on - first).days)]
    return [LeavingDay(written, counts) for written in later for counts in earlier]
