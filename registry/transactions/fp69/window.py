"""How long a practice has to answer an FP69, and when silence acts. Pure.

Two statements about the same months are to be reconciled (domain rules 5.5 and correction 18).
The specification's sample pairs a notice of 25 January with the expiry 25 July: the expiry is
the corresponding calendar day, or the last day of a month that has none. And nobody is removed
before the day after the last day: a flag of 31 August acts on 1 March. So the expiry that the
practice is told is the last day on which it may answer, and silence acts when that day is over.
"""

from calendar import monthrange
from datetime import date, timedelta

OF_AGE = 18


def expires_on(flagged_on: date, months: int) -> date:
    """The last day on which the practice may answer: 31 August and six months give 28 February."""
    year, month = divmod(flagged_on.year * 12 + flagged_on.month - 1 + months, 12)
    return date(year, month + 1, min(flagged_on.day, monthrange(year, month + 1)[1]))


def acts_after(expires: date) -> date:
    """The day on which silence acts: the one after the last day."""
    return expires + timedelta(days=1)


def is_child(born_on: date | None, expires: date) -> bool:
    """Whether somebody is under 18 at expiry. The age counts on the last day of the time, not on
    that of the flag (domain rules 8, scenario 10); whose birthday is not known may be a child."""
    return born_on is None or age_on(born_on, expires) < OF_AGE


def age_on(born_on: date, day: date) -> int:
    """Completed years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def no_flag_before(confirmed_on: date, years: int) -> date:
    """Until when whoever was confirmed to live there is not flagged again."""
    return expires_on(confirmed_on, 12 * years)
