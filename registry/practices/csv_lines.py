"""Reading a CSV file line by line, each on its own: what practices and places are imported from.

No value holds a line break, so a line with a fault in its quotes spoils no other.
"""

import codecs
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LONGEST_LINE = 1_000_000
"""Bytes of the line that names the columns."""


class UnusableFile(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: its number in the file, the column at fault, and why."""

    line: int
    field: str
    reason: str


@dataclass(slots=True)
class BadColumn(Exception):
    """A value that cannot be taken, for whoever reads a line's values to raise."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvLine:
    """A line by its number and its values by column. `position` is how many bytes have been read."""

    line: int
    position: int
    values: dict[str, str]


def read_csv_lines(path: Path, required: Collection[str]) -> Iterator[CsvLine | RefusedLine]:
    """Each line of a file in turn, its values stripped, or the reason why it has none; blank lines are passed over.

    Raises UnusableFile when the file cannot be opened, or its first line does not name the required columns.
    """
    try:
        with path.open("rb") as raw:
            columns = _columns(raw.readline(_LONGEST_LINE), required)
            yield from _lines(raw, columns)
    except OSError as error:
        raise UnusableFile(f"{path.name} cannot be read: {error.strerror}") from None


def _columns(first_line: bytes, required: Collection[str]) -> list[str]:
    try:
        names = [name.strip().lower() for name in _values(first_line.removeprefix(codecs.BOM_UTF8))]
    except BadColumn as fault:
        raise UnusableFile(f"the first line {fault.reason}") from None
    missing = [column for column in required if column not in names]
    if missing:
        raise UnusableFile(f"the first line must name the columns; missing: {', '.join(missing)}")
    return names


def _lines(raw: IO[bytes], columns: list[str]) -> Iterator[CsvLine | RefusedLine]:
    position = raw.tell()
    for line, content in enumerate(raw, start=2):
        position += len(content)
        if not content.strip():
            continue
        try:
            yield CsvLine(line, position, _row(columns, _values(content)))
        except BadColumn as fault:
            yield RefusedLine(line, fault.column, fault.reason)


def _values(content: bytes) -> list[str]:
    try:
        return next(csv.reader([content.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        raise BadColumn("line", "is not UTF-8 text") from None
    except csv.Error:
        raise BadColumn("line", "is not CSV: look at its quotes") from None


def _row(columns: list[str], values: list[str]) -> dict[str, str]:
    if len(values) != len(columns):
        place = columns[len(values)] if len(values) < len(columns) else columns[-1]
        raise BadColumn(place, f"is out of place: the line has {len(values)} values for {len(columns)} columns")
    return dict(zip(columns, (value.strip() for value in values), strict=True))
