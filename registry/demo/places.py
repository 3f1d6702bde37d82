"""The fictional places of the demonstration office, and dwellings in them.

Postcodes have a real shape and areas that do not exist (ZX here, ZW elsewhere). Address
lines are by position and at most 35 characters, as GP Links carries them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from registry.demo.words import sections
from registry.values.address import Address

NO_FIXED_ABODE_POSTCODE = "ZZ99 3VZ"
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_OPEN_STREETS = 14
_DWELLINGS_A_POSTCODE = 15


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where people live: outward code, locality, post town, county, and shares of kinds of dwelling."""

    outward: str
    locality: str
    town: str
    county: str
    flats: float = 0.2
    named: float = 0.03
    welsh: bool = False


_TABLE = (
    Neighbourhood("ZX1", "", "Ellerbourne", "Ellermarch", flats=0.5),
    Neighbourhood("ZX2", "Canalside", "Ellerbourne", "Ellermarch", flats=0.45),
    Neighbourhood("ZX3", "St Aldric's", "Ellerbourne", "Ellermarch", flats=0.35),
    Neighbourhood("ZX4", "University Quarter", "Ellerbourne", "Ellermarch", flats=0.45),
    Neighbourhood("ZX5", "Hexworth", "Ellerbourne", "Ellermarch", flats=0.1),
    Neighbourhood("ZX6", "Priory Park", "Ellerbourne", "Ellermarch", flats=0.12),
    Neighbourhood("ZX7", "", "Scarholme-on-Sea", "Ellermarch", flats=0.3, named=0.06),
    Neighbourhood("ZX8", "North Sands", "Scarholme-on-Sea", "Ellermarch", flats=0.18, named=0.08),
    Neighbourhood("ZX9", "Fenwardine", "Brindlecombe", "Wendale", flats=0.03, named=0.35),
    Neighbourhood("ZX10", "", "Brindlecombe", "Wendale", flats=0.1, named=0.12),
    Neighbourhood("ZX11", "Llangarreg", "Brindlecombe", "Wendale", flats=0.03, named=0.35, welsh=True),
    Neighbourhood("ZX12", "", "Ottermarsh", "Ellermarch", flats=0.2),
    Neighbourhood("ZX13", "Low Quay", "Ottermarsh", "Ellermarch", flats=0.25),
    Neighbourhood("ZW1", "", "Norchester", "Norshire", flats=0.35),
    Neighbourhood("ZW2", "Castle Green", "Norchester", "Norshire", flats=0.2),
    Neighbourhood("ZW3", "", "Quayford", "Sundermere", flats=0.25),
    Neighbourhood("ZW4", "Upper Millhaven", "Millhaven", "Sundermere", flats=0.1, named=0.1),
    Neighbourhood("ZW5", "", "Great Thursby", "Arrowdale", flats=0.15),
)

NEIGHBOURHOODS: dict[str, Neighbourhood] = {place.outward: place for place in _TABLE}
ELSEWHERE: tuple[Neighbourhood, ...] = tuple(place for place in _TABLE if place.outward.startswith("ZW"))
"""Neighbourhoods of other authorities."""


@dataclass(slots=True)
class _Street:
    """A street or block of which dwellings are still to be given out."""

    name: str
    block: str
    postcode: str
    next_number: int
    last_number: int


