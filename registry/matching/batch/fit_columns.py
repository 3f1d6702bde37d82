"""What weights are fitted to: each field of the pairs that were compared, and how it agrees by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.batch.compare_pairs import Comparer, PairLevels
from registry.matching.batch.extras import chance_levels
from registry.matching.batch.records import Codes, Records
from registry.matching.batch.weigh_pairs import Scorer, Weights
from registry.matching.levels import FIELDS
from registry.matching.model.parts import Model
from registry.matching.model.rates import implied

RANDOM_PAIRS = 300_000
EVENTS = 2.0
"""How many times a level must have been met by chance before what was counted outweighs what the model says."""
LEAST_PRIOR_PAIRS, PRIOR_PAIRS_PER_PERSON = 1_000, 0.25
"""How many pairs the model's rates are worth in a small file."""
MOST_OF_MISSING = 6.0
"""The most (log2) that is made of what second records lack."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field: the levels of the pairs, and how likely each is by chance, in a household and for one person."""

    levels: npt.NDArray[np.int8]
    random: Weights
    household: Weights
    model: Weights
    known: float
    """How often a random pair has both values."""

    def presence(self, person: Weights) -> "Presence":
        """How being known, and being missing, tells one person from two.

        Second records of people often lack the NHS number, so that a number which differs says more
        against them than it would if they did not. Nothing is made of a field that one person has
        oftener than two.
        """
        both = float(person[self.levels >= 0].sum()) + LEAST_PRIOR_PAIRS * self.known
        share = both / (float(person.sum()) + LEAST_PRIOR_PAIRS)
        if share >= self.known:
            return EVEN
        missing = math.log2((1 - share) / max(1 - self.known, 1e-9))
        return Presence(math.log2(share / self.known), min(missing, MOST_OF_MISSING))


@dataclass(frozen=True, slots=True)
class Presence:
    """What it weighs (log2) that both values are known, and that one is missing."""

    known: float
    missing: float


EVEN = Presence(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RandomPairs:
    """Pairs drawn at random, across the boundary where two files are linked."""

    levels: PairLevels
    left: Codes


def random_pairs(comparer: Comparer) -> RandomPairs:
    """No more of them than there are pairs."""
    size, boundary = len(comparer.records), comparer.records.boundary
    draw = np.random.default_rng(20260401)
    count = int(min(RANDOM_PAIRS, pairs_in_all(comparer.records)))
    left = draw.integers(0, boundary or size, count).astype(np.int32)
    right = draw.integers(boundary or 0, size, count).astype(np.int32)
    apart = left != right
    return RandomPairs(comparer.levels_of(left[apart], right[apart]), left[apart])


def columns_of(scorer: Scorer, model: Model, levels: PairLevels, random: PairLevels) -> Sequence[Column]:
    """A column for each field of the register, in their order, and then for each further one."""
    same = implied(model.random, scorer.weights.same)
    household = implied(model.random, scorer.weights.household)
    found = [
        Column(
            column,
            by_chance(drawn, np.array(model.random[field])),
            household[field],
            same[field],
            _known(drawn),
        )
        for field, column, drawn in zip(FIELDS, levels.fields, random.fields, strict=True)
    ]
    for extra, column in zip(scorer.records.extras, levels.extras, strict=True):
        told = model.extras[extra.kind]
        alike = chance_levels(extra, len(scorer.records))
        seen = random.extras[len(found) - len(FIELDS)]
        found.append(Column(column, alike, np.array(told.household), np.array(told.same), _known(seen)))
    return found


def _known(levels: npt.NDArray[np.int8]) -> float:
    return max(float((levels >= 0).mean()), 1e-6)


def by_chance(levels: npt.NDArray[np.int8], model: Weights, weight: Weights | None = None) -> Weights:
    """The rates of levels among random pairs, each counted by its weight; what is hardly met is as the model says."""
    known = levels >= 0
    weights = None if weight is None else weight[known]
    counts = np.bincount(levels[known], weights=weights, minlength=len(model)).astype(np.float64)
    rates = (counts + EVENTS) / (counts.sum() + EVENTS / (model / model.sum()))
    return rates / rates.sum()


def pairs_in_all(records: Records) -> float:
    """How many pairs there are, looked at or not."""
    size, boundary = len(records), records.boundary
    return size * (size - 1) / 2 if boundary is None else float(boundary * (size - boundary))
