"""Levels of agreement between addresses and postcodes, by the million: `compare_places` over codes.

Addresses are normalised only for the rows that need it: those of pairs within one district.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from registry.matching.batch.encode import Words
from registry.matching.batch.pair_names import MISSING, Levels
from registry.matching.batch.records import Codes, Flags, Records, Vocabulary
from registry.matching.compare_places import SAME_WORDS_FROM
from registry.matching.levels import Place
from registry.matching.normalise import postcode_parts

_FOREIGN_SHARE = 0.5
"""Where fewer of the postcodes than this have the shape of ours, they are of another country, and have no parts."""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The parts of every postcode of a vocabulary as codes; 0 where it has no known shape."""

    area: Codes
    district: Codes
    sector: Codes
    is_ours: bool

    @classmethod
    def of(cls, postcodes: Vocabulary) -> "PlaceFacts":
        """Of every postcode once."""
        words = Words()
        parts = [postcode_parts(value) or ("", "", "") for value in postcodes.values.tolist()]
        columns = [words.codes(part) for part in zip(*parts, strict=True)]
        given = len(postcodes) - 1
        is_ours = np.count_nonzero(columns[0]) >= _FOREIGN_SHARE * given if given else True
        return cls(columns[0], columns[1], columns[2], bool(is_ours))


def place_levels(records: Records, facts: PlaceFacts, left: Codes, right: Codes, former: Flags) -> Levels:
    """As `compare_places.place_level`; `former` says where the place of one is a former place of the other.

    Postcodes of another country are the same or not; where a file has addresses and no postcodes,
    the address alone is compared.
    """
    ours, theirs = records.postcode[left], records.postcode[right]
    if records.addresses.known and not (records.postcode > 0).any():
        level = _by_address_alone(records, left, right)
    else:
        level = _by_postcode(facts, ours, theirs)
        near = np.flatnonzero((ours == theirs) | (level == Place.SECTOR) | (level == Place.DISTRICT))
        near = near[level[near] != MISSING]
        if len(near) and records.addresses.known:
            same = near[_same_dwelling(records, left[near], right[near])]
            level[same] = np.where(ours[same] == theirs[same], Place.SAME_ADDRESS, Place.SAME_FIRST_LINE)
    level[former & (level != Place.SAME_ADDRESS)] = Place.FORMER
    return level


def _by_postcode(facts: PlaceFacts, ours: Codes, theirs: Codes) -> Levels:
    missing = (ours == 0) | (theirs == 0)
    shapeless = (facts.area[ours] == 0) | (facts.area[theirs] == 0)
    if not facts.is_ours:
        return np.select([missing, ours == theirs], [MISSING, np.int8(Place.SAME_POSTCODE)], np.int8(Place.DIFFERENT))
    return np.select(
        [
            missing,
            ours == theirs,
            shapeless,
            facts.sector[ours] == facts.sector[theirs],
            facts.district[ours] == facts.district[theirs],
            facts.area[ours] == facts.area[theirs],
        ],
        [
            MISSING,
            np.int8(Place.SAME_POSTCODE),
            MISSING,
            np.int8(Place.SECTOR),
            np.int8(Place.DISTRICT),
            np.int8(Place.AREA),
        ],
        np.int8(Place.DIFFERENT),
    )


def _by_address_alone(records: Records, left: Codes, right: Codes) -> Levels:
    level = np.full(len(left), MISSING)
    ours, theirs = records.addresses.of(left), records.addresses.of(right)
    known = np.fromiter((bool(one and other) for one, other in zip(ours, theirs, strict=True)), dtype=np.bool_)
    level[known] = Place.DIFFERENT
    level[_alike(ours, theirs)] = Place.SAME_FIRST_LINE
    return level


def _same_dwelling(records: Records, left: Codes, right: Codes) -> Flags:
    same = records.addresses.may_agree(left, right)
    worth = np.flatnonzero(same)
    rows, places = np.unique(np.concatenate([left[worth], right[worth]]), return_inverse=True)
    keys = records.addresses.of(rows.astype(np.int32))
    count = len(worth)
    same[worth] = _alike([keys[place] for place in places[:count]], [keys[place] for place in places[count:]])
    return same


def _alike(ours: list[str], theirs: list[str]) -> Flags:
    """As `compare_places`: the same numbers, and nearly the same words."""
    same = np.zeros(len(ours), dtype=np.bool_)
    places: list[int] = []
    words: tuple[list[str], list[str]] = ([], [])
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if not one or not other:
            continue
        if one == other:
            same[place] = True
            continue
        numbers, _, told = one.partition("|")
        their_numbers, _, theirs_told = other.partition("|")
        if numbers == their_numbers:
            places.append(place)
            words[0].append(told)
            words[1].append(theirs_told)
    if places:
        alike: npt.NDArray[np.float64] = process.cpdist(
            words[0], words[1], scorer=JaroWinkler.similarity, dtype=np.float64
        )
        same[np.array(places)[alike >= SAME_WORDS_FROM]] = True
    return same
