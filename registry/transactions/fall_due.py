"""Do what has fallen due. Every clock of the register is a row with its instant, found here.

Run every minute by the worker, and by `registry jobs run` with the clock at each instant.
Each item is its own unit of work, so that one that fails holds up no other.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, DateTime, Uuid

from registry.anomalies.models import anomalies
from registry.anomalies.open_case import open_case
from registry.database import Writes, unit_of_work
from registry.transactions.commands import TraceAnswer
from registry.transactions.context import Context
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.messages import Addressee, deduct
from registry.transactions.models import pending_deductions, practice_messages, transactions
from registry.transactions.national import tell
from registry.transactions.national_answers import read_request, take_answer
from registry.transactions.pending import end_pending
from registry.values.period import london_date

log = structlog.get_logger("registry.due")

_BATCH = 500

_DUE_DEDUCTIONS = text(
    "select id, patient_id from pending_deductions where state = 'pending' and due_on <= :today"
    " and (held_on is null or held_on < :today) order by due_on, id limit :batch"
).bindparams(bindparam("today", type_=Date))

_WAITING_ABOUT = text(
    "select count(distinct t.id) from transactions t join match_decisions d on d.transaction_id = t.id"
    " where t.state = 'waiting-for-trace' and t.due_at is not null"
    " and d.candidates @> jsonb_build_array(jsonb_build_object('patient_id', cast(:patient_id as text)))"
)

_LOCK_PENDING = text(
    "select patient_id, practice_id, transaction_id, gp_code, reason, to_list from pending_deductions"
    " where id = :id and state = 'pending' for update"
).bindparams(bindparam("id", type_=Uuid))

_UNANSWERED = text(
    "select id from transactions where state = 'waiting-for-trace' and due_at <= :now order by due_at, id limit :batch"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

# The question is locked before its transaction, as by whoever brings an answer.
_LOCK_QUESTION = text(
    "select r.id from transactions t join national_requests r on r.transaction_id = t.id"
    " where t.id = :id and t.state = 'waiting-for-trace' and t.due_at <= :now and r.state <> 'C' and r.kind <> 'update'"
    " for update of r"
).bindparams(bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)))

_LATE_CASES = text(
    "select a.id, a.priority, a.opened_at, t.id as transaction_id from anomalies a"
    " left join transactions t on t.id = a.transaction_id and t.state = 'in-queue'"
    " where a.state = 'open' and a.due_at <= :now order by a.due_at, a.id limit :batch for update of a skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

# Sent again is what the practice sent later under the same number, or, because that may have
# been the fault, with the same birthday and one of the names.
_UNMENDED = text(
    """
    select t.id, t.practice_id, t.version, exists (
      select from transactions n,
        lateral (select t.command -> 'demographics' as before, n.command -> 'demographics' as after) who
      where n.practice_id = t.practice_id and n.kind = 'acceptance' and n.received_at >= t.received_at and n.id > t.id
        and (before ->> 'number' = after ->> 'number'
          or before ->> 'date_of_birth' = after ->> 'date_of_birth'
            and coalesce(upper(before -> 'name' ->> 'first_forename') = upper(after -> 'name' ->> 'first_forename'),
              t.outcome = 'name-missing'))) as mended
    from transactions t where t.chase_at <= :now order by t.chase_at, t.id limit :batch for update of t skip locked
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_UNRECEIPTED = text(
    "select id, practice_id, kind, transaction_id, patient_id from practice_messages where due_at <= :now"
    " and not chased order by due_at, id limit :batch for update skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_NEXT = text(
    """
    select min(at) from (
      select (greatest(due_on, held_on + 1)::timestamp at time zone 'Europe/London') as at from pending_deductions
        where state = 'pending'
      union all select due_at from transactions where state = 'waiting-for-trace'
      union all select due_at from anomalies where state = 'open'
      union all select chase_at from transactions where chase_at is not null
      union all select due_at from practice_messages where due_at is not null and not chased
      union all select next_attempt_at from national_requests where state <> 'C'
    ) due
    """
)


