"""A country that is nowhere: postcodes by area, district and sector, and the dwellings in them.

A dwelling is a number; its postcode and address follow from that number, so that people can move
anywhere without the rest of the country being at hand. Neighbouring numbers are neighbours.
"""

from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from registry.demo.labelled.compose import composed

Places = npt.NDArray[np.int64]

_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_DWELLINGS_A_POSTCODE = 17
_POSTCODES_A_SECTOR = (90, 190)
_SECTORS_A_DISTRICT = (3, 6)
_SMALL, _POSTCODES_WHERE_SMALL, _SECTORS_WHERE_SMALL = 100_000, (35, 75), (1, 3)
_DISTRICTS_AN_AREA = (5, 9)
_AREAS_AT_LEAST = 5
_DISTRICTS_A_TOWN = 3
_SAME_STREET = 0.55
_STREETS = 16_000

_TAKEN = """
AB AL B BA BB BD BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY
G GL GU GX GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR
NW OL OX PA PE PH PL PO PR QC RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA
WC WD WF WN WR WS WV XX YO ZE ZW ZX ZZ
"""
"""Areas that exist, that have a meaning of their own, or that the demonstration office has."""

HOUSES, FLATS, NAMED = 0, 1, 2


def invented_areas() -> list[str]:
    """Postcode areas of a right shape that exist nowhere, in an order of their own."""
    first = [letter for letter in ascii_uppercase if letter not in "QVX"]
    second = [letter for letter in ascii_uppercase if letter not in "IJZ"]
    taken = set(_TAKEN.split())
    free = [one + other for one, other in product(first, second) if one + other not in taken]
    order = np.random.default_rng(1875).permutation(len(free))
    return [free[place] for place in order]


@dataclass(frozen=True, slots=True)
class Roads:
    """By postcode: its street, the number of the first dwelling, from house to house how many, houses or flats."""

    street: Places
    number: Places
    step: Places
    kind: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Country:
    """Postcodes in order, and what all the dwellings of a postcode have in common.

    `first_dwelling[p]` is the first of postcode p, with one entry more at the end. `sector`, `district` and
    `area` are numbers of a postcode's. `minority` is a random share that decides which community is
    commonest in a sector beside the British, `mixture` 0 to 1 how many of its people are of any minority.
    """

    dwellings: int
    first_dwelling: Places
    postcodes: pa.Array
    areas: npt.NDArray[np.object_]
    localities: pa.Array
    towns: pa.Array
    counties: pa.Array
    sector: Places
    district: Places
    area: Places
    town: Places
    roads: Roads
    mixture: npt.NDArray[np.float64]
    minority: npt.NDArray[np.float64]

    def postcode_of(self, dwellings: Places) -> Places:
        """The number of each dwelling's postcode."""
        return np.searchsorted(self.first_dwelling, dwellings, side="right") - 1


def country(dwellings: int, seed: int) -> Country:
    """A country of so many dwellings. Areas are smaller than Britain's, so that even a town's people are of some."""
    rng = np.random.default_rng([seed, 17])
    first = _first_dwellings(rng, dwellings)
    postcodes = len(first) - 1
    small = dwellings < _SMALL
    sector, sectors = _grouped(rng, postcodes, _POSTCODES_WHERE_SMALL if small else _POSTCODES_A_SECTOR)
    district, districts = _grouped(rng, sectors, _SECTORS_WHERE_SMALL if small else _SECTORS_A_DISTRICT)
    most = max(1, districts // _AREAS_AT_LEAST)
    area, areas = _grouped(rng, districts, (min(most, _DISTRICTS_AN_AREA[0]), min(most, _DISTRICTS_AN_AREA[1])))
    district_of_postcode = district[sector]
    town = np.arange(districts) // _DISTRICTS_A_TOWN
    names = _place_names(rng, sectors + int(town[-1]) + 1 + areas)
    return Country(
        dwellings=dwellings,
        first_dwelling=first,
        postcodes=pa.array(_postcodes(rng, sector, district, area), type=pa.string()),
        areas=np.array(invented_areas()[:areas], dtype=object),
        localities=pa.array([None if rng.random() < 0.3 else name for name in names[:sectors]], type=pa.string()),
        towns=pa.array(names[sectors : len(names) - areas], type=pa.string()),
        counties=pa.array([f"{name}shire" for name in names[len(names) - areas :]], type=pa.string()),
        sector=sector,
        district=district_of_postcode,
        area=area[district_of_postcode],
        town=town[district_of_postcode],
        roads=_roads(rng, np.diff(first)),
        mixture=rng.beta(0.55, 1.1, sectors),
        minority=rng.random(sectors),
    )


def _first_dwellings(rng: np.random.Generator, dwellings: int) -> Places:
    """Postcodes have from 1 to about 80 dwellings, 17 on average."""
    sizes = np.clip(rng.gamma(2.2, _DWELLINGS_A_POSTCODE / 2.2, dwellings // 8 + 10), 1, 90).astype(np.int64)
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, dwellings)) + 1
    return np.concatenate([[0], ends[: count - 1], [dwellings]])


def _grouped(rng: np.random.Generator, members: int, sizes: tuple[int, int]) -> tuple[Places, int]:
    """The group of each of the members, in order, and how many groups there are."""
    low, high = sizes
    ends = np.cumsum(rng.integers(low, high + 1, members // low + 1))
    groups = np.searchsorted(ends, np.arange(members), side="right")
    return groups, int(groups[-1]) + 1


def _place_names(rng: np.random.Generator, count: int) -> list[str]:
    names = [name for name in composed("surnames", "british") if not name.startswith(("Mac", "Mc"))]
    return [names[place] for place in rng.permutation(len(names))[:count]]


def _postcodes(rng: np.random.Generator, sector: Places, district: Places, area: Places) -> list[str]:
    """A postcode each: its letters within a sector in no order."""
    letters = [one + other for one in _INWARD_LETTERS for other in _INWARD_LETTERS]
    first_sector = np.searchsorted(district, np.arange(district[-1] + 1))
    first_district = np.searchsorted(area, np.arange(area[-1] + 1))
    names = invented_areas()
    found: list[str] = []
    counts = np.bincount(sector)
    for place, count in enumerate(counts):
        within = district[place]
        outward = f"{names[area[within]]}{within - first_district[area[within]] + 1}"
        order = rng.permutation(len(letters))[:count]
        digit = place - first_sector[within] + 1
        found.extend(f"{outward} {digit}{letters[unit]}" for unit in order)
    return found


def _roads(rng: np.random.Generator, sizes: Places) -> Roads:
    """The street of each postcode, from which number it goes on, and whether it has houses or flats."""
    count = len(sizes)
    goes_on = rng.random(count) < _SAME_STREET
    goes_on[0] = False
    run = np.cumsum(~goes_on) - 1
    kind = rng.choice(np.array([HOUSES, FLATS, NAMED], dtype=np.int8), count, p=[0.74, 0.19, 0.07])
    step = np.where(rng.random(count) < 0.6, 2, 1)
    used = np.where(kind == FLATS, 2, sizes * step)
    before = np.cumsum(used) - used
    start = before - before[np.flatnonzero(~goes_on)][run]
    return Roads(rng.integers(0, _STREETS, run[-1] + 1)[run], start + 1, step, kind)
