"""Levels of agreement between names, by the million: `compare_names` over codes.

Names repeat, so distinct pairs are compared, and only those that are not equal. Single words go
through rapidfuzz in one call; the few compound names go through the scalar functions themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from registry.matching.batch.records import Codes, Flags, Numbers, Vocabulary
from registry.matching.compare_names import (
    CLOSE_FORENAME_FROM,
    CLOSE_SURNAME_FROM,
    SIMILAR_FROM,
    shares_part,
    without_shared_particles,
)
from registry.matching.levels import Forename, MiddleName, Surname
from registry.matching.nicknames import GROUPS_OF

Levels = npt.NDArray[np.int8]
MISSING = np.int8(-1)


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What is known of each name of a vocabulary, and which pairs are forms of one name."""

    vocabulary: Vocabulary
    length: Codes
    initial: npt.NDArray[np.int32]
    is_compound: Flags
    forms: Numbers
    """Sorted keys (see `distinct_pairs`) of the pairs that are known forms, or of which one begins the other."""

    @classmethod
    def of(cls, names: Vocabulary) -> "NameFacts":
        """Of every name once."""
        values: Sequence[str] = names.values.tolist()
        return cls(
            names,
            np.fromiter(map(len, values), dtype=np.int32),
            np.fromiter((ord(value[0]) if value else 0 for value in values), dtype=np.int32),
            np.fromiter((" " in value for value in values), dtype=np.bool_),
            _pairs_of_forms(values),
        )

    def are_forms(self, keys: Numbers) -> Flags:
        """Which of the distinct pairs are forms of one name."""
        if not len(self.forms):
            return np.zeros(len(keys), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.forms, keys), len(self.forms) - 1)
        return self.forms[places] == keys


@dataclass(frozen=True, slots=True)
class DistinctPairs:
    """Distinct unordered pairs of codes, and which of them each row has."""

    keys: Numbers
    one: Codes
    other: Codes
    row: Codes


