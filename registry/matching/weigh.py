"""The score of a comparison: log2 of the odds that two descriptions are one person.

Fellegi and Sunter's sum of weights, with a third possibility beside "one person" and "two
random people", namely "two people of one household":

    score = prior + sum(same) - log2(1 + 2 ** (household prior + sum(household)))

The last term is shown as a bar of its own: it is what the household explains away.
"""

from dataclasses import dataclass
from math import log2

from registry.matching.compare import Comparison
from registry.matching.frequencies import Frequencies
from registry.matching.incoming import Incoming
from registry.matching.levels import FIELDS, Field, Forename, Place, Surname
from registry.matching.weights import AVERAGE_RATES, INCOMING, WeightSet

USUAL_REGISTER = 10_000_000
"""The size assumed for the priors where nobody says how many people the register holds.

Rather too large than too small: with more people, coincidences must be reckoned with."""


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
    Where a full name is commoner than its two names make it (naming traditions), the surname's
    weight is lowered by that.
    """
    prior, household_prior = priors(weights, register_size)
    rarities = _rarities(comparison, incoming, frequencies, register_size) if frequencies else {}
    fields: list[float] = []
    household = household_prior
    for field, level in zip(FIELDS, comparison.levels, strict=True):
        if level is None:
            fields.append(0.0)
            continue
        rarity = rarities.get(field, 0.0)
        fields.append(weights.same[field][level] + rarity)
        household += weights.household[field][level] + rarity
    explained = -_log2_one_plus(household)
    return Weighing(prior + sum(fields) + explained, prior, tuple(fields), explained)


def priors(weights: WeightSet, register_size: int) -> tuple[float, float]:
    """log2 odds, before anything is compared, of one person and of one household against random people."""
    people = max(register_size, 1)
    return log2(weights.matches_per_person / people), log2(weights.housemates_per_person / people)


def _rarities(
    comparison: Comparison, incoming: Incoming, frequencies: Frequencies, register_size: int
) -> dict[Field, float]:
    """What equal values weigh above average ones, by field; the same for a person and for a household."""
    # A value met once or never is no rarer than two people in the register.
    least = 2 / max(register_size, 2)
    equal: dict[Field, str] = {}
    if comparison.forename is Forename.EQUAL:
        equal[Field.FORENAME] = incoming.first_forename
    if comparison.surname is Surname.EQUAL:
        equal[Field.SURNAME] = incoming.surname
    if comparison.place is Place.SAME_POSTCODE:
        equal[Field.PLACE] = incoming.postcode
    rates = {field: max(frequencies.rate(field, value), least) for field, value in equal.items()}
    rarities = {field: log2(AVERAGE_RATES[field] / rate) for field, rate in rates.items()}
    if Field.FORENAME in rates and Field.SURNAME in rates:
        product = rates[Field.FORENAME] * rates[Field.SURNAME]
        together = frequencies.full_names.get((incoming.first_forename, incoming.surname), 0.0)
        rarities[Field.SURNAME] -= log2(max(together / product, 1.0))
    return rarities


def _log2_one_plus(exponent: float) -> float:
    """log2(1 + 2 ** exponent), exact for large exponents too."""
    return exponent if exponent > 50 else log2(1 + 2.0**exponent)
