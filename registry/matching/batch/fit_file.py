"""Weights fitted to the file in hand: how its own records of one person agree, learnt without labels.

A file from elsewhere has its own errors, and columns that nobody knew before. What is met by
chance is counted among random pairs. How records of one person agree is estimated by expectation
and maximisation over the candidate pairs, with every pair that was not looked at taken for two
people; so blocking does not bend it. Four things hold the estimate: what chance does stands
fast, the model's rates are worth some thousand pairs, the order of levels is kept in every round,
and an estimate that swells is given up for the model's own rates.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from registry.matching.batch.compare_pairs import Comparer, PairLevels
from registry.matching.batch.fit_columns import (
    EVEN,
    LEAST_PRIOR_PAIRS,
    PRIOR_PAIRS_PER_PERSON,
    Column,
    Presence,
    RandomPairs,
    by_chance,
    columns_of,
    pairs_in_all,
    random_pairs,
)
from registry.matching.batch.records import Codes
from registry.matching.batch.weigh_pairs import Scorer, Weights
from registry.matching.levels import FIELDS, Field, Place
from registry.matching.model.parts import Model
from registry.matching.model.rates import in_order

ROUNDS = 30
STILL = 1e-4
SWELLING = 3
"""An estimate that grows by more in each of so many rounds is on its way to swallow something else."""
SMALL_FILE = 20_000
"""In a larger file so many strangers and families look alike that the model's rates are better than any that could
be learnt without labels; only chance, and how many matches there are, are taken from it."""
MOST_MATCHES = 0.1
"""Matches per person in a large file: more than these would be coincidences."""
LOOKED_AT = 0.1
"""The least share of the people of one address whom blocking brings together in a small file; in a larger one it is
so small that nothing is learnt of how many there are."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A scorer with the file's own weights, and how many matches they make one expect."""

    scorer: Scorer
    matches: float


def fit(scorer: Scorer, comparer: Comparer, model: Model, levels: PairLevels, left: Codes) -> Fit:
    """Fit the weights of a scorer to the pairs that were compared. The same pairs give the same weights."""
    random = random_pairs(comparer)
    columns = columns_of(scorer, model, levels, random.levels)
    scorer = replace(scorer, average=_average(columns))
    rarity = scorer.rarity(levels, left)
    estimate = _estimate(scorer, columns, rarity)
    if len(scorer.records) <= SMALL_FILE:
        # In a small file many a random pair is one person; those must not count as chance.
        alone = _by_chance_alone(scorer, model, columns, estimate, random)
        columns = [replace(column, random=rates) for column, rates in zip(columns, alone, strict=True)]
        scorer = replace(scorer, average=_average(columns))
        rarity = scorer.rarity(levels, left)
        estimate = _estimate(scorer, columns, rarity)
    return Fit(_fitted(scorer, columns, estimate), estimate.matches)


def _average(columns: Sequence[Column]) -> dict[Field, float]:
    """The rate of a value in general: that of the level at which it is equal."""
    rates = {field: column.random for field, column in zip(FIELDS, columns, strict=False)}
    place = rates[Field.PLACE]
    return {
        **{field: float(rates[field][0]) for field in (Field.FORENAME, Field.SURNAME)},
        Field.PLACE: float(place[Place.SAME_ADDRESS] + place[Place.SAME_POSTCODE]),
    }


@dataclass(frozen=True, slots=True)
class Estimate:
    """The rates of levels for one person, by column, and the odds of one person and of one household beforehand."""

    rates: Sequence[Weights]
    same: float
    housemates: float
    matches: float
    presence: Sequence[Presence]
    """By column."""


def _estimate(scorer: Scorer, columns: Sequence[Column], rarity: Weights) -> Estimate:
    size = len(scorer.records)
    if size > SMALL_FILE:
        return _believed(scorer, columns, rarity)
    found = _maximise(scorer, columns, rarity, max(LEAST_PRIOR_PAIRS, PRIOR_PAIRS_PER_PERSON * size))
    return found if found is not None else _believed(scorer, columns, rarity)


def _believed(scorer: Scorer, columns: Sequence[Column], rarity: Weights) -> Estimate:
    """With the model's own rates: only how many matches there are is estimated, which always settles."""
    found = _maximise(scorer, columns, rarity, math.inf)
    if found is None:
        raise AssertionError("rates that do not move do not swell")
    return found


