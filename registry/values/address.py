"""Addresses in the five lines of the Postcode Address File, and postcode shapes."""

import re
from dataclasses import dataclass

LINE_NAMES = ("house name", "number and road", "locality", "post town", "county")

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})\Z")


def normal_postcode(text: str) -> str | None:
    """A postcode as `OUT IN` in upper case, or None where it has no known shape."""
    found = _POSTCODE.match(text.upper().replace(" ", ""))
    return f"{found[1]} {found[2]}" if found else None


def wire_postcode(text: str) -> str:
    """Eight characters, outward left and inward right, as GP Links wants it.

    A postcode of no known shape is returned as it is: what was read is carried on.
    """
    found = _POSTCODE.match(text.upper().replace(" ", ""))
    return f"{found[1]:<5}{found[2]}" if found else text


@dataclass(frozen=True, slots=True)
class Address:
    """Five lines by position: house name, number and road, locality, post town, county.

    An absent line is an empty text. The postcode is as given, or None.
    """

    lines: tuple[str, str, str, str, str] = ("", "", "", "", "")
    postcode: str | None = None

    @property
    def is_blank(self) -> bool:
        return not any(self.lines) and not self.postcode

    @classmethod
    def of(cls, lines: "list[str] | tuple[str, ...]", postcode: str | None = None) -> "Address":
        """From up to five lines in position; missing ones are blank. More than five: ValueError."""
        if len(lines) > 5:
            raise ValueError("an address has at most five lines")
        padded = [*lines, *[""] * (5 - len(lines))]
        return cls((padded[0], padded[1], padded[2], padded[3], padded[4]), postcode)

    @classmethod
    def from_unpositioned(cls, lines: "list[str] | tuple[str, ...]", postcode: str | None = None) -> "Address":
        """From lines whose position is not known.

        Five are positional. Fewer: the last is the post town, and the first is line 2 when it
        starts with a digit, else line 1.
        """
        filled = [line for line in lines if line]
        if len(lines) >= 5 or len(filled) < 2:
            return cls.of(lines if len(lines) >= 5 else filled, postcode)
        *before, town = filled
        start = 1 if before[0][:1].isdigit() else 0
        placed = ["", "", "", town, ""]
        for position, line in zip(range(start, 3), before, strict=False):
            placed[position] = line
        overflow = before[3 - start :]
        if overflow:
            placed[2] = ", ".join([placed[2], *overflow])
        return cls.of(placed, postcode)
