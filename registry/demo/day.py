"""A day in the making: who is still free for something to happen to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random

from registry.demo.person import DemoPerson, Label
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import DemoPractice
from registry.values.address import Address

_GROWN_DAYS = 18 * 365
_ASKED = 60
"""How many of a practice are looked through for a home."""


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
    _with_children: frozenset[int] | None = None

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

    def mover(self, practice: DemoPractice) -> DemoPerson:
        """Somebody of a practice who may go without leaving a child behind: no family is torn apart by a day."""
        return self.somebody(practice, lambda each: self._is_child(each) or each.household not in self._families())

    def moved(self, person: DemoPerson, to: DemoPractice) -> DemoPerson:
        """The same person at a new address; a child with grown people of the practice, by name where there are any."""
        if self._is_child(person) and (home := self._home_for(person, to)) is not None:
            return replace(person, address=home)
        return replace(person, address=new_address(self.rng, self.rng.choice(ELSEWHERE)))

    def _home_for(self, child: DemoPerson, practice: DemoPractice) -> Address | None:
        """Where somebody lives who stays there today; None where nobody of a practice does."""
        people = self.held[practice.ods_code]
        asked = self.rng.sample(people, min(len(people), _ASKED))
        homes = [each for each in asked if not self.is_used(each) and not self._is_child(each) and _has_a_home(each)]
        kin = [each for each in homes if each.name.surname == child.name.surname]
        if not homes:
            return None
        host = self.rng.choice(kin or homes)
        self._used.add(host.record_id)
        return host.address

    def _families(self) -> frozenset[int]:
        """The households with a child."""
        if self._with_children is None:
            everybody = (each for people in self.held.values() for each in people)
            self._with_children = frozenset(each.household for each in everybody if self._is_child(each))
        return self._with_children

    def _is_child(self, person: DemoPerson) -> bool:
        return (self.today - person.date_of_birth).days < _GROWN_DAYS


def _has_a_home(person: DemoPerson) -> bool:
    """Whether it is one into which a child may come."""
    elsewhere = {Label.GHOST, Label.CARE_HOME, Label.STUDENT, Label.HMO, Label.NO_FIXED_ABODE, Label.CARAVAN}
    return not person.labels & elsewhere and person.residential_institute is None
