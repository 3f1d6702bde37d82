"""The age and sex of a list, steered towards the shape of England's population.

Households decide their members' ages together, so ages cannot simply be drawn from the
shape. Each practice keeps count, and whoever is drawn next fills what is missing.
"""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from registry.demo.practices import PracticeKind

AGE_SHAPE = (5.3, 5.8, 6.1, 5.9, 6.1, 6.6, 7.1, 6.9, 6.5, 6.0, 6.6, 6.7, 6.0, 5.0, 4.5, 4.1, 2.5, 1.6, 0.9)
"""Per cent of England's residents in bands of five years, the last from 90 (about mid-2023)."""

_FEMALE_SHARE = ((0, 0.488), (20, 0.49), (50, 0.51), (75, 0.53), (85, 0.58), (90, 0.66), (110, 0.8))
"""Share of women at an age; straight lines between."""

_TILTS: dict[PracticeKind, dict[range, float]] = {
    PracticeKind.URBAN: {range(4, 5): 0.8, range(5, 8): 1.04, range(12, 19): 0.9},
    PracticeKind.STUDENT: {range(3): 0.4, range(3, 4): 1.2, range(4, 5): 2.8, range(5, 6): 1.4, range(9, 19): 0.5},
    PracticeKind.COASTAL: {range(9): 0.7, range(12, 19): 2.0},
    PracticeKind.RURAL: {range(3, 7): 0.75, range(9, 16): 1.25},
    PracticeKind.TOWN: {range(4, 5): 0.7, range(5, 7): 0.9, range(12, 19): 1.15},
}
_LOOKAHEAD = 250
_FLOOR = 0.03


def female_share(age: float) -> float:
    """The share of women among people of an age."""
    for (low, at_low), (high, at_high) in pairwise(_FEMALE_SHARE):
        if age < high:
            return at_low + (at_high - at_low) * (age - low) / (high - low)
    return _FEMALE_SHARE[-1][1]


def band_of(age: float) -> int:
    """The band of five years of an age, 0 to 18."""
    return min(18, int(age) // 5)


def shape_of(kind: PracticeKind) -> list[float]:
    """The shares of the bands that a practice of a kind aims at; the sum is 1."""
    tilted = list(AGE_SHAPE)
    for bands, factor in _TILTS[kind].items():
        for band in bands:
            tilted[band] *= factor
    return [share / sum(tilted) for share in tilted]


class AgeBalance:
    """Counts who is on a list and says what is missing."""

    def __init__(self, shape: Sequence[float], rng: Random) -> None:
        self._shape = shape
        self._rng = rng
        self._counts = [0] * len(shape)
        self._women = [0] * len(shape)
        self._total = 0

    def take(self, age: float, is_female: bool) -> None:
        """Count somebody who is on the list."""
        band = band_of(age)
        self._counts[band] += 1
        self._women[band] += is_female
        self._total += 1

    def draw(self, lowest: float, highest: float = 104.0) -> float:
        """An age from `lowest` up to `highest`, most likely one that the list lacks."""
        first, last = band_of(lowest), band_of(highest - 0.01)
        weights = [max(self._missing(band), self._shape[band] * _FLOOR) for band in range(first, last + 1)]
        band = self._rng.choices(range(first, last + 1), weights)[0]
        if band == 18:
            return min(highest, 90 + self._rng.expovariate(0.35), 107.0)
        low, high = max(lowest, band * 5.0), min(highest, band * 5.0 + 5.0)
        return self._rng.uniform(low, high)

    def _missing(self, band: int) -> float:
        return self._shape[band] * (self._total + _LOOKAHEAD) - self._counts[band]

    def is_woman(self, age: float) -> bool:
        """The sex of somebody who lives alone, chosen so that the share of women at that age comes out."""
        band = band_of(age)
        wanted = female_share(age) * (self._counts[band] + 1)
        return self._rng.random() < (0.85 if self._women[band] < wanted else 0.15)
