"""Whether the odds that pairs were given hold: of pairs at 3 to 1, three quarters should be true."""

from dataclasses import dataclass

import numpy as np

from registry.matching.evaluate.curve import Flags, Scores
from registry.matching.evaluate.intervals import Estimate, share

EDGES = (-10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 10, 13)
"""Between bands, in log2 odds: fine where it is uncertain."""
DOUBT = (-3, 10)
"""From 1 to 8 up to 1,024 to 1, in log2: what people look at. The many pairs outside would hide how it is here."""


@dataclass(frozen=True, slots=True)
class Band:
    """Pairs whose estimated log2 odds are at least `at_least` and below `below` (None: no limit)."""

    at_least: float | None
    below: float | None
    odds: str
    """For people: "1:1 to 2:1"."""
    pairs: int
    expected_true: float
    mean_probability: float | None
    observed: Estimate
    """The share that is truly true; `count` of `of` pairs."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bands of odds, and how far estimated and true shares lie apart on average, weighted by pairs.

    `expected_error` is over all pairs; `expected_error_in_doubt` over those between 1 to 8 and
    1,024 to 1. None where there are no such pairs.
    """

    source: str
    """The column that the odds come from: probability, or score read as log2 odds."""
    bands: tuple[Band, ...]
    expected_error: float | None
    expected_error_in_doubt: float | None


def calibrate(score: Scores, probability: Scores | None, is_true: Flags) -> Calibration:
    """The calibration of pairs by their probability; by their score as log2 odds where they have none."""
    if probability is None:
        chance, log_odds = _chance(score), score
    else:
        with np.errstate(divide="ignore"):
            chance, log_odds = probability, np.log2(probability) - np.log2(1 - probability)
    given = ~np.isnan(chance)
    chance, log_odds, is_true = chance[given], log_odds[given], is_true[given]
    place = np.searchsorted(EDGES, log_odds, side="right")
    size = len(EDGES) + 1
    pairs = np.bincount(place, minlength=size)
    expected = np.bincount(place, weights=chance, minlength=size)
    true = np.bincount(place[is_true], minlength=size)
    limits = (None, *EDGES, None)
    bands = tuple(
        _band(limits[at], limits[at + 1], int(pairs[at]), float(expected[at]), int(true[at])) for at in range(size)
    )
    doubt = tuple(b for b in bands if b.at_least is not None and DOUBT[0] <= b.at_least < DOUBT[1])
    source = "score" if probability is None else "probability"
    return Calibration(source, bands, expected_error(bands), expected_error(doubt))


def expected_error(bands: tuple[Band, ...]) -> float | None:
    """The expected calibration error over bands."""
    pairs = sum(band.pairs for band in bands)
    if pairs == 0:
        return None
    return sum(abs(band.expected_true - band.observed.count) for band in bands) / pairs


def _chance(score: Scores) -> Scores:
    return 1 / (1 + np.exp2(-np.clip(score, -1000, 1000)))


def _band(at_least: float | None, below: float | None, pairs: int, expected: float, true: int) -> Band:
    mean = expected / pairs if pairs else None
    return Band(at_least, below, _in_words(at_least, below), pairs, expected, mean, share(true, pairs))


def _in_words(at_least: float | None, below: float | None) -> str:
    if at_least is None and below is not None:
        return f"below {_odds(below)}"
    if at_least is not None and below is None:
        return f"{_odds(at_least)} and more"
    return f"{_odds(at_least or 0)} to {_odds(below or 0)}"


def _odds(log2: float) -> str:
    return f"{2 ** int(log2):,}:1" if log2 >= 0 else f"1:{2 ** int(-log2):,}"
