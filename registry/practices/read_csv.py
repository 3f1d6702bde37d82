"""The file of practices: one line a practice, read and checked column by column."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from registry.practices.csv_lines import BadColumn, RefusedLine, read_csv_lines
from registry.practices.store import Doctor, Practice
from registry.values.address import normal_postcode
from registry.values.organisation import GPCode, is_cipher, is_ods_code, is_partner_code

COLUMNS = ("ods_code", "name", "trading_partner_code", "ha_cipher", "gp_codes", "postcode", "list_state")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """A practice as a line of the file describes it. `position` is how many bytes have been read."""

    line: int
    position: int
    practice: Practice


def read_practices(path: Path) -> Iterator[PracticeLine | RefusedLine]:
    """Each line of the file in turn, as a practice or with the reason why it is none.

    Raises UnusableFile when the file cannot be opened, or its first line does not name the columns.
    """
    first_lines: dict[str, int] = {}
    for each in read_csv_lines(path, COLUMNS):
        if isinstance(each, RefusedLine):
            yield each
            continue
        try:
            practice = _practice(each.values)
        except BadColumn as fault:
            yield RefusedLine(each.line, fault.column, fault.reason)
            continue
        earlier = first_lines.setdefault(practice.ods_code, each.line)
        if earlier != each.line:
            yield RefusedLine(each.line, "ods_code", f"is that of line {earlier} too")
        else:
            yield PracticeLine(each.line, each.position, practice)


def _practice(value: dict[str, str]) -> Practice:
    for column, is_right, must in _CHECKS:
        if not is_right(value[column]):
            raise BadColumn(column, must)
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
            raise BadColumn("gp_codes", "must be GMC number, comma, local code, as in 4826940,281")
        try:
            since = date.fromisoformat(since_text.strip()) if at else None
        except ValueError:
            raise BadColumn("gp_codes", "must have a date as YYYY-MM-DD behind @") from None
        if code in found:
            raise BadColumn("gp_codes", "names the same doctor twice")
        found[code] = Doctor(code, since)
    return tuple(found.values())
