"""Columns beyond the register's own: how each kind is normalised and compared, and what its agreement is worth.

A kind says how values are compared. How likely each level is for one person comes from the model;
how likely it is by chance comes from the file itself, since nobody knows a foreign column before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from registry.matching.batch.pair_names import MISSING, Levels, distinct_pairs
from registry.matching.batch.records import Codes, Extra
from registry.matching.normalise import normal_name

EQUAL, SIMILAR, DIFFERENT = 0, 1, 2
LEVEL_WORDS = ("equal", "similar", "different")

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_SAMPLE = 200_000
"""Random pairs from which the likeness of different people's values is estimated."""


def _words(text: str) -> str:
    return _NEITHER_LETTER_NOR_DIGIT.sub(" ", text[:300].upper()).strip()


def _letters_and_digits(text: str) -> str:
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text[:100].upper())


def _address(text: str) -> str:
    return text[:300].strip().lower()


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of a kind of column are written alike, and from what likeness on they are similar."""

    normal: Callable[[str], str]
    scorer: Any
    similar_from: float
    """In the scorer's own units; a distance is similar up to it."""
    is_distance: bool = False


KINDS: dict[str, Kind] = {
    "name": Kind(normal_name, JaroWinkler.similarity, 0.9),
    "text": Kind(_words, fuzz.token_sort_ratio, 85.0),
    "code": Kind(_letters_and_digits, OSA.distance, 1.0, is_distance=True),
    "email": Kind(_address, JaroWinkler.similarity, 0.93),
    "category": Kind(_words, None, 0.0),
    "locality": Kind(normal_name, JaroWinkler.similarity, 0.9),
    "birthplace": Kind(normal_name, JaroWinkler.similarity, 0.9),
    "identifier": Kind(_letters_and_digits, OSA.distance, 1.0, is_distance=True),
}
"""What `--extra COLUMN:KIND` may say; the last three are fields of their own."""


def extra_levels(extra: Extra, left: Codes, right: Codes) -> Levels:
    """0 equal, 1 similar, 2 different; -1 where either is missing."""
    ours, theirs = extra.codes[left], extra.codes[right]
    level = np.full(len(left), MISSING)
    known = (ours > 0) & (theirs > 0)
    level[known] = DIFFERENT
    level[known & (ours == theirs)] = EQUAL
    kind = KINDS[extra.kind]
    unequal = np.flatnonzero(known & (ours != theirs))
    if kind.scorer is None or not len(unequal):
        return level
    pairs = distinct_pairs(ours[unequal], theirs[unequal], len(extra.vocabulary))
    values = extra.vocabulary.values
    alike = process.cpdist(
        values[pairs.one].tolist(), values[pairs.other].tolist(), scorer=kind.scorer, dtype=np.float64, workers=-1
    )
    similar = alike <= kind.similar_from if kind.is_distance else alike >= kind.similar_from
    level[unequal[similar[pairs.row]]] = SIMILAR
    return level


def equal_by_chance(extra: Extra) -> float:
    """How often two random people who have a value have the same one."""
    counts = np.bincount(extra.codes, minlength=len(extra.vocabulary)).astype(np.float64)[1:]
    given = max(float(counts.sum()), 2.0)
    return max(float((counts**2).sum()) / given**2, 1 / given)


def chance_levels(extra: Extra, size: int) -> npt.NDArray[np.float64]:
    """How often two random people's values are equal, similar and different: in sum 1, and none of them nothing."""
    draw = np.random.default_rng(20260401)
    rows = draw.integers(0, max(size, 2), (2, _SAMPLE)).astype(np.int32)
    levels = extra_levels(extra, rows[0] % size, rows[1] % size)
    seen = np.bincount(levels[levels > EQUAL], minlength=3).astype(np.float64)[1:] + 0.5
    equal = min(equal_by_chance(extra), 0.99)
    return np.array([equal, *(seen / seen.sum() * (1 - equal))])
