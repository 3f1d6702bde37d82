"""Intervals against values that others have printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.evaluate.intervals import Method, difference, f_measure, rate, share, widened, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_in_newcombes_table(count: int, of: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3."""
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)
    estimate = share(count, of)
    assert (estimate.low, estimate.high, estimate.method) == (*wilson(count, of), Method.WILSON)
    assert estimate.width == pytest.approx(high - low, abs=1e-4)


def test_the_difference_of_two_shares_is_as_in_newcombes_table() -> None:
    """Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10: 56 of 70 and 48 of 80."""
    low_side, high_side = share(48, 80), share(56, 70)
    assert difference(low_side, high_side) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    wide = difference(low_side, high_side, comparisons=10)
    assert wide[0] < 0.0524 and wide[1] > 0.3339


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (3, 0.6187, 8.7673), (10, 4.7954, 18.3904), (100, 81.3640, 121.6272)],
)
def test_byar_is_close_to_the_exact_limits_of_a_poisson_count(count: int, low: float, high: float) -> None:
    estimate = rate(count, 1000)
    assert (estimate.value, estimate.method) == (count, Method.BYAR)
    assert estimate.low == pytest.approx(low, abs=0.025)
    assert estimate.high == pytest.approx(high, abs=0.025)


def test_byar_worked_by_hand() -> None:
    """10 (1 - 1/90 - 1.96/(3 root 10))^3 and 11 (1 - 1/99 + 1.96/(3 root 11))^3, in thousands of 20,000."""
    estimate = rate(10, 20_000)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.5, 4.7874 / 20, 18.3900 / 20), abs=2e-4)


def test_f1_has_the_interval_of_the_share_that_it_grows_with() -> None:
    """6 right of 8 called, 10 true: F1 is 12/18, of 12 that are either."""
    estimate = f_measure(6, 8, 10)
    assert (estimate.value, estimate.count, estimate.of) == (pytest.approx(2 / 3), 6, 12)
    low, high = wilson(6, 12)
    assert (estimate.low, estimate.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


def test_what_is_of_nothing_is_not_measured() -> None:
    for estimate in (share(0, 0), f_measure(0, 0, 0), f_measure(0, 3, 0), rate(2, 0)):
        assert (estimate.value, estimate.low, estimate.high, estimate.width) == (None, None, None, 1.0)
    assert widened(share(0, 0), 0.1, 0.2) == share(0, 0)


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_within_its_interval(case: tuple[int, int]) -> None:
    low, high = wilson(*case)
    assert 0 <= low <= case[0] / case[1] <= high <= 1
