"""A matter as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as it stands, its person locked."""

    id: UUID
    kind: str
    version: int
    state: str
    patient_id: UUID | None
    practice_id: UUID | None
    trigger_on: date
    opened_at: datetime
    due_at: datetime | None
    facts: Mapping[str, Any]
    owner: str = "registration"
    priority: int = 0
    other_patient_id: UUID | None = None
