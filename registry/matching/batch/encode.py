"""From columns of text to columns of codes: each distinct value is normalised once, by the scalar normaliser."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from registry.matching.batch.records import Codes, Numbers, Vocabulary

Column = Any
"""A chunked array of pyarrow, which has no types of its own."""


class Words:
    """A vocabulary in the making: a text gets the next code when it is first met. The empty text is 0."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {"": 0}

    def code(self, word: str) -> int:
        """The code of a normalised text."""
        return self._codes.setdefault(word, len(self._codes))

    def codes(self, words: Iterable[str]) -> Codes:
        """The codes of many."""
        return np.fromiter((self.code(word) for word in words), dtype=np.int32)

    def vocabulary(self) -> Vocabulary:
        """What was met so far."""
        return Vocabulary.of(list(self._codes))


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct texts of a column, the missing one (an empty text) first, and where each row's stands."""

    texts: list[str]
    places: Codes

    @property
    def missing(self) -> int:
        """How many rows have none."""
        return int(np.count_nonzero(self.places == 0))


def distinct(column: Column) -> Distinct:
    """The distinct texts of a column. Lets go of the interpreter, so that several columns go at once."""
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    parts = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    values: list[str] = parts[0].dictionary.to_pylist() if parts else []
    rows = [pc.fill_null(part.indices, -1).to_numpy(zero_copy_only=False) for part in parts]
    places = np.concatenate(rows).astype(np.int32) if rows else np.zeros(0, dtype=np.int32)
    places += 1
    return Distinct(["", *values], places)


def encode(found: Distinct, words: Words, normal: Callable[[str], str]) -> Codes:
    """The codes of a column's normalised values."""
    return words.codes(normal(text) if text else "" for text in found.texts)[found.places]


def encode_forenames(
    first: Distinct, middle: Distinct | None, words: Words, split: "SplitForename"
) -> tuple[Codes, Codes]:
    """Codes of first forename and first middle name; two words in the first and no middle name are two names."""
    whole, head, tail = (words.codes(part) for part in zip(*(split(text) for text in first.texts), strict=True))
    if middle is None:
        return head[first.places], tail[first.places]
    given = np.fromiter((bool(text.strip()) for text in middle.texts), dtype=np.bool_)[middle.places]
    second = words.codes(split(text)[0].split(" ", 1)[0] for text in middle.texts)[middle.places]
    return np.where(given, whole[first.places], head[first.places]), np.where(given, second, tail[first.places])


SplitForename = Callable[[str], tuple[str, str, str]]
"""The whole of a forename, its first word as a forename, and its second as a middle name, each normalised."""


def to_numbers(column: Column) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Ten-digit numbers as integers, 0 where there is none, and which of them are valid NHS numbers.

    Blanks are allowed. Numbers of Scotland, Northern Ireland and older formats, and ten equal
    digits, are 0: they identify nobody here (see `values.nhs_number`).
    """
    plain = call("replace_substring", column, options=pc.ReplaceSubstringOptions(" ", ""))
    fits = pc.fill_null(call("match_substring_regex", plain, options=pc.MatchSubstringOptions(r"^[0-9]{10}$")), False)
    digits = pc.cast(call("if_else", fits, plain, pa.scalar("0")), pa.int64())
    return known_numbers(digits.to_numpy(zero_copy_only=False) if isinstance(digits, pa.Array) else digits.to_numpy())


def known_numbers(digits: Numbers) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """The numbers that are, or were meant to be, NHS numbers, and which are valid."""
    digits = digits.astype(np.int64, copy=True)
    left, total = digits // 10, np.zeros(len(digits), dtype=np.int64)
    for weight in range(2, 11):
        total += weight * (left % 10)
        left //= 10
    checked = (11 - total % 11) % 11 == digits % 10
    first_three, first_six = digits // 10_000_000, digits // 10_000
    elsewhere = checked & (_between(first_six, 10_101, 311_299) | _between(first_three, 320, 399))
    digits[elsewhere | (digits % 1_111_111_111 == 0)] = 0
    return digits, checked & (digits > 0)


def _between(values: Numbers, low: int, high: int) -> npt.NDArray[np.bool_]:
    return (values >= low) & (values <= high)


def text_column(table: Any, name: str) -> Column:
    """A column of a table as texts with blanks trimmed; what is empty is missing."""
    column = table[name]
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        column = pc.cast(column, pa.string())
    trimmed = call("utf8_trim_whitespace", pc.cast(column, pa.string()))
    return call("if_else", call("equal", trimmed, pa.scalar("")), pa.scalar(None, pa.string()), trimmed)


def call(name: str, *arguments: Any, options: Any = None) -> Any:
    """A function of pyarrow by its name: they are made at run time, so that no checker of types knows them."""
    return pc.call_function(name, list(arguments), options)
