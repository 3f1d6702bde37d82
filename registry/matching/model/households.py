"""How people of one address agree with one another: learnt from all pairs at one address.

Some of these pairs are one person twice. They are taken out by a short estimate in which what is
known of one person stands fast, so that the two classes cannot change places.
"""

from dataclasses import dataclass

import numpy as np

from registry.matching.levels import FIELDS, Field
from registry.matching.model.chance import counted
from registry.matching.model.patterns import Patterns
from registry.matching.model.rates import Rates, log_ratio

ROUNDS = 25
NOT_TOLD = (Field.PLACE, Field.NUMBER)
"""All pairs here have one address, so that it says nothing of how often a household has one. And no register
holds one number twice: that a housemate's number is quoted is a matter of forms."""
_TOLD = tuple(field for field in FIELDS if field not in NOT_TOLD)


@dataclass(frozen=True, slots=True)
class Households:
    """What was learnt: rates of levels, and how many pairs are people of one household, or one person twice."""

    rates: Rates
    pairs: float
    matches: float


def household_rates(pairs: Patterns, same: Rates, shipped: Rates) -> Households:
    """The probability of each level between two people of one address, from all pairs at one address.

    `same` are the rates for one person. Address and number keep what they are worth.
    """
    rates = dict(shipped)
    share = 0.01
    matched = np.zeros(len(pairs.counts))
    if not pairs.pairs:
        return Households(rates, 0.0, 0.0)
    for _ in range(ROUNDS):
        odds = share / (1 - share) * 2.0 ** np.clip(log_ratio(pairs, same, rates, _TOLD), -60, 60)
        matched = odds / (1 + odds)
        share = float(np.clip((pairs.counts * matched).sum() / pairs.pairs, 1e-6, 0.5))
        for field in _TOLD:
            rates[field] = counted(pairs.level_counts(field, 1 - matched), shipped[field])
    matches = float((pairs.counts * matched).sum())
    return Households(rates, pairs.pairs - matches, matches)
