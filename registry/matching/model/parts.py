"""What a model is made of: two sets of weights, the rates they rest on, and what further columns are worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.matching.levels import Field, Level


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Weights by field and level (best level first), and the rates that the priors are made of."""

    name: str
    same: Mapping[Field, tuple[float, ...]]
    household: Mapping[Field, tuple[float, ...]]
    matches_per_person: float
    """Incoming: the share of described people whom the register holds. Batch: twice the share of
    records that are duplicates, since a pair has two ends."""
    housemates_per_person: float
    """How many other people share a person's address, on average."""


@dataclass(frozen=True, slots=True)
class ExtraModel:
    """A further column of a file: how often its values are equal, similar and different.

    `same` between two records of one person, `household` between two people of one address. Each
    three probabilities that sum to 1. How often among strangers is counted in the file itself.
    """

    same: tuple[float, float, float]
    household: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Model:
    """All that a score is made of. Levels are those of `levels.py`, values those of one normaliser."""

    version: str
    normaliser_version: str
    incoming: WeightSet
    batch: WeightSet
    average_rates: Mapping[Field, float]
    """The rate of a value in general that the weights of an equal forename, surname and postcode contain."""
    random: Mapping[Field, tuple[float, ...]]
    """How often each level is met between two random records of a register: with it a weight tells its probability."""
    random_incoming: Mapping[Field, tuple[float, ...]]
    """The same between a form and a random record, for a larger register: place is rarer alike there."""
    extras: Mapping[str, ExtraModel]
    """By kind of column."""
    provenance: Mapping[str, Any]
    """How the model was made, and on what."""

    def weight_set(self, name: str) -> WeightSet:
        """`incoming` or `batch`."""
        return {"incoming": self.incoming, "batch": self.batch}[name]

    def random_of(self, name: str) -> Mapping[Field, tuple[float, ...]]:
        """How often levels are met by chance, as the weights of a set have it."""
        return {"incoming": self.random_incoming, "batch": self.random}[name]


SET_NAMES = ("incoming", "batch")
RATED_FIELDS = (Field.FORENAME, Field.SURNAME, Field.PLACE)
"""Fields whose equal values weigh by how rare they are."""
EXTRA_KINDS = ("name", "text", "code", "email", "category", "locality", "birthplace", "identifier")
EXTRA_LEVELS = ("equal", "similar", "different")


def word(name: Field | Level) -> str:
    """A field or level as model files and stored decisions write it."""
    return name.name.lower()
