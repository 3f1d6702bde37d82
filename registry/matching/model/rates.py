"""Probabilities of levels, by field: how they become weights, and how their order is kept."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from registry.matching.levels import FIELDS, Field
from registry.matching.model.bounds import TELLING_APART
from registry.matching.model.patterns import Floats, Patterns

Rates = Mapping[Field, Floats]
"""The probability of each level, best first; each field's sum to 1."""
Weights = Mapping[Field, tuple[float, ...]]

DECIMALS = 2
"""Of a weight: no training knows more."""


def implied(random: Weights, weights: Weights) -> dict[Field, Floats]:
    """The probabilities that weights stand for, given how often levels are met between random people.

    They sum to 1 as nearly as rounded weights do, so that nothing moves where nothing is learnt.
    """
    return {field: np.array(random[field]) * 2.0 ** np.array(weights[field]) for field in FIELDS}


def normalised(figures: Floats) -> Floats:
    """Scaled to sum to 1."""
    return figures / figures.sum()


def in_order(rates: Floats, beneath: Floats) -> Floats:
    """`rates`, changed as little as needed so that `rates / beneath` never rises from a better level to a worse.

    Neighbours out of order are pooled and share one ratio: the most likely answer that keeps the
    order. The sum stays as it is. `beneath` is more than 0 everywhere.
    """
    pools: list[list[float]] = []  # rates, beneath, levels
    for over, under in zip(rates, beneath, strict=True):
        pools.append([float(over), float(under), 1])
        while len(pools) > 1 and pools[-1][0] * pools[-2][1] > pools[-2][0] * pools[-1][1]:
            over_last, under_last, levels = pools.pop()
            pools[-1] = [pools[-1][0] + over_last, pools[-1][1] + under_last, pools[-1][2] + levels]
    ratios = np.repeat([over / under for over, under, _ in pools], [int(levels) for _, _, levels in pools])
    return ratios * beneath


def weights_of(same: Rates, household: Rates, random: Rates) -> tuple[Weights, Weights]:
    """The weights (log2, rounded) for one person and for a household, both in the order that `bounds` asks for.

    Where a field tells the people of one address apart, a better level must not speak more for a
    housemate than a worse one does: there household rates give way. Rounding leaves no level out of order.
    """
    for_same: dict[Field, tuple[float, ...]] = {}
    for_household: dict[Field, tuple[float, ...]] = {}
    for field in FIELDS:
        ordered = in_order(same[field], random[field])
        weight = np.round(np.log2(ordered / random[field]), DECIMALS)
        for_same[field] = _plain(weight)
        if field in TELLING_APART:
            behind = in_order(household[field][::-1], ordered[::-1])[::-1]
            for_household[field] = _plain(weight - np.round(np.log2(ordered / behind), DECIMALS))
        else:
            for_household[field] = _plain(np.log2(household[field] / random[field]))
    return for_same, for_household


def log_ratio(patterns: Patterns, over: Rates, beneath: Rates, fields: tuple[Field, ...] = FIELDS) -> Floats:
    """The sum over `fields` of log2 of the ratio of a pattern's levels; what was not compared adds nothing."""
    total = np.zeros(len(patterns.counts))
    for field in fields:
        ratio = np.append(np.log2(over[field] / beneath[field]), 0.0)  # the last, by -1, is for what is missing
        total += ratio[patterns.levels[:, FIELDS.index(field)]]
    return total


def _plain(figures: npt.NDArray[np.floating[Any]]) -> tuple[float, ...]:
    return tuple(float(figure) + 0.0 for figure in np.round(figures, DECIMALS))
