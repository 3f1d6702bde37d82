"""NHS numbers, and the other numbers that travel in their place.

Source: NHS Data Dictionary, NHS NUMBER (modulus 11 with weights 10 to 2); the older
formats are carried on the wire only.
"""

import re
from dataclasses import dataclass
from enum import Enum

WIRE_LENGTH_READ = 17
"""The longest number that is read from a message."""
WIRE_LENGTH_WRITTEN = 15
"""The longest number that is written to a message."""

_TEN_DIGITS = re.compile(r"[0-9]{10}\Z")
_OLD_FORMAT = re.compile(r"[A-Z0-9?/]{1,17}\Z")


class NumberKind(Enum):
    """What a number on a message turns out to be."""

    NHS = "nhs"
    """A valid NHS number of England, Wales or the Isle of Man."""
    SCOTTISH = "scottish"
    """A Community Health Index number: tracing evidence, never an identity here."""
    NORTHERN_IRISH = "northern-irish"
    """A Health and Care number: tracing evidence, never an identity here."""
    OLD = "old"
    """An NHS number in a format used before 1996: tracing evidence."""
    PLACEHOLDER = "placeholder"
    """Ten equal digits: passes the arithmetic, is nobody's number."""
    WRONG_CHECK_DIGIT = "wrong-check-digit"
    """Ten digits that do not satisfy modulus 11: mistyped."""
    UNREADABLE = "unreadable"
    """Not a number in any format."""


def check_digit(stem: str) -> int | None:
    """The check digit of nine digits, or None where the stem has none (about 9 % have none)."""
    a, b, c, d, e, f, g, h, i = map(int, stem)
    digit = (11 - (10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i) % 11) % 11
    return None if digit == 10 else digit


def kind_of(text: str) -> NumberKind:
    """Classify a number as it was written, blanks between groups allowed."""
    compact = text.replace(" ", "")
    if not _TEN_DIGITS.match(compact):
        return NumberKind.OLD if _OLD_FORMAT.match(compact) else NumberKind.UNREADABLE
    if compact == compact[0] * 10:
        return NumberKind.PLACEHOLDER
    if check_digit(compact[:9]) != int(compact[9]):
        return NumberKind.WRONG_CHECK_DIGIT
    # Scottish and Northern Irish numbers pass modulus 11 too; their ranges tell them apart.
    if "010101" <= compact[:6] <= "311299":
        return NumberKind.SCOTTISH
    if "320" <= compact[:3] <= "399":
        return NumberKind.NORTHERN_IRISH
    return NumberKind.NHS


@dataclass(frozen=True, slots=True, order=True)
class NHSNumber:
    """A valid NHS number. One that exists is valid.

    Raises ValueError when the text is not one: wrong length, wrong check digit, ten equal
    digits, or a number of Scotland's or Northern Ireland's range.
    """

    value: str

    def __post_init__(self) -> None:
        kind = kind_of(self.value)
        if len(self.value) != 10 or kind is not NumberKind.NHS:
            raise ValueError(f"not an NHS number: {kind.value}")

    @classmethod
    def parse(cls, text: str) -> "NHSNumber | None":
        """The number in a text with or without blanks, or None where it is not a valid one."""
        compact = text.replace(" ", "")
        return cls(compact) if kind_of(compact) is NumberKind.NHS else None

    def __str__(self) -> str:
        return self.value

    def grouped(self) -> str:
        """As people read it: 999 000 0018."""
        return f"{self.value[:3]} {self.value[3:6]} {self.value[6:]}"
