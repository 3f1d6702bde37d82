"""Change a matter otherwise than by a step of its machine: whom it is about, or that it goes on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.matters.models import matter_events, matters
from registry.transactions.merges.snapshot import Row


def note_on_matter(
    writes: Writes,
    context: Context,
    row: Row,
    event: str,
    changes: Mapping[str, Any],
    transaction_id: UUID,
    reason: str,
) -> None:
    """Change columns of a matter otherwise than by a step of its machine, as its next version and event."""
    version, state = row["version"] + 1, changes.get("state", row["state"])
    writes.update(matters, row["id"], version=version, **changes)
    writes.insert(
        matter_events,
        matter_id=row["id"],
        version=version,
        event=event,
        from_state=row["state"],
        to_state=state,
        at=context.now,
        by=context.actor.name,
        reason=reason,
        transaction_id=transaction_id,
        details={},
    )
    people = {**row, **changes}
    named = [UUID(people[name]) for name in ("patient_id", "other_patient_id") if people[name] is not None]
    record(
        writes,
        context.actor,
        f"matter.{event}",
        context.now,
        patient_ids=named,
        subject={"matter": row["id"], "kind": row["kind"], "state": state},
        request_id=context.request_id,
        transaction_id=transaction_id,
    )
