"""Error rates by group: who is missed, and who is taken for somebody else, more than others.

The Office for National Statistics found that misses of its linkage cluster: in men, in people of
20 to 29, in minorities, and in London (2021 Census linked to the Personal Demographics Service).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.matching.evaluate.intervals import Estimate, difference, rate, share
from registry.matching.evaluate.membership import NO_WORDS, NOT_GIVEN, Counted

TOO_WIDE = 0.10
"""A group whose recall is known less well than this (width of the interval) is too small to tell."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: recall among the true pairs with a member in it, and wrong matches per thousand of its people.

    By the name of the call (as "certain").
    """

    value: str
    people: int
    true_pairs: int
    recall: dict[str, Estimate]
    wrong_per_thousand: dict[str, Estimate]
    too_small: bool
    """The intervals are too wide to say anything about recall."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The two groups that are furthest apart, among those large enough to tell.

    `low` and `high` bound the gap of recall (95 %, widened for having picked the largest); for
    wrong matches they are None. `beyond_chance` says whether chance alone cannot explain it.
    """

    lowest: str
    highest: str
    size: float
    low: float | None
    high: float | None
    beyond_chance: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The groups of one column. Gaps are by the name of the call; None with fewer than two groups to compare."""

    column: str
    lines: tuple[GroupLine, ...]
    gap_of_recall: dict[str, Gap | None]
    gap_of_wrong: dict[str, Gap | None]

    @property
    def too_small(self) -> tuple[str, ...]:
        """Groups about which nothing can be told."""
        return tuple(line.value for line in self.lines if line.too_small)


def section(column: str, counted: Sequence[Counted], calls: Sequence[str]) -> Section:
    """The error rates of a column's groups, in the order of their names, ages by number."""
    lines = tuple(_line(each, calls) for each in sorted(counted, key=lambda one: _order(one.value)))
    told = [line for line in lines if not line.too_small and line.value not in (NOT_GIVEN, NO_WORDS)]
    return Section(
        column,
        lines,
        {call: _gap_of_recall([(line.value, line.recall[call]) for line in told]) for call in calls},
        {call: _gap_of_wrong([(line.value, line.wrong_per_thousand[call]) for line in told]) for call in calls},
    )


def _line(counted: Counted, calls: Sequence[str]) -> GroupLine:
    recall = {call: share(counted.found[at], counted.true_pairs) for at, call in enumerate(calls)}
    wrong = {call: rate(counted.wrong[at], counted.people) for at, call in enumerate(calls)}
    too_small = any(estimate.width > TOO_WIDE for estimate in recall.values())
    return GroupLine(counted.value, counted.people, counted.true_pairs, recall, wrong, too_small)


def _gap_of_recall(groups: list[tuple[str, Estimate]]) -> Gap | None:
    if len(groups) < 2:
        return None
    (worst, low), (best, high) = min(groups, key=_measured), max(groups, key=_measured)
    bounds = difference(low, high, comparisons=len(groups) * (len(groups) - 1) // 2)
    return Gap(worst, best, (high.value or 0) - (low.value or 0), *bounds, beyond_chance=bounds[0] > 0)


def _gap_of_wrong(groups: list[tuple[str, Estimate]]) -> Gap | None:
    """Told from chance where the intervals do not touch, which is stricter than a test of the difference."""
    groups = [(value, estimate) for value, estimate in groups if estimate.value is not None]
    if len(groups) < 2:
        return None
    (fewest, low), (most, high) = min(groups, key=_measured), max(groups, key=_measured)
    apart = (high.low or 0) > (low.high or 0)
    return Gap(fewest, most, (high.value or 0) - (low.value or 0), None, None, beyond_chance=apart)


def _measured(group: tuple[str, Estimate]) -> float:
    return group[1].value or 0.0


def _order(value: str) -> tuple[bool, list[tuple[int, str]]]:
    """Numbers within names by their size, "under 5" before "5-9"; what is not given comes last."""
    parts = [(int(part), "") if part.isdigit() else (10**9, part) for part in re.findall(r"\d+|\D+", value.casefold())]
    if value.casefold().startswith(("under ", "<")):
        parts = [(-1, ""), *parts]
    return value in (NOT_GIVEN, NO_WORDS), parts