def _maximise(scorer: Scorer, columns: Sequence[Column], rarity: Weights, prior: float) -> Estimate | None:
    """The likeliest rates, where the model's are worth `prior` pairs; None where the estimate swells."""
    pairs = pairs_in_all(scorer.records)
    is_small = len(scorer.records) <= SMALL_FILE
    most = pairs if is_small else MOST_MATCHES * len(scorer.records)
    most_housemates = scorer.weights.housemates_per_person / scorer.size
    household = [column.household for column in columns]
    found = Estimate(
        [in_order(column.model, column.random) for column in columns],
        scorer.weights.matches_per_person / scorer.size,
        most_housemates,
        0.0,
        [EVEN] * len(columns),
    )
    grown, swelling = 0.0, 0
    for _ in range(ROUNDS):
        theirs = np.log2(found.housemates) + rarity + _sum(columns, household)
        person = _probability(
            np.log2(found.same) + rarity + _sum(columns, found.rates, found.presence) - np.logaddexp2(0.0, theirs)
        )
        at_home = float(((1 - person) * _probability(theirs)).sum())
        moved = [_rates(column, person, prior) for column in columns]
        furthest = max(float(np.abs(new - old).max()) for new, old in zip(moved, found.rates, strict=True))
        matches = min(float(person.sum()), most)
        swelling = swelling + 1 if 0 < grown < matches - found.matches else 0
        if swelling >= SWELLING and not math.isinf(prior):
            return None
        grown = matches - found.matches
        found = Estimate(
            moved,
            max(matches, 0.5) / pairs,
            min(max(at_home, 0.5) / (pairs * LOOKED_AT), most_housemates) if is_small else most_housemates,
            matches,
            [column.presence(person) for column in columns],
        )
        if furthest < STILL:
            break
    return found


def _probability(score: Weights) -> Weights:
    return 1 / (1 + 2.0 ** -np.clip(score, -60, 60))


def _by_chance_alone(
    scorer: Scorer, model: Model, columns: Sequence[Column], estimate: Estimate, random: RandomPairs
) -> list[Weights]:
    """How often levels are met by chance, each random pair counted as far as it is two people."""
    drawn = [*random.levels.fields, *random.levels.extras]
    seen = [replace(column, levels=levels) for column, levels in zip(columns, drawn, strict=True)]
    rarity = scorer.rarity(random.levels, random.left)
    apart = 1 - _probability(np.log2(estimate.same) + rarity + _sum(seen, estimate.rates, estimate.presence))
    shipped = [np.array(model.random[field]) for field in FIELDS] + [column.random for column in columns[len(FIELDS) :]]
    return [by_chance(column.levels, rates, apart) for column, rates in zip(seen, shipped, strict=True)]


def _sum(columns: Sequence[Column], rates: Sequence[Weights], presence: Sequence[Presence] = ()) -> Weights:
    total = np.zeros(len(columns[0].levels))
    for column, rate, told in zip(columns, rates, presence or [EVEN] * len(columns), strict=True):
        total += np.append(np.log2(rate / column.random) + told.known, told.missing)[column.levels]
    return total


def _rates(column: Column, person: Weights, prior: float) -> Weights:
    if math.isinf(prior):
        return in_order(column.model, column.random)
    known = column.levels >= 0
    counts = np.bincount(column.levels[known], weights=person[known], minlength=len(column.random))
    return in_order((counts + prior * column.model) / (counts.sum() + prior), column.random)


def _fitted(scorer: Scorer, columns: Sequence[Column], estimate: Estimate) -> Scorer:
    # What is missing weighs nothing: what it tells is put into the prior, and taken from every value that is there.
    same = [
        np.log2(rates / column.random) + told.known - told.missing
        for column, rates, told in zip(columns, estimate.rates, estimate.presence, strict=True)
    ]
    missing = sum(told.missing for told in estimate.presence)
    household = [np.log2(column.household / column.random) for column in columns]
    fitted = replace(
        scorer.weights,
        name=f"{scorer.weights.name}, fitted to the file",
        same={field: tuple(same[place].tolist()) for place, field in enumerate(FIELDS)},
        household={field: tuple(household[place].tolist()) for place, field in enumerate(FIELDS)},
        matches_per_person=estimate.same * scorer.size * 2.0**missing,
        housemates_per_person=estimate.housemates * scorer.size,
    )
    return replace(scorer, weights=fitted, extras=tuple(zip(same, household, strict=True))[len(FIELDS) :])
