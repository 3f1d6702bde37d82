"""The judged cases of the register, counted by level: words and numbers only, of nobody."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.matching.model.decided import SAME, Decided
from registry.matching.normalise import NORMALISER_VERSION

_DOORS = {"incoming": ("online",), "batch": ("batch", "office")}

# The last judgement of a pair counts. Levels of another normaliser are of other comparisons.
_JUDGED = text(
    """
    with last as (
      select distinct on (patient_id, other_patient_id) id, judgement, levels, judged_at
        from duplicate_judgements where door = any(:doors)
        order by patient_id, other_patient_id, judged_at desc, id desc
    ), usable as (
      select l.id, l.judgement, l.levels from last l join duplicate_judgements j using (id)
        where l.levels is not null and j.normaliser_version = :normaliser
          and l.judgement in ('same', 'different', 'household')
    )
    select judgement, '' as field, '' as level, count(*) as cases from usable group by 1
    union all
    select u.judgement, e.key, e.value, count(*) from usable u cross join lateral jsonb_each_text(u.levels) e
      group by 1, 2, 3
    """
)

# Whoever was certain was never judged: without them, only what looked doubtful would be learnt from.
_CERTAIN = text(
    """
    with since as (
      select min(judged_at) as day from duplicate_judgements
        where door = 'online' and levels is not null and normaliser_version = :normaliser
    ), usable as (
      select d.candidates -> 0 -> 'levels' as levels from match_decisions d join since s on d.decided_at >= s.day
        where d.outcome = 'certain' and d.normaliser_version = :normaliser
    )
    select :same as judgement, '' as field, '' as level, count(*) as cases from usable
    union all
    select :same, e.key, e.value, count(*) from usable u cross join lateral jsonb_each_text(u.levels) e group by 1, 2, 3
    """
)


async def decided_levels(connection: AsyncConnection, set_name: str) -> Decided:
    """Count what was judged at the doors that a set of weights is for.

    `incoming`: acceptances that were referred, and with them those that the matcher was certain of
    since the first of these; `batch`: cases of a sweep and matters of the office. A sweep's cases are
    offered best first, so that a queue half worked off shows people as more alike than they are.
    """
    asked = {"doors": list(_DOORS[set_name]), "normaliser": NORMALISER_VERSION}
    rows: list[Any] = list(await connection.execute(_JUDGED, asked))
    if set_name == "incoming":
        rows += list(await connection.execute(_CERTAIN, {"normaliser": NORMALISER_VERSION, "same": SAME}))
    return _counted(rows)


def _counted(rows: Iterable[Any]) -> Decided:
    cases: dict[str, int] = {}
    levels: dict[str, dict[str, dict[str, int]]] = {}
    for judgement, field, level, number in rows:
        if not field:
            cases[judgement] = cases.get(judgement, 0) + number
            continue
        by_level = levels.setdefault(judgement, {}).setdefault(field, {})
        by_level[level] = by_level.get(level, 0) + number
    return Decided(cases, levels)
