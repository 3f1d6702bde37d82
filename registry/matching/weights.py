"""The shipped weights: what each level of agreement is worth, as log2 of a likelihood ratio.

Two columns a field. `same` is log2(m/u): how much oftener the level is met between two records
of one person than between two random people. `household` is log2(h/u): how much oftener between
two people of one household than between random ones. The second column is what keeps a son out
of his father's record: an equal surname at an equal address is nearly as usual for a household
as for one person.

Origin: measured on a synthetic register of a million people without labels; the date levels
were then set so that they fall (left alone, "different" came out milder than "the same year",
and juniors were taken for their fathers). Two sets, because a number stated on a form is nearly
always right, while duplicates in a register mostly exist because their numbers differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.matching.levels import Field

MODEL_VERSION = "shipped-1"


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


_DATE_SAME = (14.6, 9.0, 8.8, 5.5, 1.4, -4.0, -5.0)
_NAMES_AND_SEX: dict[Field, tuple[float, ...]] = {
    #              equal form similar swapped close initial middle same-initial different
    Field.FORENAME: (7.7, 6.9, 6.2, 5.5, 3.9, 2.5, 0.9, -1.2, -6.6),
    #             equal former similar part swapped close different
    Field.SURNAME: (9.8, 7.8, 7.7, 7.3, 7.2, 4.3, -4.7),
    Field.SEX: (1.0, -6.5),
    #                 equal initial different
    Field.MIDDLE_NAME: (7.6, 1.5, -6.6),
}

_HOUSEHOLD: dict[Field, tuple[float, ...]] = {
    # Juniors bear the father's forename (0.6 % of household pairs) or have it as middle name.
    Field.FORENAME: (0.5, 0.5, 0.5, 0.0, 1.5, 1.0, 3.5, 1.5, 0.0),
    Field.SURNAME: (9.1, 6.0, 4.0, 7.0, 0.0, 2.0, -1.2),
    # Equal dates are twins: 0.2 % of household pairs, 46 times as many as among strangers.
    Field.DATE_OF_BIRTH: (5.5, 0.2, 0.0, 0.5, 0.3, 0.3, 0.0, 0.0),
    Field.PLACE: (18.0, 11.3, 12.5, 8.0, -1.0, -1.5, -3.0, -5.0),
    Field.SEX: (-0.15, 0.14),
    # A housemate's number is quoted by mistake, and mistyped as any other.
    Field.NUMBER: (8.0, 5.5, 0.0),
    Field.MIDDLE_NAME: (1.0, 0.5, 0.0),
}

INCOMING = WeightSet(
    "incoming",
    same={
        **_NAMES_AND_SEX,
        Field.DATE_OF_BIRTH: (*_DATE_SAME, -9.0),
        # People register because they have moved: another place says little against them.
        Field.PLACE: (16.5, 14.5, 13.7, 9.4, 5.3, 5.1, 3.2, -2.0),
        Field.NUMBER: (18.8, 15.7, -7.6),
    },
    household=_HOUSEHOLD,
    matches_per_person=0.71,
    housemates_per_person=1.6,
)
"""For a described person against the register."""

BATCH = WeightSet(
    "batch",
    same={
        **_NAMES_AND_SEX,
        Field.DATE_OF_BIRTH: (*_DATE_SAME, -10.0),
        Field.PLACE: (16.9, 13.9, 13.7, 9.4, 5.3, 5.1, 3.2, -3.0),
        Field.NUMBER: (18.8, 15.7, -0.5),
    },
    household=_HOUSEHOLD,
    matches_per_person=0.004,
    housemates_per_person=1.6,
)
"""For two records of the register."""

AVERAGE_RATES: Mapping[Field, float] = {Field.FORENAME: 0.0043, Field.SURNAME: 0.00103, Field.PLACE: 0.00012}
"""The rate of a value in general that the weights of an equal forename, surname and postcode contain."""
