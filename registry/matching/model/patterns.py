"""Pairs counted by how they agree: all that learning needs to know of them.

A million pairs agree in some two thousand ways. So what is learnt from is a small table of
patterns with their numbers of pairs, and no fact of anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.levels import FIELDS, LEVELS_OF, Field

Levels = npt.NDArray[np.integer]
"""Pairs by fields, in the order of `FIELDS`: the level, or -1 where a side is missing."""
Floats = npt.NDArray[np.float64]

NUMBER_OF_LEVELS = tuple(len(LEVELS_OF[field]) for field in FIELDS)
_RADIX = tuple(number + 1 for number in NUMBER_OF_LEVELS)

LEAST_RARITY, MOST_RARITY = -8, 16
"""Rarity is kept in whole steps of log2 between these: finer is not needed to learn."""
_RARITIES = MOST_RARITY - LEAST_RARITY + 1
_CODES = int(np.prod(_RADIX)) * _RARITIES


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct ways to agree, a row each."""

    levels: npt.NDArray[np.int8]
    """As `Levels`."""
    rarity: Floats
    """How much rarer than the average, in log2, the values are that agree. It weighs the same for a person and
    for a household."""
    counts: Floats
    """Of pairs."""

    @property
    def pairs(self) -> float:
        """How many pairs were counted."""
        return float(self.counts.sum())

    def level_counts(self, field: Field, weights: Floats | None = None) -> Floats:
        """Pairs at each level of a field, each weighted; those not compared are left out."""
        column = self.levels[:, FIELDS.index(field)]
        known = column >= 0
        pairs = self.counts if weights is None else self.counts * weights
        return np.bincount(column[known], weights=pairs[known], minlength=len(LEVELS_OF[field])).astype(np.float64)


def count_patterns(chunks: Iterable[tuple[Levels, Floats | None]]) -> Patterns:
    """The patterns of pairs that come in chunks of levels and rarities (None: nothing is rare)."""
    codes = np.zeros(0, dtype=np.int64)
    counts = np.zeros(0, dtype=np.int64)
    for levels, rarity in chunks:
        found, number = np.unique(_codes(levels, rarity), return_counts=True)
        codes, place = np.unique(np.concatenate([codes, found]), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate([counts, number]), minlength=len(codes))
    return _patterns(codes, counts.astype(np.float64))


def _codes(levels: Levels, rarity: Floats | None) -> npt.NDArray[np.int64]:
    if levels.ndim != 2 or levels.shape[1] != len(FIELDS):
        raise ValueError(f"levels have a column for each of the {len(FIELDS)} fields; these have shape {levels.shape}")
    codes = np.zeros(len(levels), dtype=np.int64)
    for column, radix in enumerate(_RADIX):
        level = levels[:, column].astype(np.int64)
        if len(level) and (level.min() < -1 or level.max() >= radix - 1):
            raise ValueError(f"a level of {FIELDS[column].value} is not on its scale")
        codes = codes * radix + level + 1
    steps = np.zeros(len(levels)) if rarity is None else np.clip(np.rint(rarity), LEAST_RARITY, MOST_RARITY)
    return codes * _RARITIES + steps.astype(np.int64) - LEAST_RARITY


def _patterns(codes: npt.NDArray[np.int64], counts: Floats) -> Patterns:
    rest, steps = np.divmod(codes, _RARITIES)
    levels = np.empty((len(codes), len(FIELDS)), dtype=np.int8)
    for column in reversed(range(len(FIELDS))):
        rest, level = np.divmod(rest, _RADIX[column])
        levels[:, column] = level - 1
    return Patterns(levels, steps.astype(np.float64) + LEAST_RARITY, counts)
