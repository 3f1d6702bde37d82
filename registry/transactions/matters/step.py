"""Writing what becomes of a matter."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.matters.machine import Machine, Step
from registry.transactions.matters.models import matter_events, matters
from registry.transactions.matters.stands import Matter


def open_matter(
    writes: Writes,
    context: Context,
    machine: Machine,
    *,
    due_at: datetime,
    state: str | None = None,
    patient_id: UUID | None = None,
    practice_id: UUID | None = None,
    other_patient_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    trigger_on: date | None = None,
    reason: str | None = None,
    transaction_id: UUID | None = None,
) -> UUID:
    """Begin a matter at its first stage, or at the one given; returns its id.

    `due_at` is when the event that the stage expects must have come, `trigger_on` the day whose
    rules apply (today unless given).
    """
    matter_id = uuid7()
    stage = machine.stages[0] if state is None else machine.stage(state)
    if stage.is_end:
        raise ValueError(f"a matter cannot begin at its end: {stage.name}")
    writes.insert(
        matters,
        id=matter_id,
        kind=machine.kind,
        state=stage.name,
        patient_id=patient_id,
        practice_id=practice_id,
        other_patient_id=other_patient_id,
        owner=stage.owner or "registration",
        trigger_on=iso(trigger_on or context.today),
        opened_at=context.now,
        expects=stage.expects,
        due_at=due_at,
        facts=dict(facts or {}),
    )
    matter = Matter(
        matter_id,
        machine.kind,
        0,
        stage.name,
        patient_id,
        practice_id,
        context.today,
        context.now,
        due_at,
        {},
        other_patient_id=other_patient_id,
    )
    _note(writes, context, matter, "opened", None, stage.name, reason, transaction_id, {})
    return matter_id


def advance(
    writes: Writes,
    context: Context,
    machine: Machine,
    matter: Matter,
    event: str,
    *,
    due_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    practice_id: UUID | None = None,
    reason: str | None = None,
    transaction_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    owner: str | None = None,
    priority: int = 0,
) -> Step:
    """Take a step. Once in a batch of writes for one matter. `owner` and `priority` are another than the stage's.

    `due_at` is when the next event is due; left out it stays as it was, and an end has none.
    `facts` are changed or added to those it has. Raises ValueError for a step that the state
    does not allow: whoever asks was to be refused before.
    """
    step = machine.step(matter.state, event)
    if step is None:
        raise ValueError(f"{machine.kind} {matter.state}: {event} is not allowed")
    stage = machine.stage(step.after)
    writes.update(
        matters,
        matter.id,
        version=matter.version + 1,
        state=stage.name,
        owner=owner or stage.owner or matter.owner,
        priority=priority,
        practice_id=practice_id or matter.practice_id,
        expects=stage.expects,
        due_at=None if stage.is_end else (due_at or matter.due_at),
        held_because=None,
        closed_at=context.now if stage.is_end else None,
        facts={**matter.facts, **(facts or {})},
    )
    _note(writes, context, matter, event, matter.state, stage.name, reason, transaction_id, details or {})
    return step


def hold(writes: Writes, context: Context, matter: Matter, because: str, until: datetime) -> None:
    """Let a clock that struck do nothing, visibly, until it strikes again."""
    writes.update(matters, matter.id, version=matter.version + 1, held_because=because, due_at=until)
    _note(writes, context, matter, "held", matter.state, matter.state, because, None, {})


def escalate(writes: Writes, context: Context, matter: Matter) -> None:
    """Nobody moved in time: it rises, goes to the supervisor the second time, and is due the next working day."""
    writes.update(
        matters,
        matter.id,
        version=matter.version + 1,
        priority=matter.priority + 1,
        owner="supervisor" if matter.priority else matter.owner,
        due_at=context.after_working_days(1),
    )
    _note(writes, context, matter, "escalated", matter.state, matter.state, None, None, {})


def _note(
    writes: Writes,
    context: Context,
    matter: Matter,
    event: str,
    before: str | None,
    after: str,
    reason: str | None,
    transaction_id: UUID | None,
    details: Mapping[str, Any],
) -> None:
    writes.insert(
        matter_events,
        matter_id=matter.id,
        version=matter.version + 1,
        event=event,
        from_state=before,
        to_state=after,
        at=context.now,
        by=context.actor.name,
        reason=reason,
        transaction_id=transaction_id,
        details=dict(details),
    )
    record(
        writes,
        context.actor,
        f"matter.{event}",
        context.now,
        patient_ids=[each for each in (matter.patient_id, matter.other_patient_id) if each is not None],
        subject={"matter": matter.id, "kind": matter.kind, "state": after},
        request_id=context.request_id,
        transaction_id=transaction_id,
    )