class Dwellings:
    """Gives out the dwellings of a neighbourhood, each once, from a few streets at a time."""

    def __init__(self, place: Neighbourhood, rng: Random) -> None:
        self.place = place
        self._rng = rng
        self._names = _street_names(rng)
        self._postcodes = _postcodes(place.outward, rng)
        self._houses: list[_Street] = []
        self._blocks: list[_Street] = []

    def take(self) -> Address:
        """The address of a dwelling that nobody has yet."""
        kind = self._rng.random()
        if kind < self.place.flats:
            return self._flat()
        if kind < self.place.flats + self.place.named:
            return self._named()
        return self.house()

    def house(self) -> Address:
        """A house with a number."""
        street = self._open(self._houses, last=self._rng.choice((24, 38, 60, 90)))
        return self._address("", f"{street.next_number} {street.name}", street.postcode)

    def _flat(self) -> Address:
        street = self._open(self._blocks, last=self._rng.choice((4, 6, 12, 24, 40)))
        within = f", {street.block}" if street.block else ""
        return self._address(f"Flat {street.next_number}{within}", street.name, street.postcode)

    def _named(self) -> Address:
        street = self._open(self._houses, last=60)
        section = "welsh" if self.place.welsh and self._rng.random() < 0.6 else "houses"
        name = sections("streets")[section].draw(self._rng)
        return self._address(name, street.name, street.postcode)

    def _address(self, house: str, road: str, postcode: str) -> Address:
        place = self.place
        county = place.county if self._rng.random() < 0.6 else ""
        return Address((house, road, place.locality, place.town, county), postcode)

    def _open(self, streets: list[_Street], last: int) -> _Street:
        """A street with a dwelling left, its next number set to that dwelling's."""
        if len(streets) < _OPEN_STREETS:
            streets.append(self._build(last, is_block=streets is self._blocks))
        position = self._rng.randrange(len(streets))
        street = streets[position]
        if street.next_number >= street.last_number:
            street = streets[position] = self._build(last, is_block=streets is self._blocks)
        step = 1 if streets is self._blocks else self._rng.choice((1, 1, 2, 2, 3))
        street.next_number += step
        if street.next_number % _DWELLINGS_A_POSTCODE == 0:
            street.postcode = next(self._postcodes)
        return street

    def _build(self, last: int, is_block: bool) -> _Street:
        name, block = next(self._names), ""
        if is_block:
            named = self._rng.random() < 0.5
            block = f"{sections('streets')['blocks'].draw(self._rng)} {self._rng.choice(('House', 'Court'))}"
            name = f"{self._rng.randrange(1, 150)} {name}"
            block = block if named else ""
        return _Street(name, block, next(self._postcodes), 0, last)


def _street_names(rng: Random) -> Iterator[str]:
    """Every street name once, in random order; then the same again with North, South, and so on."""
    words = sections("streets")
    firsts, kinds = words["firsts"].words, words["types"].words
    for prefix in ("", "North ", "South ", "East ", "West ", "Little ", "Great ", "Far "):
        count = len(firsts) * len(kinds)
        for index in rng.sample(range(count), count):
            yield f"{prefix}{firsts[index // len(kinds)]} {kinds[index % len(kinds)]}"
    raise ValueError("the neighbourhood has no street names left")


def _postcodes(outward: str, rng: Random) -> Iterator[str]:
    """The postcodes of an outward code in random order, over and over."""
    letters = len(_INWARD_LETTERS)
    order = rng.sample(range(10 * letters**2), 10 * letters**2)
    while True:
        for index in order:
            sector, unit = divmod(index, letters**2)
            yield f"{outward} {sector}{_INWARD_LETTERS[unit // letters]}{_INWARD_LETTERS[unit % letters]}"


def new_address(rng: Random, place: Neighbourhood) -> Address:
    """An address somewhere in a neighbourhood, for somebody who moves; it may be another's too."""
    words = sections("streets")
    road = f"{words['firsts'].draw(rng)} {words['types'].draw(rng)}"
    house, number = "", f"{rng.randrange(1, 120)} {road}"
    if rng.random() < place.flats:
        house = f"Flat {rng.randrange(1, 30)}"
    inward = f"{rng.randrange(10)}{rng.choice(_INWARD_LETTERS)}{rng.choice(_INWARD_LETTERS)}"
    county = place.county if rng.random() < 0.5 else ""
    return Address((house, number, place.locality, place.town, county), f"{place.outward} {inward}")


def no_fixed_abode(place: Neighbourhood) -> Address:
    """How somebody without a home is registered."""
    return Address(("", "No Fixed Abode", "", place.town, ""), NO_FIXED_ABODE_POSTCODE)


def caravan(rng: Random, place: Neighbourhood) -> Address:
    """A pitch on a caravan site or a mooring."""
    if rng.random() < 0.35:
        boat = rng.choice(("Kittiwake", "Merry Dancer", "Otter's Rest", "Lady Jane", "Slow Water"))
        pitch, site = f"Narrowboat {boat}", f"{rng.choice(('Upper', 'Lower', 'Town'))} Moorings"
    else:
        site = f"{rng.choice(('Sandy Lane', 'Willow Bank', 'Hilltop'))} Caravan Park"
        pitch = f"Pitch {rng.randrange(1, 60)}"
    inward = f"{rng.randrange(1, 3)}{rng.choice('YZ')}{rng.choice('AB')}"
    return Address((pitch, site, place.locality, place.town, ""), f"{place.outward} {inward}")


def demolished(rng: Random, place: Neighbourhood) -> Address:
    """A dwelling in a street that has been pulled down."""
    road = rng.choice(("Gasworks Terrace", "Old Barracks Row", "Tarpits Street"))
    return Address(("", f"{rng.randrange(1, 40)} {road}", place.locality, place.town, ""), f"{place.outward} 0ZZ")
