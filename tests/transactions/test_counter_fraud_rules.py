"""When a practice's figure is out of the ordinary."""

from datetime import date
from statistics import median
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.transactions.counter_fraud.report import months_before
from registry.transactions.counter_fraud.rules import Figure, Finding, Threshold, judge, median_of_others

SINCE, UNTIL = date(2026, 7, 1), date(2026, 10, 1)
THRESHOLD = Threshold(5, 20, 3)


def figure(code: str, of: float, people: int = 20) -> Figure:
    return Figure(uuid4(), code, of, people, 220, {"births": 3, "moves": 0}, {"arrived": 25})


def judged(*figures: Figure) -> dict[str, Finding]:
    return {each.figure.practice: each for each in judge("growth", SINCE, UNTIL, figures, THRESHOLD)}


@pytest.mark.parametrize(("of", "people", "raises"), [
    (5.0, 20, True), (4.9, 20, False), (5.0, 19, False), (9.1, 20, True), (0.0, 0, False),
])  # fmt: skip
def test_threshold_and_least_number_are_both_passed(of: float, people: int, raises: bool):
    found = judged(figure("Y90001", of, people), figure("Y90002", 0.4), figure("Y90003", 0.5))
    assert found["Y90001"].raises is raises


def test_a_practice_is_measured_against_the_others_and_not_itself():
    found = judged(figure("Y90001", 9.0), figure("Y90002", 0.0, 0))
    assert found["Y90001"].median == 0.0 and found["Y90001"].raises
    assert found["Y90002"].median == 9.0 and not found["Y90002"].raises


def test_what_happens_everywhere_is_no_pattern_of_one():
    found = judged(*(figure(f"Y9000{n}", 6.0 + n / 10) for n in range(1, 6)))
    assert not any(each.raises for each in found.values())


def test_a_lonely_practice_is_measured_by_the_threshold_alone():
    found = judged(figure("Y90001", 6.0))
    assert found["Y90001"].median is None and found["Y90001"].raises


def test_the_line_of_a_finding_is_figures_and_codes():
    line = judged(figure("Y90001", 9.1), figure("Y90002", 0.4))["Y90001"].line
    assert line == "growth of Y90001: 9.1, threshold 5, median of the others 0.4; 20 of 220; explained: births 3"


@given(st.lists(st.integers(0, 9).map(float), min_size=2, max_size=12), st.data())
def test_the_median_of_the_others(values: list[float], data: st.DataObject):
    place = data.draw(st.integers(0, len(values) - 1))
    others = values[:place] + values[place + 1 :]
    assert median_of_others(sorted(values), values[place]) == median(others)


@pytest.mark.parametrize(("day", "months", "before"), [
    (date(2026, 11, 1), 3, date(2026, 8, 1)),
    (date(2026, 2, 1), 3, date(2025, 11, 1)),
    (date(2026, 1, 1), 12, date(2025, 1, 1)),
    (date(2026, 5, 31), 3, date(2026, 2, 28)),
    (date(2026, 3, 31), 0, date(2026, 3, 31)),
])  # fmt: skip
def test_months_before(day: date, months: int, before: date):
    assert months_before(day, months) == before


def test_a_finding_as_plain_data_names_no_id_of_a_person():
    found = judge("growth", SINCE, UNTIL, [figure("Y90001", 9.0)], THRESHOLD)[0].as_json()
    assert found["from"] == "2026-07-01" and found["to"] == "2026-09-30"
    assert not any(isinstance(value, UUID) for value in found.values())
