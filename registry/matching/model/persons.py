"""How two records of one person agree: learnt without labels from pairs that may be one person.

The estimate is held on four sides: what is met by chance and in households stands fast, the share
of matches is configured and not estimated, the shipped rates are worth some thousand pairs, and
the order of levels is kept in every round.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from registry.matching.levels import FIELDS, Field
from registry.matching.model.patterns import Floats, Patterns
from registry.matching.model.rates import Rates, in_order, log_ratio, normalised

PRIOR_PAIRS = 5_000
"""How many pairs the shipped rates are worth."""
ROUNDS = 100
STILL = 1e-4
"""The estimate ends when no rate moves more than this."""


FURTHEST = 4.0
"""How many times as likely, or as unlikely, as shipped a level may become."""
DOUBTFUL = 0.5
"""Pairs less likely one person than this teach nothing: the small doubts of millions would outweigh the matches."""


@dataclass(frozen=True, slots=True)
class Priors:
    """The odds, before anything is compared, of one person and of one household against two random people."""

    same: float
    household: float


@dataclass(frozen=True, slots=True)
class Persons:
    """What was learnt: rates of levels, the number of matches expected, and how likely each pattern is one person."""

    rates: Rates
    matches: float
    probability: Floats


def person_rates(
    pairs: Patterns,
    *,
    random: Rates,
    household: Rates,
    shipped: Rates,
    priors: Priors,
    fixed: Collection[Field] = (),
    prior_pairs: float = PRIOR_PAIRS,
) -> Persons:
    """The probability of each level between two records of one person, from candidate pairs.

    Candidates need not be all pairs, but all pairs of a pattern or none: which is what blocking
    gives, since it is by agreement. `fixed` fields keep their shipped rates.
    """
    rates = {field: in_order(shipped[field], random[field]) for field in FIELDS}
    against = log_ratio(pairs, household, random) + pairs.rarity
    rest = np.logaddexp2(0.0, np.log2(priors.household) + against)
    probability = np.zeros(len(pairs.counts))
    for _ in range(ROUNDS):
        score = np.log2(priors.same) + log_ratio(pairs, rates, random) + pairs.rarity - rest
        probability = 1 / (1 + 2.0 ** -np.clip(score, -60, 60))
        believed = np.where(probability < DOUBTFUL, 0.0, probability)
        moved = {
            field: _moved(
                pairs.level_counts(field, believed) + prior_pairs * shipped[field], shipped[field], random[field]
            )
            for field in FIELDS
            if field not in fixed
        }
        furthest = max((float(np.abs(moved[field] - rates[field]).max()) for field in moved), default=0.0)
        rates.update(moved)
        if furthest < STILL:
            break
    return Persons(rates, float((pairs.counts * probability).sum()), probability)


def _moved(counts: Floats, shipped: Floats, random: Floats) -> Floats:
    """Rates from weighted counts, near the shipped ones and with their levels in order."""
    near = np.clip(normalised(counts), shipped / FURTHEST, shipped * FURTHEST)
    return in_order(normalised(near), random)
