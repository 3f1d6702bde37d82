"""When a figure of a practice points to fraud.

A pattern raises a question and answers none. It is compared with the other practices, of which there is always
one at the top; so a threshold, a least number of people and a distance from the others must all be passed.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when on a figure is out of the ordinary."""

    figure: float
    least: int
    """So many people it must rest on."""
    times_median: float
    """So many times the median of the other practices."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A practice's figure of a pattern: nobody's name, number or address.

    `people` is how many it rests on, `of` from among how many, `explained` how many were left out of it as
    harmless, by why.
    """

    practice_id: UUID
    practice: str
    figure: float
    people: int
    of: int
    explained: Mapping[str, int]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure beside what it is measured against. `raises`: it gives rise to a case."""

    pattern: str
    since: date
    until: date
    """The first day after the period."""
    figure: Figure
    threshold: Threshold
    median: float | None
    """Of the other practices; None where there are none."""
    raises: bool

    def as_json(self) -> dict[str, Any]:
        """Plain data, for answers."""
        return {
            "pattern": self.pattern,
            "practice": self.figure.practice,
            "from": self.since.isoformat(),
            "to": date.fromordinal(self.until.toordinal() - 1).isoformat(),
            "figure": self.figure.figure,
            "threshold": self.threshold.figure,
            "least_people": self.threshold.least,
            "median_of_others": self.median,
            "times_median": self.threshold.times_median,
            "people": self.figure.people,
            "of": self.figure.of,
            "explained": dict(self.figure.explained),
            "counts": dict(self.figure.counts),
            "raises": self.raises,
        }

    @property
    def line(self) -> str:
        """What stands in an index of evidence: figures and codes."""
        explained = ", ".join(f"{why} {count}" for why, count in sorted(self.figure.explained.items()) if count)
        median = "none" if self.median is None else f"{self.median:g}"
        return (
            f"{self.pattern} of {self.figure.practice}: {self.figure.figure:g}, threshold {self.threshold.figure:g},"
            f" median of the others {median}; {self.figure.people} of {self.figure.of};"
            f" explained: {explained or 'nothing'}"
        )


def judge(pattern: str, since: date, until: date, figures: Sequence[Figure], threshold: Threshold) -> list[Finding]:
    """Each practice's figure beside the others', the highest first."""
    ordered = sorted(each.figure for each in figures)
    found: list[Finding] = []
    for each in figures:
        median = median_of_others(ordered, each.figure)
        out_of_line = median is None or each.figure >= threshold.times_median * median
        raises = each.figure >= threshold.figure and each.people >= threshold.least and out_of_line
        found.append(Finding(pattern, since, until, each, threshold, median, raises))
    return sorted(found, key=lambda each: (-each.figure.figure, each.figure.practice))


def median_of_others(ordered: Sequence[float], own: float) -> float | None:
    """The median of a sorted sequence without one value of it; None where nothing is left."""
    without, left = bisect_left(ordered, own), len(ordered) - 1
    if left < 1:
        return None

    def at(place: int) -> float:
        return ordered[place if place < without else place + 1]

    return (at((left - 1) // 2) + at(left // 2)) / 2