def distinct_pairs(left: Codes, right: Codes, size: int) -> DistinctPairs:
    """The distinct pairs among rows, the order within a pair being of no account. `size` is that of the vocabulary."""
    keys = np.minimum(left, right).astype(np.int64) * size + np.maximum(left, right)
    encoded = pa.array(keys).dictionary_encode()
    found: Numbers = encoded.dictionary.to_numpy()
    return DistinctPairs(
        found, (found // size).astype(np.int32), (found % size).astype(np.int32), encoded.indices.to_numpy()
    )


def forename_levels(
    facts: NameFacts, left: Codes, right: Codes, middles: tuple[Codes, Codes], surnames: tuple[Codes, Codes]
) -> Levels:
    """As `compare_names.forename_level` for present facts."""
    level = np.full(len(left), MISSING)
    known = (left > 0) & (right > 0)
    initial = facts.initial[left] == facts.initial[right]
    short = known & ((facts.length[left] == 1) | (facts.length[right] == 1))
    level[short] = np.where(initial[short], Forename.INITIAL_ONLY, Forename.DIFFERENT)
    whole = known & ~short
    equal = whole & (left == right)
    level[equal] = Forename.EQUAL
    swapped = whole & ~equal & (surnames[0] == right) & (left == surnames[1])
    level[swapped] = Forename.SWAPPED
    rest = np.flatnonzero(whole & ~equal & ~swapped)
    if len(rest):
        found = _distinct_forenames(facts, left[rest], right[rest])
        middle = (left[rest] == middles[1][rest]) | (right[rest] == middles[0][rest])
        weak = np.where(
            middle, Forename.MIDDLE_NAME, np.where(initial[rest], Forename.SAME_INITIAL, Forename.DIFFERENT)
        )
        level[rest] = np.where(found >= 0, found, weak)
    return level


def surname_levels(
    facts: NameFacts, left: Codes, right: Codes, forenames: tuple[Codes, Codes], former: Flags
) -> Levels:
    """As `compare_names.surname_level`; `former` says where a surname of one is a former surname of the other."""
    level = np.full(len(left), MISSING)
    whole = (facts.length[left] > 1) & (facts.length[right] > 1)
    equal = whole & (left == right)
    level[former] = Surname.FORMER
    level[equal] = Surname.EQUAL
    rest = np.flatnonzero(whole & ~equal & ~former)
    if len(rest):
        found = _distinct_surnames(facts, left[rest], right[rest])
        swapped = (left[rest] == forenames[1][rest]) & (forenames[0][rest] == right[rest])
        level[rest] = np.where(swapped & (found > Surname.SWAPPED), np.int8(Surname.SWAPPED), found)
    return level


def middle_levels(facts: NameFacts, left: Codes, right: Codes) -> Levels:
    """As `compare_names.middle_level`."""
    level = np.full(len(left), MISSING)
    known = np.flatnonzero((left > 0) & (right > 0))
    if not len(known):
        return level
    ours, theirs = left[known], right[known]
    pairs = distinct_pairs(ours, theirs, len(facts.vocabulary))
    same = (facts.length[ours] > 1) & ((ours == theirs) | facts.are_forms(pairs.keys)[pairs.row])
    initial = facts.initial[ours] == facts.initial[theirs]
    level[known] = np.where(same, MiddleName.EQUAL, np.where(initial, MiddleName.INITIAL, MiddleName.DIFFERENT))
    return level


def likeness(vocabulary: Vocabulary, one: Codes, other: Codes) -> npt.NDArray[np.float64]:
    """Jaro-Winkler similarity, pair by pair."""
    return process.cpdist(
        vocabulary.values[one].tolist(),
        vocabulary.values[other].tolist(),
        scorer=JaroWinkler.similarity,
        dtype=np.float64,
        workers=-1,
    )


def _distinct_forenames(facts: NameFacts, left: Codes, right: Codes) -> Levels:
    """The level of unequal whole forenames where the names alone tell it, else -1."""
    pairs = distinct_pairs(left, right, len(facts.vocabulary))
    alike = likeness(facts.vocabulary, pairs.one, pairs.other)
    level = np.full(len(alike), MISSING)
    level[alike >= CLOSE_FORENAME_FROM] = Forename.CLOSE
    level[alike >= SIMILAR_FROM] = Forename.SIMILAR
    level[facts.are_forms(pairs.keys)] = Forename.OTHER_FORM
    return level[pairs.row]


def _distinct_surnames(facts: NameFacts, left: Codes, right: Codes) -> Levels:
    """The level of unequal surnames by themselves."""
    pairs = distinct_pairs(left, right, len(facts.vocabulary))
    alike = likeness(facts.vocabulary, pairs.one, pairs.other)
    values = facts.vocabulary.values
    compound = facts.is_compound[pairs.one] | facts.is_compound[pairs.other]
    parted = np.zeros(len(alike), dtype=np.bool_)
    for place in np.flatnonzero(compound).tolist():
        one, other = str(values[pairs.one[place]]), str(values[pairs.other[place]])
        kept = without_shared_particles(one, other)
        if kept != (one, other):
            alike[place] = JaroWinkler.similarity(*kept)
        parted[place] = shares_part(one, other)
    level = np.full(len(alike), np.int8(Surname.DIFFERENT))
    level[alike >= CLOSE_SURNAME_FROM] = Surname.CLOSE
    level[parted] = Surname.SHARED_PART
    level[alike >= SIMILAR_FROM] = Surname.SIMILAR
    return level[pairs.row]


def _pairs_of_forms(values: Sequence[str]) -> Numbers:
    codes = {value: code for code, value in enumerate(values)}
    groups: dict[int, list[int]] = {}
    for name, numbers in GROUPS_OF.items():
        if name in codes:
            for number in numbers:
                groups.setdefault(number, []).append(codes[name])
    pairs = {pair for members in groups.values() for pair in permutations(members, 2)}
    for value, code in codes.items():
        words = value.split(" ")
        for count in range(1, len(words)):
            beginning = codes.get(" ".join(words[:count]))
            if beginning:
                pairs.add((beginning, code))
    keys = {min(pair) * len(values) + max(pair) for pair in pairs}
    return np.array(sorted(keys), dtype=np.int64)
