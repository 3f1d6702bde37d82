"""Weighted lists of words, read from the package's data files.

A file holds sections, `[heading]`, of words separated by blanks, the commonest first. The
weights fall like Zipf's law with a flattened top; `word*3` multiplies a weight and an
underscore in a word is a blank.
"""

from bisect import bisect
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from random import Random

_FLATTENING = 5
_EXPONENT = 0.8


@dataclass(frozen=True, slots=True)
class Words:
    """Words with the running totals of their weights."""

    words: tuple[str, ...]
    totals: tuple[float, ...]

    def draw(self, rng: Random) -> str:
        """One word, by weight."""
        return self.words[bisect(self.totals, rng.random() * self.totals[-1], 0, len(self.words) - 1)]

    @classmethod
    def ranked(cls, marked: list[str]) -> "Words":
        """From words in order of frequency, with their multipliers."""
        words: list[str] = []
        weights: list[float] = []
        for rank, word in enumerate(marked, start=1):
            text, _, factor = word.partition("*")
            words.append(text.replace("_", " "))
            weights.append(float(factor or 1) / (rank + _FLATTENING) ** _EXPONENT)
        return cls(tuple(words), tuple(accumulate(weights)))


@cache
def sections(file: str) -> dict[str, Words]:
    """The sections of a data file, such as `surnames`, by heading, in the file's order."""
    found: dict[str, list[str]] = {}
    heading = ""
    text = (resources.files("registry.demo") / "data" / f"{file}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            heading = line.strip("[] ")
            found[heading] = []
        elif line and not line.startswith("#"):
            found[heading].extend(line.split())
    return {heading: Words.ranked(words) for heading, words in found.items()}
