"""The clocks and tests of the scheme, as plain functions of days. Days are London days.

Sources: Contracts Regulations 2015 Sch 3 para 25; PCSE's help; local appeal panels (domain rules R4, 5.1).
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from registry.values.period import acts_on, london_date, start_of_day

_CRIME_NUMBER = re.compile(r"^\s*(crime|crn?\b)", re.IGNORECASE)


def approval_wanted(incident_number: str, happened_at: datetime, noticed_at: datetime, late_after: int) -> str | None:
    """Why the commissioner must approve before somebody is removed; None where nothing stands in the way.

    The seventh day after the incident is in time, the eighth is late.
    """
    if not incident_number.strip():
        return "no-incident-number"
    late = (london_date(noticed_at) - london_date(happened_at)).days > late_after
    return "reported-late" if late else None


def is_crime_number(incident_number: str) -> bool:
    """Whether somebody wrote the number of a crime report. Practices are asked for the incident's."""
    return _CRIME_NUMBER.match(incident_number) is not None


def chase_from(noticed_at: datetime, chase_on_day: int) -> datetime:
    """When the practice is reminded of its written confirmation: the N-th day beginning with the notice."""
    return start_of_day(acts_on(london_date(noticed_at), chase_on_day - 1))


def last_day_to_confirm(noticed_at: datetime, days: int) -> date:
    """The last of N days beginning with the notice: Friday the 7th gives Thursday the 13th."""
    return acts_on(london_date(noticed_at), days - 1)


def counts_from(noticed_on: date, today: date) -> date:
    """The day from which a removal counts on the list.

    The day of the notice; but a quarter that is over is not counted anew, so it counts at the
    earliest from the first day of the present one.
    """
    quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    return max(noticed_on, quarter)


def months_after(day: date, months: int) -> date:
    """The corresponding day N months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_to_appeal(letter_on: date | None, days: int) -> date | None:
    """The last day for an appeal; None while the letter was not posted, for then no clock runs."""
    return None if letter_on is None else letter_on + timedelta(days=days)


def last_day_for_panel(both_forms_on: date, days: int) -> date:
    """The last day on which the panel may meet."""
    return both_forms_on + timedelta(days=days)


def after(day: date) -> datetime:
    """The instant at which a day is over."""
    return start_of_day(day + timedelta(days=1))
