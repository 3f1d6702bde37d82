"""Which community a household belongs to, by practice, age and size."""

from functools import cache
from itertools import accumulate
from random import Random

from registry.demo.households import Member, Role
from registry.demo.names import COMMUNITIES, Community
from registry.demo.practices import PracticeKind

_OTHERS = "*"
_BY_PRACTICE: dict[PracticeKind, dict[str, float]] = {
    PracticeKind.URBAN: {"british": 0.86, _OTHERS: 1.45},
    PracticeKind.STUDENT: {"british": 0.88, "chinese": 4.0, "european": 2.0, _OTHERS: 1.1},
    PracticeKind.COASTAL: {"british": 1.0, "irish": 0.8, "polish": 0.5, _OTHERS: 0.2},
    PracticeKind.RURAL: {"british": 1.0, "polish": 0.9, "romanian": 0.9, "icelandic": 0.5, _OTHERS: 0.08},
    PracticeKind.TOWN: {"british": 1.0, _OTHERS: 0.75},
}
_AMONG_OLD: dict[str, float] = {"british": 1.0, "irish": 1.2, "caribbean": 1.0, "mixed": 0.3, _OTHERS: 0.4}
_IN_BIG_HOUSEHOLDS: dict[str, float] = {
    "british": 0.8,
    "pakistani": 2.5,
    "bangladeshi": 2.8,
    "somali": 2.5,
    "sikh": 2.0,
    "afghan": 2.0,
    "gujarati": 1.5,
    _OTHERS: 1.2,
}


def community_of(rng: Random, kind: PracticeKind, members: list[Member]) -> Community:
    """A community for a household."""
    is_old = members[0].age >= 65
    is_big = len(members) >= 5 or members[-1].role is Role.ELDER
    communities, totals = _weights(kind, is_old, is_big)
    return rng.choices(communities, cum_weights=totals)[0]


@cache
def _weights(kind: PracticeKind, is_old: bool, is_big: bool) -> tuple[list[Community], list[float]]:
    communities = list(COMMUNITIES.values())
    tables = [_BY_PRACTICE[kind]] + [_AMONG_OLD] * is_old + [_IN_BIG_HOUSEHOLDS] * is_big
    weights: list[float] = []
    for community in communities:
        weight = community.share
        for table in tables:
            weight *= table.get(community.key, table[_OTHERS])
        weights.append(weight)
    return communities, list(accumulate(weights))
