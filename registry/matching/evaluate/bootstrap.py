"""Intervals of what was chosen by looking at the truth: draw the people again, and choose again.

Poisson bootstrap: every unit (a pair, or all pairs of one person) gets a weight of Poisson(1),
which is drawing with replacement without shuffling. Pairs far below any threshold that could
become the best are not drawn: with millions of hopeless pairs only the top of the file matters.
"""

from dataclasses import dataclass
from math import ceil, exp, factorial

import numpy as np
import numpy.typing as npt

from registry.matching.evaluate.curve import Counts, Flags, Scores, reaches

Weights = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Units:
    """Which pairs go together: the unit of each pair given, and the true pairs of every unit.

    Pairs of one person are not independent: three records give three pairs that are found or
    missed by the same slip.
    """

    of_pair: npt.NDArray[np.integer]
    true_pairs: Counts


@dataclass(frozen=True, slots=True)
class Resampled:
    """95 % intervals, low and high."""

    f1: tuple[float, float]
    recall_at_99: tuple[float, float]
    recall_at_999: tuple[float, float]


def resample(
    score: Scores, is_true: Flags, true_pairs: int, *, resamples: int, seed: int, units: Units | None
) -> Resampled:
    """The intervals of the best F1 and of recall at a precision. Needs a true pair and a score."""
    kept = _top(score, is_true, true_pairs)
    order = kept[np.argsort(-score[kept], kind="stable")]
    ends = _ends_of_ties(score[order])
    right = is_true[order]
    unit, of_units = (None, None) if units is None else _renumbered(units, order)
    rng = np.random.default_rng(seed)
    found = np.empty((3, resamples))
    for turn in range(resamples):
        if unit is None or of_units is None:
            weight = _poisson(rng, len(order))
            unseen = float(rng.poisson(true_pairs - int(right.sum())))
            total = float(weight[right].sum()) + unseen
        else:
            of_unit = _poisson(rng, len(of_units))
            weight = of_unit[unit]
            total = float(of_unit @ of_units)
        found[:, turn] = _measured(weight, right, ends, total)
    low, high = np.percentile(found, (2.5, 97.5), axis=1)
    return Resampled(*((float(low[row]), float(high[row])) for row in range(3)))


def _renumbered(units: Units, order: Counts) -> tuple[Counts, Counts]:
    """The units of the pairs in `order`, and the true pairs of each: only units that have some or stand there."""
    unit = units.of_pair[order]
    needed = units.true_pairs > 0
    needed[unit] = True
    return (np.cumsum(needed) - 1)[unit], units.true_pairs[needed]


def _measured(weight: Weights, right: Flags, ends: Counts, total: float) -> tuple[float, float, float]:
    """The best F1 and the recall at 0.99 and 0.999 precision of one draw."""
    if total == 0:
        return 0.0, 0.0, 0.0
    pairs = np.cumsum(weight, dtype=np.int64)[ends]
    true = np.cumsum(weight * right, dtype=np.int64)[ends]
    recalls = [true[np.flatnonzero(reaches(true, pairs, wanted))[-1:]] for wanted in (0.99, 0.999)]
    at_99, at_999 = (float(each[0]) / total if len(each) else 0.0 for each in recalls)
    return float((2.0 * true / (pairs + total)).max()), at_99, at_999


def _top(score: Scores, is_true: Flags, true_pairs: int) -> Counts:
    """Places of the pairs that can matter, in no order.

    F1 of n pairs is at most 2T / (n + T). Calling the top T pairs has an F1 that we can count, so
    more pairs than 2T / F1 - T cannot be better; and fewer than 1.02 T can have a precision of 0.99.
    A tenth of F1 is left for luck.
    """
    places = np.flatnonzero(~np.isnan(score))
    first = _highest(score, places, true_pairs)
    f1 = is_true[first].sum() / true_pairs
    if f1 == 0:
        return places
    return _highest(score, places, ceil(max(2 * true_pairs / (0.9 * f1) - true_pairs, 1.1 * true_pairs)))


def _highest(score: Scores, places: Counts, number: int) -> Counts:
    """The places of the highest scores: at least so many, with all that tie with the last."""
    if number >= len(places):
        return places
    lowest = np.partition(score[places], len(places) - number)[len(places) - number]
    return places[score[places] >= lowest]


def _ends_of_ties(ordered: Scores) -> Counts:
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))


_CUMULATIVE = np.cumsum([exp(-1) / factorial(count) for count in range(12)])
_POISSON: Weights = np.searchsorted(_CUMULATIVE, (np.arange(65536) + 0.5) / 65536).astype(np.uint8)
"""Poisson(1) by a 16-bit number: ten times quicker than drawing it, and as exact as needed."""


def _poisson(rng: np.random.Generator, size: int) -> Weights:
    return _POISSON[rng.integers(0, 65536, size=size, dtype=np.uint16)]
