"""The quarter's calendar, at its boundaries."""

from datetime import date

import pytest

from registry.transactions.quarters.calendar import Dated, date_deduction, months_after, quarter_ending, quarter_of


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_a_day_is_in_its_quarter(day: date, starts: date, ends: date):
    quarter = quarter_of(day)
    assert (quarter.starts_on, quarter.ends_on) == (starts, ends)
    assert day in quarter and starts in quarter and ends in quarter
    assert day not in quarter.previous and day not in quarter.next


def test_lists_are_counted_on_the_first_of_the_next_month():
    assert quarter_of(date(2026, 11, 2)).counts_on == date(2027, 1, 1)


def test_quarters_follow_each_other_without_a_gap():
    quarter = quarter_of(date(1999, 12, 31))
    for _ in range(120):
        assert (
            quarter.next.previous == quarter and quarter.next.starts_on.toordinal() == quarter.ends_on.toordinal() + 1
        )
        quarter = quarter.next


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)])
def test_four_days_end_a_quarter(day: date):
    assert quarter_ending(day) == quarter_of(day)


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 4, 1), date(2026, 12, 30), date(2026, 11, 30)])
def test_no_other_day_does(day: date):
    assert quarter_ending(day) is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 25), 3, date(2026, 4, 25)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2025, 12, 31), 24, date(2027, 12, 31)),
    ],
)
def test_months_keep_the_day_or_take_the_last_one(day: date, months: int, expected: date):
    assert months_after(day, months) == expected


# Runs from, today, and what counts: in the quarter, a back debit in its first month, or not so far back.
@pytest.mark.parametrize(
    ("runs_from", "today", "expected"),
    [
        (date(2026, 10, 1), date(2026, 10, 1), Dated(date(2026, 10, 1))),
        (date(2026, 10, 1), date(2026, 12, 31), Dated(date(2026, 10, 1))),
        (date(2026, 11, 2), date(2026, 11, 2), Dated(date(2026, 11, 2))),
        (date(2026, 9, 30), date(2026, 10, 1), Dated(date(2026, 9, 30), back_debit=True)),
        (date(2026, 9, 30), date(2026, 10, 31), Dated(date(2026, 9, 30), back_debit=True)),
        (date(2026, 9, 30), date(2026, 11, 1), Dated(date(2026, 10, 1))),
        (date(2026, 7, 1), date(2026, 10, 31), Dated(date(2026, 7, 1), back_debit=True)),
        (date(2026, 6, 30), date(2026, 10, 31), Dated(date(2026, 10, 1))),
        (date(2020, 1, 1), date(2026, 10, 1), Dated(date(2026, 10, 1))),
        (date(2025, 12, 31), date(2026, 1, 31), Dated(date(2025, 12, 31), back_debit=True)),
        (date(2025, 12, 31), date(2026, 2, 1), Dated(date(2026, 1, 1))),
    ],
)
def test_a_deduction_is_dated_in_the_quarter_or_as_a_back_debit(runs_from: date, today: date, expected: Dated):
    assert date_deduction(runs_from, today, 1) == expected


def test_how_long_back_debits_are_taken_is_a_policy():
    september, november = date(2026, 9, 30), date(2026, 11, 30)
    assert date_deduction(september, date(2026, 10, 1), 0) == Dated(date(2026, 10, 1))
    assert date_deduction(september, november, 2).back_debit
