"""How common a name or a postcode is: the rates by which an equal value weighs more or less than usual. Pure.

A rate is shrunk towards the shipped average, as if `SHRINKING_PEOPLE` people of an average country
had been counted too: in a village of ten everybody's name is borne by a tenth, and that says
nothing about names. Values that few bear are not listed one by one; all of them take the rate of
the least number listed, so that a rare name never weighs more than it should.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.matching.levels import Field
from registry.matching.weights import AVERAGE_RATES

SHRINKING_PEOPLE = 50_000
"""A register of so many people believes its own counts by half; one of a million by 95 %."""

LEAST_REGISTER = 1_000_000
"""The least size for the priors. Whoever comes to a small register comes from a country, not from its village."""


class Kind(StrEnum):
    """What is counted; the words are those of the table `name_frequencies`."""

    FORENAME = "forename"
    SURNAME = "surname"
    POSTCODE = "postcode"
    FULL_NAME = "full name"


FIELD_OF: Mapping[Kind, Field] = {
    Kind.FORENAME: Field.FORENAME,
    Kind.SURNAME: Field.SURNAME,
    Kind.POSTCODE: Field.PLACE,
}

LEAST_BEARERS: Mapping[Kind, int] = {Kind.FORENAME: 20, Kind.SURNAME: 20, Kind.POSTCODE: 60, Kind.FULL_NAME: 20}
"""From how many bearers on a value is listed. A name that fewer bear is nobody's business but theirs; an ordinary
postcode has some forty people, so that only homes, halls and tower blocks are listed."""

COMMONER_BY = 1.5
"""How many times commoner than chance a full name must be to have a rate of its own: naming traditions."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The share of people who bear a value.

    `rates` by field (forename, surname, place for postcodes), then by value; `others` for values not
    listed, by field. `full_names` by forename and surname, only where commoner than the product of the two.
    """

    rates: Mapping[Field, Mapping[str, float]]
    others: Mapping[Field, float]
    full_names: Mapping[tuple[str, str], float]

    def rate(self, field: Field, value: str) -> float:
        """The rate of a value of a field; the shipped average for a field that was not counted."""
        listed = self.rates.get(field, {}).get(value)
        return listed if listed is not None else self.others.get(field, AVERAGE_RATES[field])


@dataclass(frozen=True, slots=True)
class Population:
    """What a register knows of itself as a whole: how many people it holds, and how common their names are."""

    people: int
    frequencies: Frequencies

    @property
    def size(self) -> int:
        """The size to be reckoned with for the priors."""
        return max(self.people, LEAST_REGISTER)


def population_of(people: int, counted: Iterable[tuple[str, str, int]]) -> Population:
    """The population of `people`, from rows of kind, value and number of bearers.

    A full name is the two names with a comma between them, which no normalised name contains.
    """
    rates: dict[Field, dict[str, float]] = {field: {} for field in FIELD_OF.values()}
    full_names: dict[tuple[str, str], float] = {}
    for kind, value, bearers in counted:
        if kind == Kind.FULL_NAME:
            forename, _, surname = value.partition(",")
            average = AVERAGE_RATES[Field.FORENAME] * AVERAGE_RATES[Field.SURNAME]
            full_names[forename, surname] = _shrunk(bearers, people, average)
        else:
            field = FIELD_OF[Kind(kind)]
            rates[field][value] = _shrunk(bearers, people, AVERAGE_RATES[field])
    others = {
        field: _shrunk(min(LEAST_BEARERS[kind], people), people, AVERAGE_RATES[field])
        for kind, field in FIELD_OF.items()
    }
    return Population(people, Frequencies(rates, others, full_names))


def _shrunk(bearers: int, people: int, average: float) -> float:
    return (bearers + SHRINKING_PEOPLE * average) / (people + SHRINKING_PEOPLE)
