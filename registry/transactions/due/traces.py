"""Registrations that wait for the national side longer than they may."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Uuid

from registry.transactions.commands import TraceAnswer
from registry.transactions.context import Context
from registry.transactions.due.deadline import Deadline, Done, each
from registry.transactions.national_answers import read_request, take_answer

_UNANSWERED = text(
    "select id from transactions where state = 'waiting-for-trace' and due_at <= :now order by due_at, id limit :batch"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

# The question is locked before its transaction, as by whoever brings an answer.
_LOCK_QUESTION = text(
    "select r.id from transactions t join national_requests r on r.transaction_id = t.id"
    " where t.id = :id and t.state = 'waiting-for-trace' and t.due_at <= :now and r.state <> 'C' and r.kind <> 'update'"
    " for update of r"
).bindparams(bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)))


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    ends = await each(engine, _UNANSWERED, {"now": context.now}, context, trace_unanswered)
    return Done({"unanswered": ends["in-queue"], "failed": ends["failed"]})


async def trace_unanswered(connection: AsyncConnection, context: Context, transaction_id: UUID) -> str:
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


TRACES = Deadline(
    "answers of the national side",
    "select due_at as at from transactions where state = 'waiting-for-trace'"
    " union all select next_attempt_at from national_requests where state <> 'C'",
    _strike,
)
