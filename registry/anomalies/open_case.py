"""Put a case in the queue."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.anomalies.models import anomalies
from registry.database import Writes


def open_case(
    writes: Writes,
    *,
    kind: str,
    sentence: str,
    evidence: dict[str, Any],
    opened_at: datetime,
    due_at: datetime,
    practice_id: UUID | None = None,
    transaction_id: UUID | None = None,
    patient_ids: Iterable[UUID] = (),
) -> UUID:
    """Add a case to the batch and return its id. Evidence holds ids, versions, scores and codes."""
    case_id = uuid7()
    writes.insert(
        anomalies,
        id=case_id,
        kind=kind,
        practice_id=practice_id,
        transaction_id=transaction_id,
        patient_ids=list(patient_ids),
        sentence=sentence,
        evidence=evidence,
        opened_at=opened_at,
        due_at=due_at,
    )
    return case_id
