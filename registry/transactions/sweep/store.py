"""Keep what a part of a sweep found, with the part's own progress: both are there, or neither is."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer, Text, Uuid

from registry.database import to_json
from registry.transactions.context import Context
from registry.transactions.sweep.begin import Sweep
from registry.transactions.sweep.read_register import TAKES_PART
from registry.transactions.sweep.search import FoundPair

_STEP = text(
    "update match_sweeps set chunks_done = :part + 1, skipped = coalesce(:skipped, skipped)"
    " where id = :id and state = 'running' and chunks_done = :part returning id"
).bindparams(
    bindparam("part", type_=Integer), bindparam("id", type_=Uuid), bindparam("skipped", type_=JSONB(none_as_null=True))
)

# Shared, and in the order of ids: whoever seals or merges one of them waits, and finds the pair afterwards.
_HOLD = text("select p.id from patients p where p.id = any(:people) order by p.id for share of p").bindparams(
    bindparam("people", type_=ARRAY(Uuid))
)

_REOPENED = (
    "(m.state = 'gone' or m.state = 'judged'"
    " and (m.version, m.other_version) <> (excluded.version, excluded.other_version))"
)
"""A pair of which a person judged stays judged until one of its records is another version."""

_KEEP = text(
    f"""
    insert into match_pairs as m (sweep_id, patient_id, other_patient_id, version, other_version, score, decision,
      levels, found_at, changed_at)
    select :sweep, s.patient_id, s.other_patient_id, s.version, s.other_version, s.score, s.decision, s.levels,
      :now, :now
    from json_to_recordset(cast(:pairs as json)) s (patient_id uuid, other_patient_id uuid, version integer,
      other_version integer, score double precision, decision text, levels jsonb)
    where (select count(*) from patients p where p.id in (s.patient_id, s.other_patient_id) and {TAKES_PART}) = 2
    on conflict (patient_id, other_patient_id) do update set sweep_id = excluded.sweep_id,
      version = excluded.version, other_version = excluded.other_version, score = excluded.score,
      decision = excluded.decision, levels = excluded.levels,
      state = case when {_REOPENED} then 'waiting' else m.state end,
      case_id = case when {_REOPENED} then null else m.case_id end,
      closed_because = case when {_REOPENED} then null else m.closed_because end,
      changed_at = case when {_REOPENED} then excluded.changed_at else m.changed_at end
    """
).bindparams(
    bindparam("sweep", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)), bindparam("pairs", type_=Text)
)

_BATCH = 5_000


async def store(
    connection: AsyncConnection,
    context: Context,
    sweep: Sweep,
    part: int,
    found: Sequence[FoundPair],
    skipped: Sequence[dict[str, object]] | None = None,
) -> bool:
    """Keep the pairs of a part, in the caller's unit of work. False, and nothing is kept, where the part is
    stored already.

    A pair is kept once, whichever sweeps find it. Left out is a pair of which one takes part no more.
    """
    values = {"id": sweep.id, "part": part, "skipped": None if skipped is None else list(skipped)}
    if (await connection.execute(_STEP, values)).one_or_none() is None:
        return False
    people: set[UUID] = {person for each in found for person in (each.patient_id, each.other_patient_id)}
    await connection.execute(_HOLD, {"people": list(people)})
    for begin in range(0, len(found), _BATCH):
        pairs = to_json([asdict(each) for each in found[begin : begin + _BATCH]])
        await connection.execute(_KEEP, {"sweep": sweep.id, "now": context.now, "pairs": pairs})
    return True
