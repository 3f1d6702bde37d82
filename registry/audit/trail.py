"""The trail of one person: everything that was done about them, and everybody who looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.models import audit_events

_TRAIL = (
    select(
        audit_events.c.at,
        audit_events.c.actor_kind,
        audit_events.c.actor_name,
        audit_events.c.practice_ods,
        audit_events.c.action,
        audit_events.c.subject,
        audit_events.c.request_id,
        audit_events.c.transaction_id,
    )
    .where(audit_events.c.patient_ids.contains(bindparam("people", type_=audit_events.c.patient_ids.type)))
    .order_by(audit_events.c.id)
)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event as it was recorded."""

    at: datetime
    actor_kind: str
    actor_name: str
    practice_ods: str | None
    action: str
    subject: dict[str, Any]
    request_id: str | None
    transaction_id: UUID | None


async def trail_of(connection: AsyncConnection, patient_id: UUID) -> list[AuditEvent]:
    """Every event that names the person, the oldest first."""
    rows = await connection.execute(_TRAIL, {"people": [patient_id]})
    return [AuditEvent(*row) for row in rows]
