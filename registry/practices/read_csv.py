"""The file of practices: one line a practice, read and checked column by column."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from registry.practices.store import Doctor, Practice
from registry.values.address import normal_postcode
from registry.values.organisation import GPCode, is_cipher, is_ods_code, is_partner_code

COLUMNS = ("ods_code", "name", "trading_partner_code", "ha_cipher", "gp_codes", "postcode", "list_state")
_LONGEST_NAME = 200
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: its number in the file, the column at fault, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """A practice as a line of the file describes it. `position` is how many bytes have been read."""

    line: int
    position: int
    practice: Practice


class UnusableFile(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass(slots=True)
class _BadColumn(Exception):
    column: str
    reason: str


def read_practices(path: Path) -> Iterator[PracticeLine | RefusedLine]:
    """Each line of the file in turn, as a practice or with the reason why it is none.

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
    except _BadColumn as fault:
        raise UnusableFile(f"the first line {fault.reason}") from None
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise UnusableFile(f"the first line must name the columns; missing: {', '.join(missing)}")
    return names


def _lines(raw: IO[bytes], columns: list[str]) -> Iterator[PracticeLine | RefusedLine]:
    """No value holds a line break, so a line with a fault in its quotes spoils no other."""
    first_lines: dict[str, int] = {}
    for line, content in enumerate(raw, start=2):
        if not content.strip():
            continue
        try:
            practice = _practice(_row(columns, _values(content)))
        except _BadColumn as fault:
            yield RefusedLine(line, fault.column, fault.reason)
            continue
        earlier = first_lines.setdefault(practice.ods_code, line)
        if earlier != line:
            yield RefusedLine(line, "ods_code", f"is that of line {earlier} too")
        else:
            yield PracticeLine(line, raw.tell(), practice)


def _values(content: bytes) -> list[str]:
    try:
        return next(csv.reader([content.decode().rstrip("\r\n")], strict=True), [])
    except UnicodeDecodeError:
        raise _BadColumn("line", "is not UTF-8 text") from None
    except csv.Error:
        raise _BadColumn("line", "is not CSV: look at its quotes") from None


def _row(columns: list[str], values: list[str]) -> dict[str, str]:
    if len(values) != len(columns):
        place = columns[len(values)] if len(values) < len(columns) else columns[-1]
        raise _BadColumn(place, f"is out of place: the line has {len(values)} values for {len(columns)} columns")
    return dict(zip(columns, (value.strip() for value in values), strict=True))


def _practice(value: dict[str, str]) -> Practice:
    for column, is_right, must in _CHECKS:
        if not is_right(value[column]):
            raise _BadColumn(column, must)
    return Practice(
        ods_code=value["ods_code"].upper(),
        name=value["name"],
        trading_partner_code=value["trading_partner_code"].upper(),
        authority_cipher=value["ha_cipher"].upper(),
        doctors=_doctors(value["gp_codes"]),
        postcode=(normal_postcode(value["postcode"]) or value["postcode"]) or None,
        list_state=value["list_state"].lower() or "open",
    )


_CHECKS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("ods_code", lambda text: is_ods_code(text.upper()), "must be an ODS code: 3 to 10 letters and digits"),
    ("name", bool, "is missing"),
    (
        "name",
        lambda text: len(text) <= _LONGEST_NAME and text.isprintable(),
        f"must be of {_LONGEST_NAME} letters at most",
    ),
    ("trading_partner_code", lambda text: is_partner_code(text.upper()), "must be four letters and digits"),
    ("ha_cipher", lambda text: is_cipher(text.upper()), "must be two or three letters and digits"),
    ("postcode", lambda text: len(text) <= 10 and text.isprintable(), "must be a postcode"),
    ("list_state", lambda text: text.lower() in ("open", "closed", ""), "must be open or closed"),
)


def _doctors(text: str) -> tuple[Doctor, ...]:
    """`GMC,LOCAL` or `GMC,LOCAL@YYYY-MM-DD`, separated by semicolons. The same code twice is one entry."""
    found: dict[GPCode, Doctor] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        code_text, at, since_text = entry.partition("@")
        code = GPCode.parse(code_text)
        if code is None:
            raise _BadColumn("gp_codes", "must be GMC number, comma, local code, as in 4826940,281")
        try:
            since = date.fromisoformat(since_text.strip()) if at else None
        except ValueError:
            raise _BadColumn("gp_codes", "must have a date as YYYY-MM-DD behind @") from None
        if code in found:
            raise _BadColumn("gp_codes", "names the same doctor twice")
        found[code] = Doctor(code, since)
    return tuple(found.values())
