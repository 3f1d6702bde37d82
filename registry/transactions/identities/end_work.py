"""Open work about a record that is no longer in use: all of it is ended, for one reason that says no more than that."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person
from registry.transactions.identities.refuse_forms import refuse_forms
from registry.transactions.matters.follow import follow
from registry.transactions.matters.kind import kind_named
from registry.transactions.matters.machine import Machine
from registry.transactions.matters.models import matter_events, matters
from registry.transactions.pending import end_pending
from registry.transactions.settle import Decision, settle

BECAUSE = "The record is no longer in use."

_PEOPLE = bindparam("people", type_=ARRAY(Uuid))
_NUMBERS = bindparam("numbers", type_=ARRAY(Text))
_NOW = bindparam("now", type_=DateTime(timezone=True))

_ABOUT_THEM = text(
    "select a.id, a.version from anomalies a join transactions t on t.id = a.transaction_id"
    " where a.state = 'open' and t.state = 'in-queue' and t.kind <> 'acceptance' and (t.patient_id = any(:people)"
    " or replace(t.command ->> 'number', ' ', '') = any(:numbers) or a.patient_ids && :people) order by a.id"
).bindparams(_PEOPLE, _NUMBERS)

_CLOSE_CASES = text(
    "update anomalies a set state = 'decided', version = version + 1, due_at = null, decided_at = :now,"
    " decided_by = :by, decision = 'close', decision_reason = :because where state = 'open'"
    " and (patient_ids && :people or transaction_id = any(:transactions))"
    " and not exists (select from transactions t where t.id = a.transaction_id and t.due_at is not null)"
    " returning a.id, a.kind, a.patient_ids, a.transaction_id"
).bindparams(_PEOPLE, _NOW, bindparam("transactions", type_=ARRAY(Uuid)))

_LEAVE_OUT = text(
    "update anomalies set version = version + 1, patient_ids = array(select unnest(patient_ids) except"
    " select unnest(:people)), evidence = case when evidence ? 'candidates' then jsonb_set(evidence, '{candidates}',"
    " coalesce((select jsonb_agg(c) from jsonb_array_elements(evidence -> 'candidates') c"
    " where not cast(c ->> 'patient_id' as uuid) = any(:people)), '[]')) else evidence end"
    " where state = 'open' and patient_ids && :people"
).bindparams(_PEOPLE)

_MATTERS = text(
    "select id, kind, version, state, patient_id, other_patient_id from matters where closed_at is null"
    " and (patient_id = any(:people) or other_patient_id = any(:people)) order by id for update"
).bindparams(_PEOPLE)

_QUIET = tuple(
    text(statement).bindparams(_PEOPLE, _NOW)
    for statement in (
        "update letters set state = 'suppressed', due_at = null, suppressed_because = 'The record is no longer in use.'"
        " where patient_id = any(:people) and state = 'queued' and :now is not null",
        "update national_requests set state = 'C', closed_at = :now, next_attempt_at = null"
        " where patient_id = any(:people) and kind in ('update', 'announce') and state <> 'C'",
        "update transactions set chase_at = null where patient_id = any(:people) and chase_at is not null"
        " and :now is not null",
    )
)

_ENDS = (
    "closed", "cancelled", "withdrawn", "lapsed", "ended", "superseded", "overtaken", "left-unconfirmed", "discharged",
)  # fmt: skip
"""By which end a matter ends that nothing of its own ends: the first to which its machine leads from where it is."""
_SAYS_MORE = frozenset({("query", "closed")})
"""Ends that tell of something that did not happen: that a practice answered."""


async def end_work(
    connection: AsyncConnection,
    context: Context,
    people: Sequence[PersonFacts],
    numbers: Sequence[str],
    transactions: Sequence[UUID],
    forms: Sequence[UUID],
) -> None:
    """End everything that is open about people, who are locked: cases, requests, deductions, matters, letters.
    `forms` describe them and name no record."""
    ids = [person.id for person in people]
    await refuse_what_waits(connection, context, ids, numbers, forms)
    for person in people:
        writes = Writes()
        now = await gather_person(connection, person.id)
        for pending in now.pending:
            end_pending(writes, context, now, pending, "cancelled", BECAUSE)
        follow(writes, context, now, "left", None)
        await writes.flush(connection)
    await _end_matters(connection, context, ids)
    await _close_cases(connection, context, ids, transactions)
    for statement in _QUIET:
        await connection.execute(statement, {"people": ids, "now": context.now})


async def refuse_what_waits(
    connection: AsyncConnection,
    context: Context,
    ids: Sequence[UUID],
    numbers: Sequence[str],
    forms: Sequence[UUID],
) -> None:
    """What a practice asked and waits for is answered in the usual way, and its cases are closed: acceptances by the
    answer that the office is to be asked, everything else as when a clerk does not follow it."""
    about = {"people": list(ids), "numbers": list(numbers)}
    for case in (await connection.execute(_ABOUT_THEM, about)).all():
        await settle(connection, context, case.id, Decision("reject", case.version, BECAUSE))
    refused = await refuse_forms(connection, context, ids, numbers, forms)
    await _close_cases(connection, context, [], refused)


async def _close_cases(
    connection: AsyncConnection, context: Context, ids: Sequence[UUID], transactions: Sequence[UUID]
) -> None:
    values = {
        "people": list(ids),
        "transactions": list(transactions),
        "now": context.now,
        "by": context.actor.name,
        "because": BECAUSE,
    }
    writes = Writes()
    for row in (await connection.execute(_CLOSE_CASES, values)).all():
        record(
            writes,
            context.actor,
            "anomaly.decided",
            context.now,
            patient_ids=row.patient_ids,
            subject={"anomaly": row.id, "kind": row.kind, "decision": "close"},
            transaction_id=row.transaction_id,
        )
    await writes.flush(connection)
    if ids:
        await connection.execute(_LEAVE_OUT, {"people": list(ids)})


async def _end_matters(connection: AsyncConnection, context: Context, ids: Sequence[UUID]) -> None:
    """Matters that nothing of their own has ended by now."""
    writes = Writes()
    for row in (await connection.execute(_MATTERS, {"people": list(ids)})).all():
        end = end_of(kind_named(row.kind).machine, row.state)
        writes.update(
            matters,
            row.id,
            version=row.version + 1,
            state=end,
            priority=0,
            expects=None,
            due_at=None,
            held_because=None,
            closed_at=context.now,
        )
        event: dict[str, Any] = {"event": "record-ended", "from_state": row.state, "to_state": end}
        writes.insert(
            matter_events,
            matter_id=row.id,
            version=row.version + 1,
            **event,
            at=context.now,
            by=context.actor.name,
            reason=BECAUSE,
            details={},
        )
        both = [each for each in (row.patient_id, row.other_patient_id) if each is not None]
        subject = {"matter": row.id, "kind": row.kind, "state": end}
        record(writes, context.actor, "matter.record-ended", context.now, patient_ids=both, subject=subject)
    await writes.flush(connection)


def end_of(machine: Machine, state: str) -> str:
    """The end to which a matter in a state is brought when its record is no longer in use."""
    before: set[str] = set()
    ahead = {state}
    while ahead - before:
        before |= ahead
        ahead = {step.after for step in machine.steps if before & set(step.before)}
    ends = [stage.name for stage in machine.stages if stage.is_end]
    reached = [name for name in ends if name in ahead and (machine.kind, name) not in _SAYS_MORE] or ends
    return next((name for name in _ENDS if name in reached), reached[-1])
