"""Rates at which the unusual is seeded, and quotas that keep them."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Rates:
    """How many of 10,000 people; sources are the published figures on list inflation and the office's practice."""

    emigrated: float = 180.0
    moved: float = 100.0
    student_gone: float = 48.0
    hmo_left: float = 48.0
    dead_active: float = 10.0
    duplicates: float = 6.0
    departed: float = 400.0
    confusions: float = 1.0
    address_typos: float = 120.0
    postcodes_missing: float = 30.0
    title_conflicts: float = 15.0
    numbers_missing: float = 20.0
    numbers_superseded: float = 8.0
    restricted: float = 5.0
    juniors: float = 25.0
    namesakes: float = 8.0
    initials_only: float = 30.0
    known_as: float = 50.0
    no_fixed_abode: float = 6.0
    caravans: float = 10.0
    demolished: float = 6.0
    fringe: float = 300.0


class Quota:
    """Lets a share of those who pass through, and remembers what it owes."""

    def __init__(self, per_10_000: float, rng: Random, owed: float = 0.6) -> None:
        self._rate = per_10_000 / 10_000
        self._rng = rng
        self._owed = owed if per_10_000 else 0.0

    def pass_by(self, people: int) -> None:
        """So many people come past."""
        self._owed += self._rate * people

    def is_due(self, people: int = 1) -> bool:
        """Whether so many are owed; chance delays it a little, so that it does not come at equal steps."""
        return self._owed >= people and self._rng.random() < 0.4

    @property
    def owed(self) -> int:
        """How many are owed."""
        return max(0, int(self._owed))

    def spend(self, people: int = 1) -> None:
        """So many have been let through."""
        self._owed -= people
