"""The file of places: one line a postcode, with where it is on the National Grid."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.practices.csv_lines import BadColumn, CsvLine, RefusedLine, read_csv_lines
from registry.values.address import normal_postcode

COLUMNS = ("postcode", "easting", "northing")
FARTHEST = {"easting": 700_000, "northing": 1_300_000}
"""Metres: the extent of the National Grid."""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A postcode and its place, as a line of the file gives them. `position` is how many bytes have been read."""

    line: int
    position: int
    postcode: str
    easting: int
    northing: int


def read_places(path: Path) -> Iterator[PlaceLine | RefusedLine]:
    """Each line of the file in turn, as a place or with the reason why it is none. Other columns are passed over.

    Raises UnusableFile when the file cannot be opened, or its first line does not name the columns.
    """
    for each in read_csv_lines(path, COLUMNS):
        if isinstance(each, RefusedLine):
            yield each
            continue
        try:
            yield _place(each)
        except BadColumn as fault:
            yield RefusedLine(each.line, fault.column, fault.reason)


def _place(each: CsvLine) -> PlaceLine:
    value = each.values
    postcode = normal_postcode(value["postcode"])
    if postcode is None:
        raise BadColumn("postcode", "must be a postcode, as in ZX1 1AA")
    return PlaceLine(each.line, each.position, postcode, _metres(value, "easting"), _metres(value, "northing"))


def _metres(value: dict[str, str], column: str) -> int:
    """Whole metres; a point and noughts behind it are what spreadsheets add."""
    text = value[column].removesuffix(".0")
    if not (text.isascii() and text.isdigit()) or int(text) > FARTHEST[column]:
        raise BadColumn(column, f"must be whole metres on the National Grid, from 0 to {FARTHEST[column]}")
    return int(text)
