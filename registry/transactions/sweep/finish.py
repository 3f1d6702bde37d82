"""The end of a sweep: what is alike no more goes, what hangs together is told, and the sweep is counted."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime, Text, Uuid

from registry.audit.record import record
from registry.database import Writes, to_json, unit_of_work
from registry.matching.batch.clusters import clusters_of
from registry.transactions.context import Context
from registry.transactions.sweep.begin import Sweep
from registry.transactions.sweep.close_pair import close_pair

ALIKE_NO_MORE = "The records have changed since, and are alike no more."

# Who changed after the sweep began may have been read before that: of those the next sweep tells.
_NOT_FOUND_AGAIN = """
    m.sweep_id <> :sweep and (cast(:since as timestamptz) is null or exists (
      select from patients p where p.id in (m.patient_id, m.other_patient_id)
        and p.updated_at >= :since and p.updated_at < :started))
"""
_TYPES = (
    bindparam("sweep", type_=Uuid),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("started", type_=DateTime(timezone=True)),
)
_GONE = text(
    f"update match_pairs m set state = 'gone', closed_because = '{ALIKE_NO_MORE}', changed_at = :now"
    f" where m.state = 'waiting' and {_NOT_FOUND_AGAIN}"
).bindparams(*_TYPES, bindparam("now", type_=DateTime(timezone=True)))
_ASKED_IN_VAIN = text(
    f"select m.case_id from match_pairs m where m.state = 'offered' and {_NOT_FOUND_AGAIN} order by m.case_id"
).bindparams(*_TYPES)

_STANDING = text(
    "select m.id, m.patient_id, m.other_patient_id, m.score from match_pairs m"
    " where m.state in ('waiting', 'offered') order by m.id"
)
_NUMBERS = text(
    "select p.id, p.nhs_number from patients p where p.nhs_number is not null and p.id in ("
    " select patient_id from match_pairs where state in ('waiting', 'offered')"
    " union select other_patient_id from match_pairs where state in ('waiting', 'offered'))"
)
_MARK = text(
    """
    update match_pairs m set cluster_id = s.cluster_id, check_links = s.check_links, weak = s.weak
    from json_to_recordset(cast(:rows as json)) s (id bigint, cluster_id uuid, check_links boolean, weak boolean)
    where m.id = s.id and (m.cluster_id, m.check_links, m.weak)
      is distinct from (s.cluster_id, s.check_links, s.weak)
    """
).bindparams(bindparam("rows", type_=Text))
_MARKED_AT_ONCE = 20_000

_COUNT = text(
    """
    update match_sweeps w set state = 'finished', finished_at = :now, pairs = c.pairs, certain = c.certain,
      possible = c.possible
    from (select count(*) as pairs, count(*) filter (where decision = 'certain') as certain,
        count(*) filter (where decision = 'possible') as possible from match_pairs where sweep_id = :sweep) c
    where w.id = :sweep and w.state = 'running' and w.chunks_done = w.chunks
    returning w.people, w.changed, w.pairs, w.certain, w.possible
    """
).bindparams(bindparam("sweep", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)))


async def settle_pairs(engine: AsyncEngine, context: Context, sweep: Sweep) -> None:
    """When every part of a sweep is stored: what it did not find again goes, what hangs together is told.

    Safe to do again from the start.
    """
    values = {"sweep": sweep.id, "since": sweep.since, "started": sweep.started_at}
    async with unit_of_work(engine) as connection:
        await connection.execute(_GONE, {**values, "now": context.now})
        asked = (await connection.execute(_ASKED_IN_VAIN, values)).scalars().all()
    for case_id in asked:
        async with unit_of_work(engine) as connection:
            await close_pair(connection, context, case_id, ALIKE_NO_MORE)
    await mark_clusters(engine)


async def complete(engine: AsyncEngine, context: Context, sweep: Sweep) -> None:
    """Count a sweep and keep that it was done. Done already: nothing."""
    async with unit_of_work(engine) as connection:
        counted: Any = (await connection.execute(_COUNT, {"sweep": sweep.id, "now": context.now})).one_or_none()
        if counted is not None:
            writes = Writes()
            subject = {"sweep": sweep.id, "since": sweep.since, **counted._mapping}
            record(writes, context.actor, "register.swept", context.now, subject=subject)
            await writes.flush(connection)


async def mark_clusters(engine: AsyncEngine) -> None:
    """Tell of each pair that stands with whom it hangs together, and which links carry nothing."""
    async with engine.connect() as connection:
        pairs = (await connection.execute(_STANDING)).all()
        numbers = {row.id: int(row.nhs_number) for row in await connection.execute(_NUMBERS)}
    rows = await asyncio.to_thread(_clustered, pairs, numbers)
    for begin in range(0, len(rows), _MARKED_AT_ONCE):
        async with unit_of_work(engine) as connection:
            await connection.execute(_MARK, {"rows": to_json(rows[begin : begin + _MARKED_AT_ONCE])})


def _clustered(pairs: Sequence[Any], numbers: dict[UUID, int]) -> list[dict[str, Any]]:
    people = sorted({person for row in pairs for person in (row.patient_id, row.other_patient_id)})
    place = {person: number for number, person in enumerate(people)}
    left = np.array([place[row.patient_id] for row in pairs], dtype=np.int64)
    right = np.array([place[row.other_patient_id] for row in pairs], dtype=np.int64)
    score = np.array([row.score for row in pairs], dtype=np.float64)
    verified = np.array([numbers.get(person, 0) for person in people], dtype=np.int64)
    found = clusters_of(len(people), left, right, score, verified)
    return [
        {
            "id": row.id,
            "cluster_id": people[int(found.cluster[left[each]])],
            "check_links": bool(found.check_links[left[each]]),
            "weak": bool(found.weak[each]),
        }
        for each, row in enumerate(pairs)
    ]
