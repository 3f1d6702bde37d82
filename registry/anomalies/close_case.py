"""Close what stands in the queue because something had not happened, when it has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.audit.record import record
from registry.database import Writes
from registry.values.actor import Actor

_CLOSE = text(
    """
    update anomalies set state = 'decided', version = version + 1, due_at = null, decided_at = :now, decided_by = :by,
      decision = 'close', decision_reason = :reason
    where state = 'open' and kind = :kind and evidence @> :evidence
    returning id, patient_ids, transaction_id
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("evidence", type_=JSONB))


async def close_cases(
    connection: AsyncConnection, kind: str, evidence: Mapping[str, Any], *, by: Actor, now: datetime, reason: str
) -> list[UUID]:
    """Close the open cases of a kind whose evidence holds what is given. Returns their ids."""
    values = {"kind": kind, "evidence": dict(evidence), "by": by.name, "now": now, "reason": reason}
    rows = (await connection.execute(_CLOSE, values)).all()
    writes = Writes()
    for row in rows:
        subject = {"anomaly": row.id, "kind": kind, "decision": "close"}
        record(
            writes, by, "anomaly.decided", now,
            patient_ids=row.patient_ids, subject=subject, transaction_id=row.transaction_id,
        )  # fmt: skip
    await writes.flush(connection)
    return [row.id for row in rows]
