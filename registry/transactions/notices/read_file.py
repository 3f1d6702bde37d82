"""Read a file of notices: one line a notice, streamed, each line on its own.

No value holds a line break, so a line with a fault spoils no other.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from registry.transactions.notices.form import TRAILER, Form

LONGEST_LINE = 10_000
"""Bytes."""

Opener = Callable[[], IO[bytes]]
"""Opens the file anew, at its beginning."""


class UnusableFile(Exception):
    """The file as a whole cannot be used; the text says why. Nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is whole: its columns, its hash, and how many notices it holds."""

    columns: tuple[str, ...]
    content_hash: str
    notices: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be read: the column and what is wrong."""

    column: str
    problem: str
    reference: str = ""
    """The sender's number of the notice, where that could be read."""


Row = dict[str, str] | Fault
"""The values of a line by column, or why there are none."""


def check_file(opened: Opener, form: Form) -> Checked:
    """Read a file to its end: is it whole? Raises UnusableFile for a bad heading or trailer.

    A file that was cut short on its way is found out here, before anything of it acts.
    """
    digest, columns, notices, trailer = sha256(), (), 0, None
    with opened() as file:
        for number, line in _lines(file):
            digest.update(line)
            if number == 1:
                columns = _columns(line, form)
            elif not line.strip():
                continue
            elif trailer is not None:
                raise UnusableFile(f"line {number} comes after the trailer")
            elif (total := _trailer(line, number)) is not None:
                trailer = total
            else:
                notices += 1
    if not columns:
        raise UnusableFile("the file is empty")
    if trailer is None:
        raise UnusableFile(f"the trailer is missing ({TRAILER},<how many notices>): was the file cut short?")
    if trailer != notices:
        raise UnusableFile(f"the trailer says {trailer} notices and the file holds {notices}: was something lost?")
    return Checked(columns, digest.hexdigest(), notices)


def read_rows(opened: Opener, columns: tuple[str, ...], after_line: int) -> Iterator[tuple[int, Row]]:
    """The lines of a checked file that come after a line, each with its number, up to the trailer."""
    with opened() as file:
        for number, line in _lines(file):
            if number <= max(after_line, 1) or not line.strip():
                continue
            if _trailer(line, number) is not None:
                return
            yield number, _row(line, columns)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnusableFile(f"line {number} is longer than {LONGEST_LINE:,} bytes")
        yield number, line


def _columns(line: bytes, form: Form) -> tuple[str, ...]:
    values = _values(line.removeprefix(codecs.BOM_UTF8))
    if isinstance(values, Fault):
        raise UnusableFile(f"the first line {values.problem}")
    names = tuple(name.lower() for name in values)
    missing = [column for column in form.columns if column not in names]
    if missing:
        raise UnusableFile(f"the first line must name the columns; missing: {', '.join(missing)}")
    unknown = [name for name in names if name not in form.known]
    if unknown or len(set(names)) < len(names):
        raise UnusableFile(f"columns not of this form, or named twice: {', '.join(unknown or names)}")
    return names


def _trailer(line: bytes, number: int) -> int | None:
    """The control total of a trailer; None for a line that is none."""
    values = _values(line)
    if isinstance(values, Fault) or not values or values[0] != TRAILER:
        return None
    if len(values) < 2 or not (values[1].isascii() and values[1].isdigit()) or any(values[2:]):
        raise UnusableFile(f"line {number}: the trailer must be {TRAILER},<how many notices>")
    return int(values[1])


def _row(line: bytes, columns: tuple[str, ...]) -> Row:
    values = _values(line)
    if isinstance(values, Fault):
        return values
    if len(values) != len(columns):
        return Fault("line", f"has {len(values)} values for {len(columns)} columns")
    return dict(zip(columns, values, strict=True))


def _values(line: bytes) -> list[str] | Fault:
    try:
        row = next(csv.reader([line.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        return Fault("line", "is not UTF-8 text")
    except csv.Error:
        return Fault("line", "is not CSV: look at its quotes")
    if any("\x00" in value for value in row):
        return Fault("line", "holds a NUL character")
    return [value.strip() for value in row]
