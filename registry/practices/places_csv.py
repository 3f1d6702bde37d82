"""The file of places: one line a postcode, with where it is on the National Grid."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from registry.practices.read_csv import RefusedLine, UnusableFile
from registry.values.address import normal_postcode

COLUMNS = ("postcode", "easting", "northing")
FARTHEST = {"easting": 700_000, "northing": 1_300_000}
"""Metres: the extent of the National Grid."""
_LONGEST_LINE = 10_000


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A postcode and its place, as a line of the file gives them. `position` is how many bytes have been read."""

    line: int
    position: int
    postcode: str
    easting: int
    northing: int


@dataclass(slots=True)
class _Bad(Exception):
    column: str
    reason: str


def read_places(path: Path) -> Iterator[PlaceLine | RefusedLine]:
    """Each line of the file in turn, as a place or with the reason why it is none. Other columns are passed over.

    Raises UnusableFile when the file cannot be opened, or its first line does not name the columns.
    """
    try:
        with path.open("rb") as raw:
            columns = _columns(raw.readline(_LONGEST_LINE))
            yield from _lines(raw, columns)
    except OSError as error:
        raise UnusableFile(f"{path.name} cannot be read: {error.strerror}") from None


def _columns(first_line: bytes) -> list[str]:
    try:
        names = [name.strip().lower() for name in _values(first_line.removeprefix(codecs.BOM_UTF8))]
    except _Bad as fault:
        raise UnusableFile(f"the first line {fault.reason}") from None
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise UnusableFile(f"the first line must name the columns; missing: {', '.join(missing)}")
    return names


def _lines(raw: IO[bytes], columns: list[str]) -> Iterator[PlaceLine | RefusedLine]:
    position = raw.tell()
    for line, content in enumerate(raw, start=2):
        position += len(content)
        if not content.strip():
            continue
        try:
            yield _place(line, position, columns, _values(content))
        except _Bad as fault:
            yield RefusedLine(line, fault.column, fault.reason)


def _place(line: int, position: int, columns: list[str], values: list[str]) -> PlaceLine:
    if len(values) != len(columns):
        where = columns[len(values)] if len(values) < len(columns) else columns[-1]
        raise _Bad(where, f"is out of place: the line has {len(values)} values for {len(columns)} columns")
    value = dict(zip(columns, (each.strip() for each in values), strict=True))
    postcode = normal_postcode(value["postcode"])
    if postcode is None:
        raise _Bad("postcode", "must be a postcode, as in ZX1 1AA")
    return PlaceLine(line, position, postcode, _metres(value, "easting"), _metres(value, "northing"))


def _metres(value: dict[str, str], column: str) -> int:
    """Whole metres; a point and noughts behind it are what spreadsheets add."""
    text = value[column].removesuffix(".0")
    if not (text.isascii() and text.isdigit()) or int(text) > FARTHEST[column]:
        raise _Bad(column, f"must be whole metres on the National Grid, from 0 to {FARTHEST[column]}")
    return int(text)


def _values(content: bytes) -> list[str]:
    try:
        return next(csv.reader([content.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        raise _Bad("line", "is not UTF-8 text") from None
    except csv.Error:
        raise _Bad("line", "is not CSV: look at its quotes") from None
