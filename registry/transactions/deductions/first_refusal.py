"""What of a notice cannot be followed, whoever looks at it: the thresholds and the days of domain rules R7."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from registry.transactions.deductions.causes import Cause, row_of
from registry.transactions.deductions.notice import Notice
from registry.transactions.deductions.refusals import NoticeRefusal
from registry.transactions.deductions.thresholds import Thresholds
from registry.transactions.facts import PersonFacts
from registry.transactions.quarters.calendar import months_after


def first_refusal(notice: Notice, person: PersonFacts, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    """The first refusal that applies, in the documented order, or None."""
    row, day = row_of(notice.cause), notice.happened_on
    if notice.notified_on > today:
        return NoticeRefusal.NOTIFIED_IN_FUTURE
    if row.way == "elsewhere":
        return NoticeRefusal.ADDRESS_UNKNOWN
    if row.needs_day and day is None:
        return NoticeRefusal.DAY_MISSING
    if notice.cause is Cause.OTHER and not notice.reason.strip():
        return NoticeRefusal.REASON_MISSING
    if day is not None and person.date_of_birth is not None and day < person.date_of_birth:
        return NoticeRefusal.BEFORE_BIRTH
    if day is not None and notice.cause is not Cause.DEATH and day > today + timedelta(days=numbers.days_ahead):
        return NoticeRefusal.TOO_FAR_AHEAD
    test = _TESTS.get(notice.cause)
    return None if test is None else test(notice, today, numbers)


def _death_day(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    return NoticeRefusal.DEATH_IN_FUTURE if notice.happened_on is not None and notice.happened_on > today else None


def _away_long_enough(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    left, until = notice.happened_on, notice.until
    if left is None or until is None:
        return None
    if until < left:
        return NoticeRefusal.RETURN_BEFORE_DEPARTURE
    return NoticeRefusal.ABROAD_TOO_SHORT if until < months_after(left, numbers.abroad_months) else None


def _absent_long_enough(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    lasts = notice.happened_on is None or notice.notified_on > months_after(notice.happened_on, numbers.abroad_months)
    return None if lasts else NoticeRefusal.ABSENCE_TOO_SHORT


def _sentenced_long_enough(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    if notice.months is None:
        return NoticeRefusal.MONTHS_MISSING
    return None if notice.months > numbers.prison_months else NoticeRefusal.PRISON_TOO_SHORT


def _stayed_long_enough(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    lasts = notice.happened_on is None or notice.notified_on > months_after(notice.happened_on, numbers.stay_months)
    return None if lasts else NoticeRefusal.STAY_TOO_SHORT


def _confirmed(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    if not notice.confirmed:
        return NoticeRefusal.NOT_CONFIRMED
    is_to_come = notice.happened_on is not None and notice.happened_on > today
    return NoticeRefusal.ELSEWHERE_IN_FUTURE if is_to_come else None


def _discharged(notice: Notice, today: date, numbers: Thresholds) -> NoticeRefusal | None:
    is_to_come = notice.happened_on is not None and notice.happened_on > today
    return NoticeRefusal.DISCHARGE_IN_FUTURE if is_to_come else None


_TESTS: Mapping[Cause, Callable[[Notice, date, Thresholds], NoticeRefusal | None]] = {
    Cause.DEATH: _death_day,
    Cause.EMIGRATION: _away_long_enough,
    Cause.ABSENCE: _absent_long_enough,
    Cause.DISCHARGE: _discharged,
    Cause.PRISON: _sentenced_long_enough,
    Cause.SCOTLAND: _confirmed,
    Cause.NORTHERN_IRELAND: _confirmed,
    Cause.OTHER_REGISTER: _confirmed,
    Cause.TEMPORARY_RESIDENT: _stayed_long_enough,
}
"""What else a cause asks for."""
