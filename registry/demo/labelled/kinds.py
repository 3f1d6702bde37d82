"""Kinds of household, how common they are, and who the unrelated people in some of them are."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Kind(IntEnum):
    """A kind of household."""

    SINGLE = 0
    COUPLE = 1
    FAMILY = 2
    LONE = 3
    GROWN = 4
    THREE = 5
    SHARERS = 6
    STUDENTS = 7
    SHARED_HOUSE = 8
    HALL = 9
    CARE_HOME = 10


USUAL = (0.315, 0.288, 0.172, 0.06, 0.084, 0.014, 0.034, 0.009, 0.0022, 0.0028, 0.0008)
LARGE = (0.13, 0.13, 0.4, 0.06, 0.14, 0.11, 0.03, 0.0, 0.0, 0.0, 0.0)
"""Shares of the kinds; the second where large families are usual."""


@dataclass(frozen=True, slots=True)
class Lodgers:
    """Unrelated people: ages by mean, spread and limits, how many together, and the share of women."""

    age: float
    spread: float
    youngest: float
    oldest: float
    fewest: int
    most: int
    women: float


LODGERS = {
    Kind.SHARERS: Lodgers(28.5, 6.5, 18, 62, 2, 5, 0.48),
    Kind.STUDENTS: Lodgers(20.4, 1.4, 18.1, 27, 3, 7, 0.53),
    Kind.SHARED_HOUSE: Lodgers(34, 10, 18, 66, 6, 12, 0.38),
    Kind.HALL: Lodgers(19.3, 1.0, 18.0, 24, 6, 14, 0.54),
    Kind.CARE_HOME: Lodgers(85.5, 7.5, 62, 106, 18, 60, 0.7),
}

HAS_PARTNER = np.array([kind in (Kind.COUPLE, Kind.FAMILY, Kind.GROWN, Kind.THREE) for kind in Kind])
HAS_CHILDREN = np.array([kind in (Kind.FAMILY, Kind.LONE, Kind.GROWN, Kind.THREE) for kind in Kind])
HAS_ELDER = np.array([kind is Kind.THREE for kind in Kind])
IS_LODGING = np.array([kind in LODGERS for kind in Kind])
