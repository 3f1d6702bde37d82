"""A day in the making: who is still free for something to happen to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random

from registry.demo.person import DemoPerson, Label
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import DemoPractice


@dataclass(slots=True)
class Link:
    """The numbers that a practice has used."""

    interchange: int = 0
    message: int = 0
    transaction: int = 0


@dataclass(slots=True)
class Day:
    """The day in the making. `held` are the register's people with a number, by practice."""

    rng: Random
    practices: Sequence[DemoPractice]
    held: dict[str, list[DemoPerson]]
    national: list[DemoPerson]
    opens_at: datetime
    links: dict[str, Link] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.opens_at.date()

    def practice(self) -> DemoPractice:
        """One that takes people on; seldom the one whose list is closed."""
        open_ones = [practice for practice in self.practices if practice.is_open]
        return self.rng.choice(open_ones if self.rng.random() < 0.97 else self.practices)

    def is_used(self, person: DemoPerson) -> bool:
        """Whether something happens to somebody today."""
        return person.record_id in self._used

    def pair(self) -> tuple[DemoPractice, DemoPractice]:
        """Two practices: one that somebody leaves, and one that takes them on."""
        new = self.practice()
        return self.rng.choice([practice for practice in self.practices if practice is not new]), new

    def somebody(self, practice: DemoPractice, fits: Callable[[DemoPerson], bool] = lambda _: True) -> DemoPerson:
        """Somebody on a practice's list to whom nothing else happens today."""
        people = self.held[practice.ods_code]
        for _ in range(10_000):
            person = self.rng.choice(people)
            if person.record_id not in self._used and fits(person):
                self._used.add(person.record_id)
                return person
        raise LookupError(f"nobody left on the list of {practice.ods_code}")

    def elsewhere(self, label: Label | None = None, *, absent: frozenset[Label] = frozenset()) -> DemoPerson:
        """Somebody whom only the national side knows."""
        for person in self.national:
            wanted = label is None or label in person.labels
            if wanted and not absent & person.labels and person.record_id not in self._used:
                self._used.add(person.record_id)
                return person
        raise LookupError("nobody left whom only the national side knows")

    def moved(self, person: DemoPerson) -> DemoPerson:
        """The same person at a new address."""
        return replace(person, address=new_address(self.rng, self.rng.choice(ELSEWHERE)))
