"""Forenames for the members of a family."""

from random import Random

from registry.demo.draft import Draft
from registry.demo.names import DAY_NAMES, draw_forename
from registry.demo.person import Label

_NEVER_ALONE = frozenset(("Mohammed", "Muhammad", "Abdul", "Md", "Ghulam", "Shah", "Ahmad", "Mohammad"))
_LOCAL = {"chinese": 0.7, "caribbean": 0.35, "vietnamese": 0.4, "ghanaian": 0.25, "european": 0.4, "irish": 0.4}
"""The share of those born here whose first forename is British; others 4 %."""
_THIRD_FORENAME = 0.07


def forenames_of(rng: Random, draft: Draft, taken: set[str]) -> tuple[str, str, str]:
    """First, second and other forenames; the first is added to those that the family has taken."""
    key = draft.community.key
    source = "british" if not draft.born_abroad and rng.random() < _LOCAL.get(key, 0.04) else key
    first = _first(rng, draft, source, taken)
    taken.add(first)
    first, second = _with_second(rng, draft, source, first)
    others = ""
    if second and key in ("british", "irish", "mixed") and rng.random() < _THIRD_FORENAME:
        others = _other_than(rng, draft, source, {first, second})
    return first, second, others


def _first(rng: Random, draft: Draft, source: str, taken: set[str]) -> str:
    """One that nobody of the family bears, if that can be had; half the twins share an initial."""
    initials: set[str] = set()
    if Label.TWIN in draft.labels and rng.random() < 0.5:
        initials = {forename[0] for forename in taken}
    chosen = ""
    for attempt in range(15):
        chosen = draw_forename(rng, source, not draft.is_female, draft.born_on.year)
        if chosen not in taken and (not initials or chosen[0] in initials or attempt > 10):
            break
    return chosen


def _with_second(rng: Random, draft: Draft, source: str, first: str) -> tuple[str, str]:
    """First and second forename, after the customs that concern them."""
    key = draft.community.key
    if key == "ghanaian" and rng.random() < 0.75:
        day_name = DAY_NAMES[draft.born_on.weekday()][draft.is_female]
        return (day_name, first) if rng.random() < 0.3 else (first, day_name)
    if key == "vietnamese" and rng.random() < 0.6:
        return first, "Thi" if draft.is_female else "Van"
    if key == "chinese" and source == "british":
        return first, draw_forename(rng, key, not draft.is_female, draft.born_on.year)
    if first in _NEVER_ALONE or rng.random() < draft.community.second_forename:
        return first, _other_than(rng, draft, source, {first, *_NEVER_ALONE})
    return first, ""


def _other_than(rng: Random, draft: Draft, source: str, taken: set[str]) -> str:
    """A further forename; nothing where twenty draws find none."""
    for _ in range(20):
        chosen = draw_forename(rng, source, not draft.is_female, draft.born_on.year)
        if chosen not in taken:
            return chosen
    return ""
