"""A case for something that did not come in time."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.anomalies.models import anomalies
from registry.anomalies.open_case import open_case
from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context

_CHASERS = text(
    "select id, version from anomalies where state = 'open' and kind = :kind and evidence ->> :key = :value for update"
)


def open_chaser(
    writes: Writes,
    context: Context,
    kind: str,
    sentence: str,
    *,
    practice_id: UUID | None = None,
    transaction_id: UUID | None = None,
    patient_ids: tuple[UUID, ...] = (),
    evidence: dict[str, Any] | None = None,
) -> UUID:
    """Put it before a person, due for a first look in the usual working days."""
    days = context.policies.on("anomaly_due_working_days", context.today)
    return open_case(
        writes,
        kind=kind,
        sentence=sentence,
        evidence=evidence or {},
        opened_at=context.now,
        due_at=context.after_working_days(days),
        practice_id=practice_id,
        transaction_id=transaction_id,
        patient_ids=patient_ids,
    )


async def close_chasers(
    connection: AsyncConnection, writes: Writes, context: Context, kind: str, key: str, value: str
) -> None:
    """Close the open cases of a kind whose evidence names something: what they asked for has come."""
    for row in (await connection.execute(_CHASERS, {"kind": kind, "key": key, "value": value})).all():
        writes.update(
            anomalies,
            row.id,
            state="decided",
            version=row.version + 1,
            due_at=None,
            decided_at=context.now,
            decided_by=context.actor.name,
            decision="close",
            decision_reason="What it asked for has come.",
        )
        record(
            writes,
            context.actor,
            "anomaly.decided",
            context.now,
            subject={"anomaly": row.id, "kind": kind, "decision": "close"},
            request_id=context.request_id,
        )
