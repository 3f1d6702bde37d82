"""A case for something that did not come in time."""

from typing import Any
from uuid import UUID

from registry.anomalies.open_case import open_case
from registry.database import Writes
from registry.transactions.context import Context


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
