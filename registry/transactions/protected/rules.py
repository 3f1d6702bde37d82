"""What of a protected person may be said to a practice, and by which way post goes. Pure.

Domain rules, correction 16: no new authority, practice or area reaches the former practice.
"""

from collections.abc import Mapping
from typing import Any, Literal

WHEREABOUTS = frozenset({"address", "postcode", "residential_institute", "new_ha_cipher"})
"""Items of messages that tell where somebody is. The database takes them out too, whoever writes."""

ByWayOf = Literal["practice", "office"]


def told_reason(reason: str, neutral: Mapping[str, str], *, restricted: bool) -> str:
    """The deduction reason for the F2: one that tells where somebody went gives way to a neutral one.

    `neutral` is the policy `protected_deduction_reasons`: another authority (2), the same one (3, 15),
    abroad (5) or the forces (8, 11) all read alike.
    """
    return neutral.get(reason, reason) if restricted else reason


def without_whereabouts(items: Mapping[str, Any]) -> dict[str, Any]:
    """The items of a message that do not tell where."""
    return {name: value for name, value in items.items() if name not in WHEREABOUTS}


def by_way_of(wanted: str | None, *, on_a_list: bool) -> ByWayOf:
    """By which way post to a protected person goes: the practice that holds them, where there is one and
    the office was not named instead."""
    return "practice" if on_a_list and wanted != "office" else "office"
