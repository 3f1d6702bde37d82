"""The synthetic population of the demonstration office.

Everything follows from the number of people, the seed and the day: the same three give the
same office. Nothing is kept of those already given out, so that a million need no more
memory than a thousand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from registry.demo.lodgings import HMO_SHARE, STUDENT_SHARE, institute_codes
from registry.demo.national import national_people
from registry.demo.numbers import NumberSpace
from registry.demo.person import DemoPerson, Label
from registry.demo.places import NEIGHBOURHOODS, Dwellings
from registry.demo.practices import DemoPractice, PracticeKind, demonstration_practices, list_sizes
from registry.demo.quota import Quota, Rates
from registry.demo.settlement import Region, Settlement

GENERATOR_VERSION = "1"
"""Rises whenever the same arguments give another population."""
DEMONSTRATION_DAY = date(2025, 10, 6)
"""The Monday on which the demonstration office opens, unless another day is asked for."""


@dataclass(frozen=True, slots=True)
class People:
    """The register's people; each iteration generates the same ones afresh, list by list."""

    size: int
    seed: int
    today: date
    rates: Rates
    practices: tuple[DemoPractice, ...]

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[DemoPerson]:
        sizes = list_sizes(self.size, self.seed)
        region = self._region()
        for practice, size in zip(self.practices, sizes, strict=True):
            rng = Random(f"people/{self.seed}/{self.size}/{practice.ods_code}")
            yield from Settlement(region, practice, self._rates_of(practice, sizes), rng).people(size)

    def _region(self) -> Region:
        rng = Random(f"region/{self.seed}/{self.size}")
        dwellings = {
            outward: Dwellings(place, Random(f"dwellings/{self.seed}/{outward}"))
            for outward, place in NEIGHBOURHOODS.items()
        }
        return Region(
            self.practices,
            self.today,
            self.rates,
            NumberSpace(self.size, self.seed).from_front(),
            dwellings,
            institute_codes(),
            Quota(self.rates.duplicates, rng),
            Quota(self.rates.confusions, rng),
        )

    def _rates_of(self, practice: DemoPractice, sizes: list[int]) -> Rates:
        """Ghosts of students' housing and shared houses are found only where there is any; rates there are higher."""
        return replace(
            self.rates,
            student_gone=self.rates.student_gone * self._concentration(practice, sizes, STUDENT_SHARE),
            hmo_left=self.rates.hmo_left * self._concentration(practice, sizes, HMO_SHARE),
        )

    def _concentration(self, practice: DemoPractice, sizes: list[int], shares: dict[PracticeKind, float]) -> float:
        """A practice's share of a kind of housing, over its share of people."""
        held = sum(shares.get(other.kind, 0.0) * size for other, size in zip(self.practices, sizes, strict=True))
        return shares.get(practice.kind, 0.0) * self.size / held if held else 0.0


@dataclass(frozen=True, slots=True)
class Office:
    """The demonstration office: practices, the register's people, and the national population beside them."""

    practices: list[DemoPractice]
    people: People
    national: list[DemoPerson]

    def labelled(self, *labels: Label) -> Iterator[DemoPerson]:
        """The register's people of whom all these labels are true; generates them afresh."""
        wanted = frozenset(labels)
        return (person for person in self.people if wanted <= person.labels)


def by_label(people: Iterable[DemoPerson]) -> dict[Label, list[DemoPerson]]:
    """People by each label that is true of them; a label that is true of nobody has an empty list."""
    found: dict[Label, list[DemoPerson]] = {label: [] for label in Label}
    for person in people:
        for label in person.labels:
            found[label].append(person)
    return found


def generate_office(
    people: int = 20_000,
    seed: int = 1,
    today: date = DEMONSTRATION_DAY,
    rates: Rates | None = None,
    *,
    national: int | None = None,
) -> Office:
    """An office with exactly so many records of people, and `national` who are held nationally alone.

    Those are about 3 % as many, 300 at least, unless a number is given.

    Numbers are of the 999 range up to 850,000 people, above that any that start with 9.
    Raises ValueError for fewer than 100 people: a list of such an office cannot be peopled.
    """
    if people < 100:
        raise ValueError("people: an office has at least 100")
    practices = demonstration_practices()
    population = People(people, seed, today, rates or Rates(), tuple(practices))
    numbers = NumberSpace(people, seed).from_back()
    return Office(practices, population, national_people(people, numbers, today, seed, national))
