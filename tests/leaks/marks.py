"""Marked values, and how each may be written: what a leak looks like."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from registry.matching.sound import sound_code

SHORTEST = 6
"""A word that is squeezed to fewer letters would be found by chance."""

_NOT_A_LETTER = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """Letters and digits alone, of one case: blanks, hyphens, line ends and release characters part nothing.

    So a postcode is found with one blank, with two and with none, and a number in groups of three.
    """
    return _NOT_A_LETTER.sub("", text.casefold())


@dataclass(frozen=True)
class Mark:
    """A value that must not be seen, and what it is called in a report.

    `words` are looked for in squeezed text, `patterns` in the text as it is.
    """

    name: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def word(name: str, *values: str) -> Mark:
    """A text: a name, a line of an address, a postcode, what somebody wrote."""
    words = tuple(squeezed(value) for value in values)
    assert all(len(each) >= SHORTEST for each in words), f"{name} would be found by chance"
    return Mark(name, words)


def number(name: str, value: str) -> Mark:
    """An NHS number, and its plain hashes: whoever has a list of numbers could look them up."""
    hashes = [
        algorithm(spelt.encode()).hexdigest()
        for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b)
        for spelt in (value, f'"{value}"')
    ]
    return Mark(name, (value, *hashes), (f"(?<![0-9])…{value[-4:]}(?![0-9])", rf"\*{{3,}} ?{value[-4:]}(?![0-9])"))


def day(name: str, value: date) -> Mark:
    """A date of birth, in the ways in which people and systems write one."""
    months = (f"{value:%B}", f"{value:%b}")
    numeric = (
        f"{value:%Y-%m-%d}", f"{value:%Y%m%d}", f"{value:%d/%m/%Y}", f"{value:%d.%m.%Y}", f"{value:%d-%m-%Y}",
        f"{value:%d%m%Y}", f"{value:%m/%d/%Y}", f"{value:%d %m %Y}",
    )  # fmt: skip
    spelt = [f"{value.day} {month} {value.year}" for month in months]
    spelt += [f"{month} {value.day}, {value.year}" for month in months]
    written = [re.escape(each) for each in (*numeric, *spelt)]
    return Mark(name, (), (rf"(?<![0-9A-Za-z])(?:{'|'.join(written)})(?![0-9A-Za-z])",))


def sound(name: str, surname: str) -> Mark:
    """How a name sounds, as the register stores it: four characters that stand alone, and not as a part of an id."""
    return Mark(name, (), (rf"(?<![0-9A-Za-z-]){sound_code(surname)}(?![0-9A-Za-z-])",))


@dataclass(frozen=True)
class Marks:
    """Everything that must not be seen."""

    all: tuple[Mark, ...]

    @classmethod
    def of(cls, *marks: Mark) -> "Marks":
        return cls(tuple(marks))

    def but(self, *names: str) -> "Marks":
        """Without some, by name."""
        return Marks(tuple(mark for mark in self.all if mark.name not in names))

    def only(self, names: Iterable[str]) -> "Marks":
        """Only some, by name."""
        kept = set(names)
        return Marks(tuple(mark for mark in self.all if mark.name in kept))

    def __add__(self, other: "Marks") -> "Marks":
        return Marks(self.all + other.all)

    @cached_property
    def in_squeezed(self) -> dict[str, str]:
        """The name of the mark by each word."""
        return {spelt: mark.name for mark in self.all for spelt in mark.words}

    @cached_property
    def in_text(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(mark.name, re.compile(each, re.IGNORECASE)) for mark in self.all for each in mark.patterns]
