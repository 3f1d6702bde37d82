"""Scores of pairs by the million: `matching.weigh` over columns of levels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.batch.compare_pairs import PairLevels
from registry.matching.batch.extras import EQUAL, chance_levels, equal_by_chance
from registry.matching.batch.records import Codes, Extra, Numbers, Records, Vocabulary
from registry.matching.levels import FIELDS, Field, Forename, Place, Surname
from registry.matching.model.parts import ExtraModel
from registry.matching.weigh import priors
from registry.matching.weights import AVERAGE_RATES, WeightSet

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rates:
    """The share of people who bear each value of a vocabulary; and each full name that several bear."""

    forename: Weights
    surname: Weights
    postcode: Weights
    full_names: Numbers
    """Sorted keys `forename code << 32 | surname code`."""
    full_name: Weights
    least: float
    """A value met once or never is no rarer than this."""

    @classmethod
    def counted(cls, records: Records) -> "Rates":
        """As the records themselves have them. A pair's own two bearers do not make a full name common."""
        known = (records.forename > 0) & (records.surname > 0)
        keys = (records.forename[known].astype(np.int64) << 32) | records.surname[known]
        names, counts = np.unique(keys, return_counts=True)
        often = counts > 2
        size = max(len(records), 1)
        return cls(
            _rates(records.forename, records.names, AVERAGE_RATES[Field.FORENAME]),
            _rates(records.surname, records.names, AVERAGE_RATES[Field.SURNAME]),
            _rates(records.postcode, records.postcodes, AVERAGE_RATES[Field.PLACE]),
            names[often],
            (counts[often] - 2) / size,
            2 / (size + SHRINKING_PEOPLE),
        )


SHRINKING_PEOPLE = 100
"""As if so many people of average names had been counted too: in a file of ten, everybody's name is common."""


def _rates(codes: Codes, vocabulary: Vocabulary, average: float) -> Weights:
    counts = np.bincount(codes, minlength=len(vocabulary)).astype(np.float64)
    return (counts + SHRINKING_PEOPLE * average) / (len(codes) + SHRINKING_PEOPLE)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each pair: the log2 odds that they are one person, and the part of it that the household takes away."""

    score: Weights
    household: Weights


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weighs pairs of some records by a set of weights. `size` is how many people a candidate was found among."""

    records: Records
    weights: WeightSet
    rates: Rates
    size: int
    average: Mapping[Field, float]
    """The rate of a value in general that the weights of an equal forename, surname and postcode contain."""
    extras: tuple[tuple[Weights, Weights], ...]
    """Of each further column: the weights of its levels for one person, and for a household."""

    @classmethod
    def of(
        cls,
        records: Records,
        weights: WeightSet,
        extras: Mapping[str, ExtraModel],
        *,
        size: int | None = None,
        rates: Rates | None = None,
        average: Mapping[Field, float] = AVERAGE_RATES,
    ) -> "Scorer":
        """With rates counted from the records, and chance agreement of further columns estimated from them."""
        boundary = records.boundary
        among = len(records) if boundary is None else max(boundary, len(records) - boundary)
        counted = rates or Rates.counted(records)
        further: list[tuple[Weights, Weights]] = []
        for extra in records.extras:
            model, chance = extras[extra.kind], chance_levels(extra, len(records))
            further.append((np.log2(np.array(model.same) / chance), np.log2(np.array(model.household) / chance)))
        return cls(records, weights, counted, size or among, average, tuple(further))

    def weigh(self, levels: PairLevels, left: Codes, right: Codes) -> Scores:
        """The score of each pair; a field that was not compared weighs nothing."""
        prior, household_prior = priors(self.weights, self.size)
        score = np.full(len(left), prior)
        household = np.full(len(left), household_prior)
        for field, column in zip(FIELDS, levels.fields, strict=True):
            # The last place, which -1 finds, is the weight of what was not compared.
            score += np.array([*self.weights.same[field], 0.0])[column]
            household += np.array([*self.weights.household[field], 0.0])[column]
        for (same, housemates), column in zip(self.extras, levels.extras, strict=True):
            score += np.append(same, 0.0)[column]
            household += np.append(housemates, 0.0)[column]
        rarity = self.rarity(levels, left)
        score += rarity
        household += rarity
        explained = -np.logaddexp2(0.0, household)
        return Scores(score + explained, explained)

    def rarity(self, levels: PairLevels, left: Codes) -> Weights:
        """What equal values weigh above the average: see `weigh`. A full name that is borne together weighs as one."""
        records, rates, least = self.records, self.rates, self.rates.least
        forename_equal = levels.of(Field.FORENAME) == Forename.EQUAL
        surname_equal = levels.of(Field.SURNAME) == Surname.EQUAL
        forename = np.maximum(rates.forename[records.forename[left]], least)
        surname = np.maximum(rates.surname[records.surname[left]], least)
        rarity = np.where(forename_equal, np.log2(self.average[Field.FORENAME] / forename), 0.0)
        rarity += np.where(surname_equal, np.log2(self.average[Field.SURNAME] / surname), 0.0)
        both = np.flatnonzero(forename_equal & surname_equal)
        if len(both) and len(rates.full_names):
            keys = (records.forename[left[both]].astype(np.int64) << 32) | records.surname[left[both]]
            places = np.minimum(np.searchsorted(rates.full_names, keys), len(rates.full_names) - 1)
            joint = np.where(rates.full_names[places] == keys, rates.full_name[places], 0.0)
            commoner = joint / (forename[both] * surname[both])
            rarity[both] -= np.log2(np.maximum(commoner, 1.0))
        same_postcode = np.flatnonzero(levels.of(Field.PLACE) == Place.SAME_POSTCODE)
        postcode = np.maximum(rates.postcode[records.postcode[left[same_postcode]]], least)
        rarity[same_postcode] += np.log2(self.average[Field.PLACE] / postcode)
        for extra, column in zip(records.extras, levels.extras, strict=True):
            rarity += _rarity_of_extra(extra, left, column)
        return rarity


def _rarity_of_extra(extra: Extra, left: Codes, column: npt.NDArray[np.int8]) -> Weights:
    """What an equal value of a further column weighs above the average one."""
    counts = np.bincount(extra.codes, minlength=len(extra.vocabulary)).astype(np.float64)
    average, given = equal_by_chance(extra), float(counts[1:].sum()) + SHRINKING_PEOPLE
    rates = np.maximum(counts + SHRINKING_PEOPLE * average, 2) / given
    return np.where(column == EQUAL, np.log2(average / rates[extra.codes[left]]), 0.0)