@dataclass(frozen=True, slots=True)
class Done:
    """How many items of each kind were dealt with."""

    deducted: int = 0
    superseded: int = 0
    held: int = 0
    unanswered: int = 0
    escalated: int = 0
    chased: int = 0
    unreceipted: int = 0
    failed: int = 0
    """Items that could not be dealt with; they stay due and are tried again the next time."""

    @property
    def total(self) -> int:
        """The items that were dealt with."""
        return sum(getattr(self, name) for name in self.__dataclass_fields__ if name != "failed")


async def next_due(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which something falls due, or None when nothing ever will."""
    return (await connection.execute(_NEXT)).scalar_one()


async def fall_due(engine: AsyncEngine, context: Context) -> Done:
    """Do everything that is due at the context's present. Safe to run twice and side by side."""
    ends = await _each(engine, _DUE_DEDUCTIONS, {"today": context.today}, context, _deduction_falls_due)
    unanswered = await _each(engine, _UNANSWERED, {"now": context.now}, context, _trace_unanswered)
    async with unit_of_work(engine) as connection:
        escalated = await _escalate_cases(connection, context)
    async with unit_of_work(engine) as connection:
        chased = await _chase_rejections(connection, context)
    async with unit_of_work(engine) as connection:
        unreceipted = await _chase_receipts(connection, context)
    return Done(
        deducted=ends.count("executed"),
        superseded=ends.count("superseded"),
        held=ends.count("held"),
        unanswered=unanswered.count("in-queue"),
        escalated=escalated,
        chased=chased,
        unreceipted=unreceipted,
        failed=[*ends, *unanswered].count("failed"),
    )


async def _each(
    engine: AsyncEngine,
    query: TextClause,
    parameters: dict[str, Any],
    context: Context,
    act: Callable[[AsyncConnection, Context, UUID], Awaitable[str]],
) -> list[str]:
    """Apply an act to each row found, each in its own unit of work, until none is left that was not tried."""
    ends: dict[UUID, str] = {}
    while True:
        async with engine.connect() as connection:
            ids: Sequence[UUID] = (await connection.execute(query, {**parameters, "batch": _BATCH})).scalars().all()
        fresh = [each for each in ids if each not in ends]
        for each in fresh:
            ends[each] = await _one(engine, context, act, each)
        if not fresh or len(ids) < _BATCH:
            return list(ends.values())


async def _one(
    engine: AsyncEngine, context: Context, act: Callable[[AsyncConnection, Context, UUID], Awaitable[str]], item: UUID
) -> str:
    try:
        async with unit_of_work(engine) as connection:
            return await act(connection, context, item)
    except Exception as error:  # whatever it is, the next person's deduction is due all the same
        log.error("due.failed", act=act.__name__, item=str(item), error=type(error).__name__)
        return "failed"


async def _waiting_about(connection: AsyncConnection, patient_id: UUID) -> int:
    """How many registrations that wait for the national side may turn out to be this person's."""
    return (await connection.execute(_WAITING_ABOUT, {"patient_id": str(patient_id)})).scalar_one()


async def _deduction_falls_due(connection: AsyncConnection, context: Context, pending_id: UUID) -> str:
    """Off the list on the due day, unless the person has moved on, or something about them is unworked.

    No clock removes anybody over unread mail (domain rules, correction 6).
    """
    whose = await connection.execute(
        text("select patient_id from pending_deductions where id = :id").bindparams(bindparam("id", type_=Uuid)),
        {"id": pending_id},
    )
    patient_id: UUID = whose.scalar_one()
    await lock_people(connection, [patient_id])
    row = (await connection.execute(_LOCK_PENDING, {"id": pending_id})).one_or_none()
    if row is None:
        return "gone"
    person = await gather_person(connection, patient_id)
    pending = next(each for each in person.pending if each.id == pending_id)
    writes = Writes()
    if person.membership is None or person.membership.practice_id != row.practice_id:
        end_pending(writes, context, person, pending, "superseded", "The person has moved on.")
        end = "superseded"
    elif unworked := person.unworked + await _waiting_about(connection, patient_id):
        reason = f"{unworked} open cases or waiting registrations about the person are to be settled first."
        writes.update(pending_deductions, pending_id, held_because=reason, held_on=context.today.isoformat())
        end = "held"
    else:
        moved = leave_list(
            writes,
            person,
            row.to_list,
            Movement(context.today, context.now, f"deduction-{row.reason}", row.transaction_id),
        )
        to = Addressee(row.practice_id, row.gp_code, transaction_id=row.transaction_id, patient_id=patient_id)
        deduct(writes, context, to, number=person.nhs_number, reason=row.reason, on=moved.on)
        tell(writes, context, row.transaction_id, patient_id)
        end_pending(writes, context, person, pending, "executed", f"Off the list on {moved.on.isoformat()}.")
        end = "executed"
    await writes.flush(connection)
    return end


async def _trace_unanswered(connection: AsyncConnection, context: Context, transaction_id: UUID) -> str:
    """A registration that waited too long for the national side goes to a person, and its question is closed.

    An answer that has come already, and only was not applied, still counts.
    """
    locked = await connection.execute(_LOCK_QUESTION, {"id": transaction_id, "now": context.now})
    request_id: UUID | None = locked.scalar_one_or_none()
    request = await read_request(connection, request_id) if request_id else None
    if request is None:
        return "gone"
    outcome = await take_answer(connection, context, request.id, request.answer or TraceAnswer("unanswered"))
    return "gone" if outcome is None else outcome.state


async def _escalate_cases(connection: AsyncConnection, context: Context) -> int:
    """A case that nobody settled in time rises in the queue, and is due again.

    The steps are a policy (2, 5, 10 working days from its opening); after the last, each working day.
    """
    rows = (await connection.execute(_LATE_CASES, {"now": context.now, "batch": _BATCH})).all()
    writes = Writes()
    waiting: dict[UUID, datetime] = {}
    for row in rows:
        opened_on = london_date(row.opened_at)
        steps: list[int] = context.policies.on("acceptance_due_working_days", opened_on)
        step = steps[min(row.priority + 1, len(steps) - 1)]
        due_at = max(context.after_working_days(step, opened_on), context.after_working_days(1))
        writes.update(anomalies, row.id, priority=row.priority + 1, due_at=due_at)
        if row.transaction_id is not None:
            waiting[row.transaction_id] = due_at
    for transaction_id, due_at in waiting.items():
        writes.update(transactions, transaction_id, due_at=due_at)
    await writes.flush(connection)
    return len(rows)


async def _chase_rejections(connection: AsyncConnection, context: Context) -> int:
    """A rejection that the practice never mended leaves somebody without a doctor: a person asks.

    Returns how many are asked about.
    """
    rows = (await connection.execute(_UNMENDED, {"now": context.now, "batch": _BATCH})).all()
    writes = Writes()
    for row in rows:
        writes.update(transactions, row.id, chase_at=None, version=row.version + 1)
        if not row.mended:
            _case(writes, context, "rejection-unmended", _UNMENDED_SENTENCE, row.practice_id, row.id, ())
    await writes.flush(connection)
    return sum(not row.mended for row in rows)


async def _chase_receipts(connection: AsyncConnection, context: Context) -> int:
    """A message without a receipt may be lost: a person finds out, and it is sent again on request."""
    rows = (await connection.execute(_UNRECEIPTED, {"now": context.now, "batch": _BATCH})).all()
    writes = Writes()
    practices: dict[UUID, list[int]] = {}
    for row in rows:
        writes.update(practice_messages, row.id, chased=True)
        practices.setdefault(row.practice_id, []).append(row.id)
    for practice_id, messages in practices.items():
        _case(writes, context, "receipt-missing", _UNRECEIPTED_SENTENCE, practice_id, None, (), {"messages": messages})
    await writes.flush(connection)
    return len(rows)


_UNMENDED_SENTENCE = "The practice has not sent a rejected acceptance again; the person may have no doctor."
_UNRECEIPTED_SENTENCE = "Messages to the practice have no receipt and may not have arrived."


def _case(
    writes: Writes,
    context: Context,
    kind: str,
    sentence: str,
    practice_id: UUID,
    transaction_id: UUID | None,
    patient_ids: tuple[UUID, ...],
    evidence: dict[str, Any] | None = None,
) -> None:
    days = context.policies.on("anomaly_due_working_days", context.today)
    open_case(
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
