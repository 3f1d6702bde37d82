"""What a particular may look like when the office keys it, and why it cannot be taken.

Sources: Personal Demographics Service, characters of names and the five lines of an address (line 1 premises, 2 number
and road, 3 locality, 4 post town, 5 county); GP Links, what may be erased; domain rules R15 (special postcodes, "care
of").
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.transactions.commands import ERASED, Changes
from registry.values.address import normal_postcode
from registry.values.person import Sex

LONGEST_NAME = 35
LONGEST_LINE = 35
NO_HOUSE = frozenset({"NFA", "ANK"})
"""Words in a postcode's place: no fixed abode, address not known."""

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-])*\Z")
_CARE_OF = re.compile(r"\s*(?:C/O|C\\O|C\.O\.|CARE\s+OF)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Which item cannot be taken, and what to do."""

    field: str
    sentence: str


def is_special_postcode(postcode: str | None) -> bool:
    """Whether it says that there is no home, or that it is not known: ZZ99 and what follows, NFA, ANK. Valid, and
    looked at again from time to time."""
    plain = (postcode or "").upper().replace(" ", "")
    return plain.startswith("ZZ99") or plain in NO_HOUSE


def is_care_of(line: str) -> bool:
    """Whether a line names somebody by whose hand post comes. That is a person and no house."""
    return _CARE_OF.match(line) is not None


def read_items(items: Mapping[str, str], today: date) -> Changes | Fault:
    """Items by name, as keyed, as changes: forenames and the lines of an address divided by commas, `%` to erase.

    Returns the first fault there is.
    """
    named: dict[str, Any] = {}
    for name, value in items.items():
        reader = _READERS.get(name)
        if reader is None:
            return Fault(name, f"There is no such item; there are {', '.join(_READERS)}.")
        read = reader(value.strip(), name)
        if isinstance(read, Fault):
            return read
        named[name] = read
    if not named:
        return Fault("items", f"Say what changes: one of {', '.join(_READERS)}.")
    changes = Changes(**named)
    if changes.date_of_birth is not None and changes.date_of_birth > today:
        return Fault("date_of_birth", "This day is yet to come.")
    return _address_fault(changes) or changes


def is_name(text: str) -> bool:
    """Whether a text has the letters of a name, and nothing else."""
    return _NAME.match(text) is not None


def _name(value: str, field: str) -> str | Fault:
    if not is_name(value):
        return Fault(field, "Letters, blanks, hyphens, apostrophes and full stops only, and a letter first.")
    if len(value) > LONGEST_NAME:
        return Fault(field, f"At most {LONGEST_NAME} characters.")
    return value


def _erasable(read: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    def reader(value: str, field: str) -> Any:
        return ERASED if value == ERASED else read(value, field)

    return reader


def _forenames(value: str, field: str) -> tuple[str, ...] | Fault:
    parts = [part.strip() for part in value.split(",")]
    if len(parts) > 3 or not parts[0]:
        return Fault(field, "Three at most, divided by commas, the first one first; % erases them.")
    read = [_name(part, field) if part else "" for part in parts]
    fault = next((each for each in read if isinstance(each, Fault)), None)
    return fault or (*map(str, read), *[""] * (3 - len(parts)))


def _address(value: str, field: str) -> tuple[str, ...] | Fault:
    lines = [line.strip() for line in value.split(",")]
    if len(lines) > 5 or not any(lines):
        return Fault(field, "Five lines, divided by commas: house name, number and road, locality, post town, county.")
    if any(len(line) > LONGEST_LINE or not line.isprintable() for line in lines):
        return Fault(field, f"At most {LONGEST_LINE} printable characters on a line.")
    return (*lines, *[""] * (5 - len(lines)))


def _postcode(value: str, field: str) -> str | Fault:
    word = value.upper().replace(" ", "")
    if word in NO_HOUSE:
        return word
    return normal_postcode(value) or Fault(field, "This is no postcode: AB1 2CD, or ZZ99 3VZ, NFA, ANK; % erases it.")


def _sex(value: str, field: str) -> Sex | Fault:
    try:
        return Sex(value)
    except ValueError:
        return Fault(field, "0 not known, 1 male, 2 female, 9 not specified.")


def _day(value: str, field: str) -> date | Fault:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return Fault(field, "Write a day as YYYY-MM-DD.")


def _truth(value: str, field: str) -> bool | Fault:
    words = {"yes": True, "true": True, "no": False, "false": False}
    return words.get(value.lower(), Fault(field, "yes or no."))


def _code(value: str, field: str) -> str | Fault:
    return value if value and len(value) <= 10 and value.isalnum() else Fault(field, "A code of up to ten characters.")


_READERS: dict[str, Callable[[str, str], Any]] = {
    "surname": _name,
    "forenames": _erasable(_forenames),
    "title": _erasable(_name),
    "previous_surname": _erasable(_name),
    "sex": _sex,
    "date_of_birth": _day,
    "address": _address,
    "postcode": _erasable(_postcode),
    "drugs_dispensed": _truth,
    "residential_institute": _erasable(_code),
}


def _address_fault(changes: Changes) -> Fault | None:
    """An address is whole: a house or road and a post town, unless the postcode says that there is none."""
    lines = changes.address
    if lines is None or is_special_postcode(changes.postcode):
        return None
    if _care_of_stands_alone(lines):
        return Fault("address", "A line 'care of' names a person: it comes first, and the house on line 2.")
    if not (lines[0] or lines[1]) or not lines[3]:
        return Fault("address", "A house or road (line 1 or 2) and a post town (line 4) are needed.")
    return None


def _care_of_stands_alone(lines: Sequence[str]) -> bool:
    return any(map(is_care_of, lines[1:])) or (is_care_of(lines[0]) and not lines[1])
