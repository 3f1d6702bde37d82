"""Ways in which registrations end, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which registrations end: how often, the codes, and whom it befalls.

    `deduction_reason` is GP Links' number, `removal_reason` the register's code.
    """

    weight: float
    deduction_reason: int
    removal_reason: str | None
    whole_household: bool
    youngest: float = 0.0
    eldest: float = 75.0


ENDINGS = (
    Ending(38, 1, "DEA", False, 66, 110),
    Ending(3, 1, "DEA", False, 1, 66),
    Ending(34, 2, None, True),
    Ending(6, 5, "EMB", True),
    Ending(9, 14, "CGA", True, 18, 90),
    Ending(2, 13, "SCT", True),
    Ending(1, 13, "NIT", True),
    Ending(2, 8, "AFL", False, 18, 30),
    Ending(1, 9, "RDR", False, 18, 70),
    Ending(2, 12, "RPR", False, 18, 85),
    Ending(2, 13, "OPA", True),
)
"""Weights are near the yearly flows of a practice list: deaths, moves and returned mail come first."""
