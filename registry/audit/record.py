"""Recording what was done and who was looked at, beside the thing itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from registry.audit.models import audit_events
from registry.database import Writes
from registry.logs import current_request
from registry.values.actor import Actor


def record(
    writes: Writes,
    actor: Actor,
    action: str,
    at: datetime,
    *,
    patient_ids: Iterable[UUID] = (),
    subject: Mapping[str, Any] | None = None,
    transaction_id: UUID | None = None,
    request_id: str | None = None,
) -> None:
    """Add one event to a batch of writes, to be committed with what it tells of.

    `action` is noun.verb (`registration.accepted`, `anomaly.decided`). `subject` holds ids and
    codes, no names, addresses or NHS numbers. The request's id is taken from the request that
    is being answered unless it is given.
    """
    writes.insert(
        audit_events,
        at=at,
        actor_kind=actor.kind.value,
        actor_name=actor.name,
        practice_ods=actor.practice_ods,
        action=action,
        patient_ids=list(dict.fromkeys(patient_ids)),
        subject=dict(subject or {}),
        request_id=request_id or current_request.get(),
        transaction_id=transaction_id,
    )


def record_read(
    writes: Writes,
    actor: Actor,
    what: str,
    at: datetime,
    patient_ids: Iterable[UUID],
    *,
    subject: Mapping[str, Any] | None = None,
) -> None:
    """Record that an actor was shown people: one event a request, with everybody who was on the page.

    `what` names the thing read (`patient`, `inbox`, `anomaly`). Nobody shown: still an event,
    since a search that finds nobody tells something too.
    """
    record(writes, actor, f"{what}.read", at, patient_ids=patient_ids, subject=subject)
