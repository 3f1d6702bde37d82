"""How good scored pairs are against the truth: precision, recall, F1, and recall at a precision.

Arrays in, a frozen value out: for files of pairs, for training, and for benchmarks alike.
"""

from dataclasses import dataclass, replace

import numpy as np

from registry.matching.evaluate.bootstrap import Resampled, Units, resample
from registry.matching.evaluate.curve import Curve, Flags, Scores, curve_of
from registry.matching.evaluate.intervals import Estimate, f_measure, share, widened

RESAMPLES = 200
"""Enough for the 2.5 and 97.5 percentiles to be steady in the third digit."""


@dataclass(frozen=True, slots=True)
class Point:
    """What calling so many pairs the same person is worth.

    `threshold` is the lowest score called; None where something else than a score decided.
    """

    threshold: float | None
    pairs: int
    right: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Measures:
    """The quality of scored pairs.

    `ceiling` is the share of true pairs that are among the pairs at all: what blocking leaves
    possible. `best` is the point of the best F1 over all thresholds, None where no pair was scored
    or none is true. `at_99` and `at_999` are the points of the lowest threshold with a precision of
    at least 0.99 and 0.999: None where no threshold reaches it, which is a recall of nothing.
    """

    true_pairs: int
    pairs: int
    without_score: int
    ceiling: Estimate
    best: Point | None
    at_99: Point | None
    at_999: Point | None

    @property
    def f1(self) -> float:
        """The best F1; 0 where there is none."""
        return 0.0 if self.best is None else self.best.f1.value or 0.0

    @property
    def recall_at_99(self) -> float:
        """Recall at a precision of 0.99; 0 where it is not reached."""
        return 0.0 if self.at_99 is None else self.at_99.recall.value or 0.0

    @property
    def recall_at_999(self) -> float:
        """Recall at a precision of 0.999; 0 where it is not reached."""
        return 0.0 if self.at_999 is None else self.at_999.recall.value or 0.0


def measure(
    score: Scores,
    is_true: Flags,
    true_pairs_total: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    units: Units | None = None,
) -> Measures:
    """Measure pairs, each given once: their scores (higher is more alike) and whether they are true.

    `true_pairs_total` counts all true pairs, also those that are not among the pairs. Pairs
    without a score (NaN) are never called. Precision and recall have Wilson intervals; the best F1
    and recall at a precision have bootstrap intervals, in which the threshold is sought anew:
    `resamples` of them (0: Wilson only, which is quick), always the same for the same `seed`.
    `units` says which pairs belong to one person, so that they are drawn together. ValueError
    where the arrays differ in length, or hold more true pairs than there are.
    """
    score, is_true = np.asarray(score, dtype=np.float64), np.asarray(is_true, dtype=bool)
    _check(score, is_true, true_pairs_total)
    scored = ~np.isnan(score)
    everything = bool(scored.all())
    curve = curve_of(score, is_true) if everything else curve_of(score[scored], is_true[scored])
    best, at_99, at_999 = (
        None if place is None else point(curve, place, true_pairs_total)
        for place in (
            curve.best(true_pairs_total),
            curve.lowest_with_precision(0.99),
            curve.lowest_with_precision(0.999),
        )
    )
    if resamples and best is not None:
        drawn = resample(score, is_true, true_pairs_total, resamples=resamples, seed=seed, units=units)
        best, at_99, at_999 = _with_bootstrap(best, at_99, at_999, drawn)
    return Measures(
        true_pairs=int(true_pairs_total),
        pairs=len(score),
        without_score=len(score) - int(scored.sum()),
        ceiling=share(int(is_true.sum()), true_pairs_total),
        best=best,
        at_99=at_99,
        at_999=at_999,
    )


def point(curve: Curve, place: int, true_pairs: int) -> Point:
    """The point of a curve's threshold."""
    called = point_of(int(curve.pairs[place]), int(curve.right[place]), true_pairs)
    return replace(called, threshold=float(curve.threshold[place]))


def point_of(pairs: int, right: int, true_pairs: int) -> Point:
    """The point of so many pairs called, so many of them rightly; whatever decided."""
    return Point(
        None, int(pairs), int(right), share(right, pairs), share(right, true_pairs), f_measure(right, pairs, true_pairs)
    )


def _check(score: Scores, is_true: Flags, true_pairs_total: int) -> None:
    if score.shape != is_true.shape or score.ndim != 1:
        raise ValueError("score and is_true must be one-dimensional and of one length")
    if int(is_true.sum()) > true_pairs_total:
        raise ValueError("more of the pairs are true than there are true pairs")


def _with_bootstrap(
    best: Point, at_99: Point | None, at_999: Point | None, drawn: Resampled
) -> tuple[Point, Point | None, Point | None]:
    return (
        replace(best, f1=widened(best.f1, *drawn.f1)),
        None if at_99 is None else replace(at_99, recall=widened(at_99.recall, *drawn.recall_at_99)),
        None if at_999 is None else replace(at_999, recall=widened(at_999.recall, *drawn.recall_at_999)),
    )
