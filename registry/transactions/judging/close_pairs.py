"""Close cases about pairs: the one that was decided, and those that nobody needs to decide any more.

A sweep finds again what is still to be found, with the facts as they are then. So whatever overtakes a case
closes it, in the same unit of work, and no case is ever turned into one about somebody else.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.models import anomalies
from registry.audit.record import record
from registry.database import Writes
from registry.matching.judgements.judgement import pair_of
from registry.matching.judgements.known_apart import pairs_held_apart
from registry.transactions.context import Context
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE

GONE = "One of the two records is no longer there to be compared."
IN_MATTER = "The two are worked on as a suspected duplicate."
HELD_APART = "Somebody judged that they are two people."
TAKEN_APART = "The record was two people's, who were taken apart: a sweep looks at each anew."

_OPEN = text(
    f"""
    select a.id, a.version, a.kind, a.patient_ids, (
        select count(*) from patients p where p.id = any(a.patient_ids)
          and p.merged_into is null and p.status <> 'invalidated' and not p.apart) as standing,
      exists (select from matters m where m.kind = 'duplicate' and m.closed_at is null
        and least(m.patient_id, m.other_patient_id) = a.patient_ids[1]
        and greatest(m.patient_id, m.other_patient_id) = a.patient_ids[2]) as in_matter
    from anomalies a where a.state = 'open' and a.kind = '{POSSIBLE_DUPLICATE}' and a.patient_ids && :people
    order by a.id for update of a
    """
).bindparams(bindparam("people", type_=ARRAY(Uuid)))


async def close_overtaken(
    connection: AsyncConnection, context: Context, people: Sequence[UUID], because: str | None = None
) -> int:
    """Close the open cases about people, who are locked, that are overtaken; returns how many.

    That is: one of the two is gone, the pair is worked on in a matter, or is held to be two people. With
    `because`, every case about them is closed.
    """
    rows = (await connection.execute(_OPEN, {"people": list(people)})).mappings().all()
    if not rows:
        return 0
    apart = await pairs_held_apart(connection, people)
    writes, closed = Writes(), 0
    for row in rows:
        reason = because or _why(row, held_apart=pair_of(*row["patient_ids"]) in apart)
        if reason is not None:
            close_pair(writes, context, row, "close", reason)
            closed += 1
    await writes.flush(connection)
    return closed


def _why(row: Mapping[Any, Any], *, held_apart: bool) -> str | None:
    if row["standing"] < 2:
        return GONE
    if row["in_matter"]:
        return IN_MATTER
    return HELD_APART if held_apart else None


def close_pair(writes: Writes, context: Context, row: Mapping[Any, Any], decision: str, reason: str) -> None:
    """Close a case about a pair, which is locked, with the audit of it."""
    writes.update(
        anomalies,
        row["id"],
        state="decided",
        version=row["version"] + 1,
        due_at=None,
        decided_at=context.now,
        decided_by=context.actor.name,
        decision=decision,
        decision_reason=reason,
    )
    subject = {"anomaly": row["id"], "kind": row["kind"], "decision": decision}
    record(
        writes, context.actor, "anomaly.decided", context.now,
        patient_ids=row["patient_ids"], subject=subject, request_id=context.request_id,
    )  # fmt: skip
