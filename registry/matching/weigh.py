"""The score of a comparison: log2 of the odds that two descriptions are one person.

Fellegi and Sunter's sum of weights, with a third possibility beside "one person" and "two
random people", namely "two people of one household":

    score = prior + sum(same) - log2(1 + 2 ** (household prior + sum(household)))

The last term is shown as a bar of its own: it is what the household explains away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

from registry.matching.compare import Comparison
from registry.matching.incoming import Incoming
from registry.matching.levels import FIELDS, Field, Forename, Level, Place, Surname
from registry.matching.weights import AVERAGE_RATES, INCOMING, WeightSet

USUAL_REGISTER = 10_000_000
"""The size assumed for the priors where nobody says how many people the register holds.

Rather too large than too small: with more people, coincidences must be reckoned with."""

Frequencies = Mapping[Field, Mapping[str, float]]
"""The share of people who bear a value: by field (forename, surname, place for postcodes), then by value."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """A score and its parts: `score` is `prior`, `fields` (in the order of `FIELDS`) and `household` summed."""

    score: float
    prior: float
    fields: tuple[float, ...]
    household: float


def weigh(
    comparison: Comparison,
    incoming: Incoming,
    *,
    weights: WeightSet = INCOMING,
    register_size: int = USUAL_REGISTER,
    frequencies: Frequencies | None = None,
) -> Weighing:
    """Weigh a comparison. A field that was not compared weighs nothing.

    `register_size` is how many people the candidate was found among. With `frequencies`, an
    equal forename, surname or postcode weighs by how rare that value is; without, by the average.
    """
    prior, household_prior = priors(weights, register_size)
    fields: list[float] = []
    household = household_prior
    for field, level in zip(FIELDS, comparison.levels, strict=True):
        if level is None:
            fields.append(0.0)
            continue
        rarity = _rarity(field, level, incoming, frequencies, register_size) if frequencies else 0.0
        fields.append(weights.same[field][level] + rarity)
        household += weights.household[field][level] + rarity
    explained = -_log2_one_plus(household)
    return Weighing(prior + sum(fields) + explained, prior, tuple(fields), explained)


def priors(weights: WeightSet, register_size: int) -> tuple[float, float]:
    """log2 odds, before anything is compared, of one person and of one household against random people."""
    people = max(register_size, 1)
    return log2(weights.matches_per_person / people), log2(weights.housemates_per_person / people)


def _rarity(field: Field, level: Level, incoming: Incoming, frequencies: Frequencies, register_size: int) -> float:
    """What an equal value weighs above the average value; the same for a person and for a household."""
    if level is Forename.EQUAL:
        value = incoming.first_forename
    elif level is Surname.EQUAL:
        value = incoming.surname
    elif level is Place.SAME_POSTCODE:
        value = incoming.postcode
    else:
        return 0.0
    rates = frequencies.get(field)
    if rates is None:
        return 0.0
    # A value met once or never is no rarer than two people in the register.
    rate = max(rates.get(value, 0.0), 2 / max(register_size, 2))
    return log2(AVERAGE_RATES[field] / rate)


def _log2_one_plus(exponent: float) -> float:
    """log2(1 + 2 ** exponent), exact for large exponents too."""
    return exponent if exponent > 50 else log2(1 + 2.0**exponent)
