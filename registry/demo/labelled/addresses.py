"""Addresses in five lines, written out from the numbers of dwellings."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.demo.labelled.country import FLATS, NAMED, Country, Places
from registry.demo.labelled.kinds import Kind
from registry.demo.labelled.people import NOBODY, Flags, People
from registry.demo.words import sections

WRITTEN_SHORT, WITHOUT_LOCALITY, IN_ONE_LINE = 1, 2, 3
"""Ways in which an address is written otherwise: Rd for Road, less of it, a flat before the road's number."""

_PREFIXES = ("", "North ", "South ", "East ", "West ", "Little ", "Great ", "Far ")
_SHORT = {"Road": "Rd", "Street": "St", "Lane": "Ln", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Crescent": "Cres"}
_SHORT |= {"Court": "Ct", "Grove": "Gr", "Terrace": "Terr", "Place": "Pl", "Gardens": "Gdns"}
_NAMED_HOUSES = 0.5
_HIGHEST = 3_000
_NUMBERS = pa.array([str(number) for number in range(_HIGHEST)])


def postcode_column(country: Country, dwellings: Places, mistyped: Flags | None = None) -> pa.Array:
    """The postcodes of dwellings, null where there is none; two characters have changed places where mistyped."""
    has = dwellings != NOBODY
    places = country.postcode_of(np.where(has, dwellings, 0))
    column = country.postcodes.take(pa.array(places, mask=~has))
    if mistyped is None or not mistyped.any():
        return column
    right = column.filter(pa.array(mistyped)).to_pylist()
    wrong = [text and text[:-2] + text[-1] + text[-2] for text in right]
    return _with(column, pa.array(mistyped), pa.array(wrong, type=pa.string()))


def address_columns(country: Country, people: People) -> dict[str, pa.Array]:
    """Five lines by position: house or flat, number and road, locality, post town, county. Absent ones are null."""
    postcode = country.postcode_of(people.dwelling)
    within = people.dwelling - country.first_dwelling[postcode]
    kind = country.roads.kind[postcode]
    flat = (kind == FLATS) & (people.lodging == 0)
    named = (kind == NAMED) & (people.lodging == 0) & (_mixed(people.dwelling) < _NAMED_HOUSES)
    number = country.roads.number[postcode] + np.where(kind == FLATS, 0, within * country.roads.step[postcode])
    road = _roads(country.roads.street[postcode], number, named, people.style == WRITTEN_SHORT)
    house = _houses(people, postcode, within, flat, named)
    one_line = flat & (people.style == IN_ONE_LINE)
    if one_line.any():
        chosen = pa.array(one_line)
        both = _joined(house.filter(chosen), road.filter(chosen), ", ")
        road = _with(road, chosen, both)
        house = _chosen(chosen, pa.scalar(None, type=pa.string()), house)
    bare = people.style == WITHOUT_LOCALITY
    locality = country.localities.take(pa.array(country.sector[postcode], mask=bare))
    without_county = bare | (_mixed(postcode + 77) < 0.4)
    return {
        "address_line_1": house,
        "address_line_2": road,
        "address_line_3": locality,
        "address_line_4": country.towns.take(pa.array(country.town[postcode])),
        "address_line_5": country.counties.take(pa.array(country.area[postcode], mask=without_county)),
    }


def _roads(street: Places, number: Places, named: Flags, short: Flags) -> pa.Array:
    streets = _streets()
    names = streets.take(pa.array(street % (len(streets) // 2) + np.where(short, len(streets) // 2, 0)))
    numbered = _joined(_NUMBERS.take(pa.array(number % _HIGHEST)), names, " ")
    return _chosen(pa.array(named), names, numbered) if named.any() else numbered


def _houses(people: People, postcode: Places, within: Places, flat: Flags, named: Flags) -> pa.Array:
    """The first line: a flat, a house's name, a room in a hall, a home; null for a house with a number."""
    flats, blocks, houses, homes = _flats(), _words("blocks"), _words("houses"), _words("homes")
    block = (_mixed(postcode) * len(blocks)).astype(np.int64)
    has_name = _mixed(postcode + 5) < 0.5
    flat_place = (within % 99) * (len(blocks) + 1) + np.where(has_name, block + 1, 0)
    texts = pa.concat_arrays([flats, houses, homes, pa.array([None], type=pa.string())])
    none = len(texts) - 1
    house = len(flats) + (_mixed(people.dwelling + 9) * len(houses)).astype(np.int64)
    home = len(flats) + len(houses) + (_mixed(people.dwelling + 3) * len(homes)).astype(np.int64)
    is_home = people.lodging == Kind.CARE_HOME
    lines = texts.take(pa.array(np.select([flat, named, is_home], [flat_place, house, home], none)))
    rooms = people.lodging == Kind.HALL
    if not rooms.any():
        return lines
    halls = blocks.take(pa.array(block[rooms])).to_pylist()
    told = [f"Room {room}, {hall} Hall" for room, hall in zip(people.room[rooms].tolist(), halls, strict=True)]
    return _with(lines, pa.array(rooms), pa.array(told, type=pa.string()))


def _joined(left: pa.Array, right: pa.Array, between: str) -> pa.Array:
    return pc.call_function("binary_join_element_wise", [left, right, pa.scalar(between)])


def _chosen(where: pa.Array, this: "pa.Array | pa.Scalar", other: pa.Array) -> pa.Array:
    return pc.call_function("if_else", [where, this, other])


def _with(column: pa.Array, where: pa.Array, instead: pa.Array) -> pa.Array:
    """A column in which the values of some rows are others, one for each of those rows."""
    return pc.call_function("replace_with_mask", [column, where, instead])


@cache
def _streets() -> pa.Array:
    """Every street's name, and behind them all the same with the kind of street written short."""
    firsts, kinds = _words("firsts").to_pylist(), sections("streets")["types"].words
    full = [f"{prefix}{first} {kind}" for prefix in _PREFIXES for first in firsts for kind in kinds]
    short = [f"{prefix}{first} {_SHORT.get(kind, kind)}" for prefix in _PREFIXES for first in firsts for kind in kinds]
    return pa.array(full + short)


@cache
def _flats() -> pa.Array:
    """Flat 1 to Flat 99: without a block's name, and in each block."""
    blocks = ["", *(f", {block} House" for block in _words("blocks").to_pylist())]
    return pa.array([f"Flat {number}{block}" for number in range(1, 100) for block in blocks])


@cache
def _words(section: str) -> pa.Array:
    return pa.array(list(sections("streets")[section].words))


def _mixed(places: Places) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A share from 0 to 1 that looks random and follows from a number alone."""
    value = places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    return (value >> np.uint64(11)).astype(np.float64) / float(1 << 53)
