"""Measures of scored pairs, counted by hand and against a plain count of every threshold."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.matching.evaluate.bootstrap import Units
from registry.matching.evaluate.calibration import calibrate
from registry.matching.evaluate.curve import curve_of
from registry.matching.evaluate.intervals import Method
from registry.matching.evaluate.label import LabelledPairs, label
from registry.matching.evaluate.measures import Measures, measure
from registry.matching.evaluate.scored_pairs import ScoredRows
from registry.matching.evaluate.truth import Truth, pair_keys

Row = tuple[int, int, float]


def measured(score: Sequence[float], is_true: Sequence[int], true_pairs: int, resamples: int = 0) -> Measures:
    return measure(np.array(score, float), np.array(is_true, bool), true_pairs, resamples=resamples)


def test_the_best_f1_is_sought_over_all_thresholds() -> None:
    """Down the file F1 is 2/5, 4/6, 4/7, 6/8, 6/9; the fourth true pair is not in the file."""
    found = measured([5, 9, 7, 8, 6], [0, 1, 0, 1, 1], 4)
    assert found.best is not None
    assert (found.best.threshold, found.best.pairs, found.best.right) == (6, 4, 3)
    assert (found.best.precision.value, found.best.recall.value, found.f1) == (0.75, 0.75, 0.75)
    assert (found.ceiling.value, found.ceiling.count, found.ceiling.of) == (0.75, 3, 4)
    assert found.recall_at_99 == found.recall_at_999 == 0.5


def test_of_thresholds_that_are_as_good_the_highest_is_best() -> None:
    found = measured([9, 8, 7, 6, 5, 4], [1, 0, 1, 0, 0, 1], 3)  # 2/4, 2/5, 4/6, 4/7, 4/8, 6/9
    assert found.best is not None and found.best.threshold == 7


def test_pairs_of_one_score_are_called_together() -> None:
    found = measured([5, 5, 5], [1, 1, 0], 2)
    assert found.best is not None
    assert (found.best.pairs, found.best.right) == (3, 2)
    assert found.at_99 is None and found.recall_at_99 == 0


def test_recall_at_a_precision_is_of_the_lowest_threshold_that_has_it() -> None:
    """One wrong pair at the top: only with 99 right ones below it is the precision 0.99 again, exactly."""
    found = measured(range(100, 0, -1), [0] + [1] * 99, 99)
    assert found.at_99 is not None and found.at_99.threshold == 1
    assert found.recall_at_99 == 1
    assert found.at_999 is None and found.recall_at_999 == 0


def test_recall_at_the_two_precisions() -> None:
    """500 right, then a wrong one, 499 right, a wrong one, and 50 of each: 999 of 1,000 is 0.999."""
    found = measured(range(1101, 0, -1), [1] * 500 + [0] + [1] * 499 + [0] + [1, 0] * 50, 1200)
    assert found.at_999 is not None and (found.at_999.pairs, found.at_999.right) == (1000, 999)
    assert found.recall_at_999 == 999 / 1200
    # 1008 of 1018 is above 0.99 and 1009 of 1020 below it: the ninth of the last right ones is the last.
    assert found.at_99 is not None and (found.at_99.pairs, found.at_99.right) == (1018, 1008)


def test_pairs_without_a_score_are_never_called() -> None:
    found = measured([nan, 3, nan], [1, 1, 0], 2)
    assert (found.pairs, found.without_score, found.ceiling.value) == (3, 2, 1)
    assert found.best is not None and (found.best.pairs, found.best.recall.value) == (1, 0.5)
    assert measured([nan], [1], 1, resamples=20).best is None


@pytest.mark.parametrize(
    ("score", "is_true", "true_pairs"), [([], [], 0), ([], [], 3), ([4, 2], [0, 0], 0), ([4, 2], [0, 0], 3)]
)
def test_nothing_to_find_is_measured_as_nothing(score: list[float], is_true: list[int], true_pairs: int) -> None:
    found = measured(score, is_true, true_pairs, resamples=20)
    assert found.best is None and found.at_99 is None and found.at_999 is None
    assert (found.f1, found.recall_at_99, found.recall_at_999) == (0, 0, 0)
    assert found.ceiling.value == (0 if true_pairs else None)


@pytest.mark.parametrize(
    ("score", "is_true", "told"),
    [
        (np.zeros(3), np.zeros(2, bool), "one length"),
        (np.zeros((2, 2)), np.zeros((2, 2), bool), "one-dimensional"),
        (np.zeros(3), np.ones(3, bool), "more of the pairs are true"),
    ],
)
def test_arrays_that_do_not_fit_are_an_error(score: np.ndarray, is_true: np.ndarray, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        measure(score, is_true, 2)


def test_the_bootstrap_is_repeatable_and_never_narrower_than_wilson() -> None:
    score, is_true = list(range(60, 0, -1)), [1] * 30 + [1, 0] * 15
    plain, drawn = measured(score, is_true, 50), measured(score, is_true, 50, resamples=50)
    assert drawn == measured(score, is_true, 50, resamples=50)
    assert plain.best and drawn.best and plain.at_99 and drawn.at_99
    for narrow, wide in ((plain.best.f1, drawn.best.f1), (plain.at_99.recall, drawn.at_99.recall)):
        assert (narrow.method, wide.method) == (Method.WILSON, Method.BOOTSTRAP)
        assert narrow.value == wide.value
        assert wide.low is not None and narrow.low is not None and wide.low <= narrow.low
        assert wide.high is not None and narrow.high is not None and narrow.high <= wide.high


def test_pairs_of_one_person_are_drawn_together() -> None:
    """Twenty people with ten pairs each, found or missed as a whole: as sure as twenty cases, not as two hundred."""
    person = np.repeat(np.arange(20), 10)
    found = person < 15
    score, is_true = np.full(150, 5.0), np.ones(150, bool)
    units = Units(person[found], np.full(20, 10))
    alone, together = (measure(score, is_true, 200, units=each) for each in (None, units))
    assert alone.at_99 and together.at_99
    assert together.at_99.recall.width > 2 * alone.at_99.recall.width


def test_calibration_sets_expected_beside_true() -> None:
    chance = np.array([0.75] * 4 + [0.5] * 2 + [0.001, nan])
    found = calibrate(np.zeros(8), chance, np.array([1, 1, 1, 0, 1, 1, 0, 1], bool))
    told = {band.odds: (band.pairs, band.expected_true, band.observed.count) for band in found.bands if band.pairs}
    assert told == {"1:1,024 to 1:128": (1, 0.001, 0), "1:1 to 2:1": (2, 1.0, 2), "2:1 to 4:1": (4, 3.0, 3)}
    assert found.expected_error == pytest.approx(1.001 / 7)
    assert found.expected_error_in_doubt == pytest.approx(1 / 6)


def test_a_score_is_calibrated_as_log2_odds() -> None:
    found = calibrate(np.array([0.0, 1.0, 2000.0, -2000.0, nan]), None, np.array([1, 1, 1, 0, 0], bool))
    assert found.source == "score"
    means = [band.mean_probability for band in found.bands if band.pairs]
    assert means == pytest.approx([0, 1 / 2, 2 / 3, 1])
    assert (found.bands[0].odds, found.bands[-1].odds) == ("below 1:1,024", "8,192:1 and more")


records = st.integers(-1, 5)
rows_of_pairs = st.lists(st.tuples(records, records, st.sampled_from([nan, -1.0, 0.0, 1.5, 4.0])), max_size=40)


def labelled_of(person: Sequence[int], rows: Sequence[Row]) -> LabelledPairs:
    same = [pair for pair in combinations(range(6), 2) if person[pair[0]] == person[pair[1]]]
    left, right = (np.array([pair[side] for pair in same], np.int32) for side in (0, 1))
    truth = Truth(np.sort(pair_keys(left, right)), knows_everybody=True, left_out=0)
    one, other = (np.array([row[side] for row in rows], np.int32) for side in (0, 1))
    return label(ScoredRows(one, other, np.array([row[2] for row in rows], float), None, None, known=6), truth)


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), rows_of_pairs)
@example([0] * 6, [(-1, -1, nan)])
@example([0] * 6, [(0, 1, nan), (1, 0, 4.0), (0, 1, 1.5), (2, 2, 4.0), (-1, 3, 4.0)])
def test_every_threshold_agrees_with_a_plain_count(person: list[int], rows: list[Row]) -> None:
    best: dict[tuple[int, int], float] = {}
    for left, right, score in rows:
        pair = (min(left, right), max(left, right))
        if pair[0] >= 0 and left != right and not best.get(pair, nan) >= score:
            best[pair] = best[pair] if isnan(score) and pair in best else score
    true = {pair for pair in combinations(range(6), 2) if person[pair[0]] == person[pair[1]]}
    at = {score: {pair for pair in best if best[pair] >= score} for score in best.values() if not isnan(score)}
    labelled = labelled_of(person, rows)
    found = measure(labelled.score, labelled.is_true, len(true), resamples=0)
    assert (found.pairs, found.true_pairs, found.ceiling.count) == (len(best), len(true), len(true & best.keys()))
    f1 = [Fraction(2 * len(called & true), len(called) + len(true)) for called in at.values()]
    assert found.f1 == pytest.approx(float(max(f1, default=0)))
    scored = ~np.isnan(labelled.score)
    curve = curve_of(labelled.score[scored], labelled.is_true[scored])
    for wanted in (Fraction(1, 2), Fraction(2, 3), Fraction(3, 4), Fraction(1)):
        good = [score for score, called in at.items() if Fraction(len(called & true), len(called)) >= wanted]
        place = curve.lowest_with_precision(float(wanted))
        assert (None if place is None else curve.threshold[place]) == min(good, default=None)
