"""The clocks of the scheme at their boundaries."""

from datetime import date, timedelta

import pytest

from registry.transactions.scheme.rules import (
    after,
    approval_wanted,
    chase_from,
    counts_from,
    is_crime_number,
    last_day_for_panel,
    last_day_to_appeal,
    last_day_to_confirm,
    months_after,
)
from registry.values.period import start_of_day
from tests.support.scheme_office import london


def test_a_notice_by_telephone_on_friday_the_7th_is_confirmed_by_thursday_the_13th():
    assert last_day_to_confirm(london("2025-02-07T17:55"), 7) == date(2025, 2, 13)
    assert after(date(2025, 2, 13)) == start_of_day(date(2025, 2, 14))


def test_the_practice_is_reminded_on_the_fifth_day():
    assert chase_from(london("2025-02-07T17:55"), 5) == start_of_day(date(2025, 2, 11))


@pytest.mark.parametrize(
    ("call", "last_day"),
    [
        ("2025-06-30T23:30", date(2025, 7, 6)),
        ("2025-07-01T00:30", date(2025, 7, 7)),
        ("2025-12-31T23:59", date(2026, 1, 6)),
    ],
)
def test_days_are_londons_in_summer_too(call: str, last_day: date):
    assert last_day_to_confirm(london(call), 7) == last_day


@pytest.mark.parametrize(("days", "wanted"), [(0, None), (6, None), (7, None), (8, "reported-late")])
def test_the_eighth_day_after_the_incident_is_late(days: int, wanted: str | None):
    happened = london("2025-02-07T09:00")
    assert approval_wanted("0417", happened, happened + timedelta(days=days), 7) == wanted


def test_without_the_polices_number_the_commissioner_is_asked():
    happened = london("2025-02-07T09:00")
    assert approval_wanted("  ", happened, happened, 7) == "no-incident-number"


@pytest.mark.parametrize(("number", "is_one"), [("CRN 44/1/25", True), ("crime 12", True), ("CAD 812", False)])
def test_the_number_of_a_crime_report_is_told_apart(number: str, is_one: bool):
    assert is_crime_number(number) is is_one


@pytest.mark.parametrize(
    ("noticed", "today", "counts"),
    [
        (date(2025, 2, 7), date(2025, 2, 7), date(2025, 2, 7)),
        (date(2025, 2, 7), date(2025, 2, 10), date(2025, 2, 7)),
        (date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 1)),
        (date(2025, 12, 31), date(2026, 1, 2), date(2026, 1, 1)),
    ],
)
def test_a_quarter_that_is_over_is_not_counted_anew(noticed: date, today: date, counts: date):
    assert counts_from(noticed, today) == counts


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 2, 10), 12, date(2026, 2, 10)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 1, 31), -216, date(2007, 1, 31)),
    ],
)
def test_months_end_on_the_corresponding_day(day: date, months: int, result: date):
    assert months_after(day, months) == result


def test_twelve_months_are_never_more_than_366_days():
    for day in (date(2024, 1, 1) + timedelta(days=each) for each in range(1500)):
        assert (months_after(day, 12) - day).days <= 366


def test_an_appeal_is_possible_until_the_fourteenth_or_the_twenty_eighth_day_after_the_letter():
    assert last_day_to_appeal(date(2025, 2, 10), 14) == date(2025, 2, 24)
    assert last_day_to_appeal(date(2025, 2, 10), 28) == date(2025, 3, 10)
    assert last_day_to_appeal(None, 14) is None


def test_a_panel_meets_within_28_days():
    assert last_day_for_panel(date(2025, 2, 3), 28) == date(2025, 3, 3)
