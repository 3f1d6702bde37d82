"""What a model must satisfy to be used. One outside is refused, with what is wrong and by how much.

Training without labels can run away: on ten million people a free estimate called 4.8 million
pairs matches where there were 0.2 million. So nothing learnt is used unless it stays near what is
known of registers: the shipped model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from registry.matching.levels import FIELDS, LEVELS_OF, Field
from registry.matching.model.parts import Model, WeightSet, word
from registry.matching.normalise import NORMALISER_VERSION

FURTHEST = 6.5
"""How far, in log2, a weight may be from the shipped one."""
FURTHEST_OF = {Field.PLACE: 10.0}
"""As above, for fields of which registers differ more: an equal address is the rarer the larger the register, and
in the register of one county nearly everybody lives in one postcode area."""
MATCHES_WITHIN = (0.2, 5.0)
"""How many times the configured number of matches a training may find."""
HOUSEMATES_WITHIN = (0.05, 20.0)
"""How many people share an address with somebody, on average: from all but none, to hostels."""

TELLING_APART = (Field.FORENAME, Field.DATE_OF_BIRTH, Field.SEX, Field.NUMBER, Field.MIDDLE_NAME)
"""Fields that tell the people of one address apart: there a better level must not speak more for a housemate
than for the person. A surname and an address do not tell them apart, and are free."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A bound that a model is outside of: `sentence` says where, and by how much."""

    sentence: str


def breaches(model: Model, around: Model) -> list[Breach]:
    """All bounds that `model` is outside of, with the shipped model as `around`; none where it may be used."""
    found: list[Breach] = []
    if model.normaliser_version != NORMALISER_VERSION:
        found.append(
            Breach(
                f"the model is for values of normaliser {model.normaliser_version}, "
                f"and this is normaliser {NORMALISER_VERSION}: train it again"
            )
        )
    for weights, shipped in ((model.incoming, around.incoming), (model.batch, around.batch)):
        found += set_breaches(weights, shipped)
    return found


def set_breaches(weights: WeightSet, around: WeightSet) -> list[Breach]:
    """The bounds that one set of weights is outside of."""
    return [*_order(weights), *_order_in_household(weights), *_distance(weights, around), *_rates(weights)]


def matches_breach(expected: float, configured: float) -> Breach | None:
    """Whether a training that expects so many matches can be believed, where so many were configured."""
    least, most = (configured * times for times in MATCHES_WITHIN)
    if least <= expected <= most:
        return None
    return Breach(
        f"the training expects {expected:,.0f} matches, which is {expected / configured:.2g} times the "
        f"{configured:,.0f} that the duplicate rate gives; {MATCHES_WITHIN[0]:g} to {MATCHES_WITHIN[1]:g} times may be"
    )


def _order(weights: WeightSet) -> Iterator[Breach]:
    """A better level is never worth less.

    No two levels of a scale are excepted, though a former surname and a misspelt one, say, are not
    better or worse by their nature: of several rows of a person the best level by rank is taken,
    and one more row known must not lower a score.
    """
    for field in FIELDS:
        yield from _falls(weights.name, "same", field, weights.same[field])


def _order_in_household(weights: WeightSet) -> Iterator[Breach]:
    for field in TELLING_APART:
        against = [same - home for same, home in zip(weights.same[field], weights.household[field], strict=True)]
        yield from _falls(weights.name, "same less household", field, against)


def _falls(set_name: str, column: str, field: Field, figures: Sequence[float]) -> Iterator[Breach]:
    levels = list(LEVELS_OF[field])
    for better, worse in pairwise(levels):
        excess = figures[worse] - figures[better]
        if excess > 1e-9:
            yield Breach(
                f"{set_name}, {column}, {word(field)}: {word(worse)} ({figures[worse]:.2f}) is worth {excess:.2f} more "
                f"than {word(better)} ({figures[better]:.2f}), which is the better level"
            )


def _distance(weights: WeightSet, around: WeightSet) -> Iterator[Breach]:
    columns = (("same", weights.same, around.same), ("household", weights.household, around.household))
    for column, figures, shipped in columns:
        for field in FIELDS:
            furthest = FURTHEST_OF.get(field, FURTHEST)
            for level in LEVELS_OF[field]:
                distance = abs(figures[field][level] - shipped[field][level])
                if distance > furthest + 1e-9:
                    yield Breach(
                        f"{weights.name}, {column}, {word(field)}, {word(level)}: {figures[field][level]:.2f} is "
                        f"{distance:.2f} from the shipped {shipped[field][level]:.2f}; {furthest:g} is allowed"
                    )


def _rates(weights: WeightSet) -> Iterator[Breach]:
    least, most = HOUSEMATES_WITHIN
    if not least <= weights.housemates_per_person <= most:
        yield Breach(
            f"{weights.name}: {weights.housemates_per_person:g} housemates a person; "
            f"{least:g} to {most:g} can be believed"
        )
    if not 0 < weights.matches_per_person <= 1:
        yield Breach(f"{weights.name}: {weights.matches_per_person:g} matches a person; more than 0, at most 1")
