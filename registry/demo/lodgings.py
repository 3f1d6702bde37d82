"""Where many unrelated people live: care homes, halls of residence, shared houses."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from string import ascii_uppercase, digits

from registry.demo.places import Dwellings
from registry.demo.practices import PracticeKind
from registry.demo.words import sections
from registry.values.address import Address

CARE_HOME_SHARE = {
    PracticeKind.COASTAL: 0.026,
    PracticeKind.RURAL: 0.006,
    PracticeKind.TOWN: 0.007,
    PracticeKind.URBAN: 0.003,
    PracticeKind.STUDENT: 0.001,
}
"""Share of a list who live in care homes; 0.7 % of everybody, one practice above 2 %."""

STUDENT_SHARE = {PracticeKind.STUDENT: 0.28, PracticeKind.URBAN: 0.012}
"""Share of a list who live in students' housing."""

HMO_SHARE = {PracticeKind.STUDENT: 0.02, PracticeKind.URBAN: 0.02}
"""Share of a list who live in houses of eight or more unrelated adults."""


@dataclass(slots=True)
class Lodging:
    """A house with room for some people more."""

    address: Address
    institute: str | None
    free: int


class Lodgings:
    """Opens one house after another of a kind, each when the last is full."""

    def __init__(self, rng: Random, institute_codes: Iterator[str]) -> None:
        self._rng = rng
        self._codes = institute_codes
        self._care_home: Lodging | None = None
        self._hall: Lodging | None = None

    def care_home(self, dwellings: Dwellings) -> Lodging:
        """A care home with a place free, which this takes."""
        if self._care_home is None or self._care_home.free == 0:
            kind = self._rng.choice(("Care Home", "Nursing Home", "Residential Home"))
            name = f"{sections('streets')['homes'].draw(self._rng)} {kind}"
            places = self._rng.randrange(24, 56)
            self._care_home = Lodging(_named(name, dwellings.house()), next(self._codes), places)
        self._care_home.free -= 1
        return self._care_home

    def hall(self, dwellings: Dwellings) -> Address:
        """A room of a hall of residence that nobody has yet."""
        if self._hall is None or self._hall.free == 0:
            name = f"{sections('streets')['blocks'].draw(self._rng)} Hall"
            self._hall = Lodging(_named(name, dwellings.house()), None, self._rng.randrange(60, 160))
        address = self._hall.address
        room = f"Room {self._hall.free}, {address.lines[0]}"
        self._hall.free -= 1
        return _named(room, address)


def _named(name: str, address: Address) -> Address:
    return Address((name, *address.lines[1:]), address.postcode)


def institute_codes() -> Iterator[str]:
    """Codes of residential institutes: two characters, a letter first; from the start again after 936."""
    while True:
        for letter, other in product(ascii_uppercase, digits + ascii_uppercase):
            yield letter + other
