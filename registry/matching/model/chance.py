"""How often levels are met by chance: counted among random pairs, with what is known of rare ones."""

from registry.matching.levels import FIELDS
from registry.matching.model.patterns import Floats, Patterns
from registry.matching.model.rates import Rates, normalised

EVENTS = 2.0
"""How many times a level must have been met before what was counted outweighs what the shipped model says."""


def chance_rates(pairs: Patterns, shipped: Rates) -> Rates:
    """The probability of each level between two random people, from random pairs.

    A field that was never compared keeps its shipped rates.
    """
    return {field: counted(pairs.level_counts(field), shipped[field]) for field in FIELDS}


def counted(counts: Floats, shipped: Floats) -> Floats:
    """The probability of each level, from how often it was met.

    Each level has its own prior, worth `EVENTS` meetings: a level met in every tenth pair is known
    after a hundred, and one met once in ten million keeps its shipped rate unless very many were drawn.
    """
    return normalised((counts + EVENTS) / (counts.sum() + EVENTS / shipped))
