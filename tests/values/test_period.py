"""Days that count, and the days of England."""

from datetime import UTC, date, datetime

import pytest

from registry.values.period import Period, acts_on, add_working_days, london_date, start_of_day


@pytest.mark.parametrize(
    ("days", "acts"),
    [(8, date(2025, 2, 11)), (14, date(2025, 2, 17)), (30, date(2025, 3, 5))],
)
def test_days_beginning_with_3_february_2025(days: int, acts: date):
    assert acts_on(date(2025, 2, 3), days) == acts


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 1, 1, 23, 59, tzinfo=UTC), date(2026, 1, 1)),
    ],
    ids=["half past eleven in summer", "midnight in summer", "winter"],
)
def test_a_day_is_a_london_day(instant: datetime, day: date):
    assert london_date(instant) == day


def test_a_day_begins_where_it_begins_in_london():
    assert start_of_day(date(2026, 7, 1)) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)


def test_working_days_leave_out_weekends_and_bank_holidays():
    friday = date(2026, 12, 24)
    assert add_working_days(friday, 2, {date(2026, 12, 25), date(2026, 12, 28)}) == date(2026, 12, 30)
    assert add_working_days(friday, 0) == friday


def test_a_period_is_half_open_and_never_backwards():
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert date(2026, 1, 31) in period and date(2026, 2, 1) not in period
    assert date(2999, 1, 1) in Period(date(2026, 1, 1))
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2026, 2, 1), date(2026, 1, 1))
