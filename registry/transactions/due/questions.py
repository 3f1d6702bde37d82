"""Removals that wait for a practice's word: it is asked again, and then a person rings."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import Deadline, Done, each
from registry.transactions.gather import gather_person, lock_people
from registry.transactions.models import pending_deductions, transactions
from registry.transactions.removals.question import UNANSWERED, ask_practice, next_question

_DUE = text("select id from pending_deductions where chase_at <= :now order by chase_at, id limit :batch").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)

_WHOSE = text("select patient_id from pending_deductions where id = :id").bindparams(bindparam("id", type_=Uuid))

_LOCK = text(
    "select d.chased, d.practice_id, exists (select from anomalies a where a.state = 'open' and a.kind = :kind"
    "   and a.evidence ->> 'pending_deduction' = d.id::text) as rung"
    " from pending_deductions d where d.id = :id and d.chase_at <= :now for update of d"
).bindparams(bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)))

_SENTENCE = "A removal waits for the practice's answer, and letters brought none: ring the practice."


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    return await each(engine, _DUE, {"now": context.now}, context, question_falls_due)


async def question_falls_due(connection: AsyncConnection, context: Context, pending_id: UUID) -> str:
    """Ask the practice once more by letter; after as many as the policy says a case is opened as well.

    The case names the removal and not the person: it is a question to the practice, and no
    unread mail that would hold the removal up when the answer has come.
    """
    patient_id: UUID = (await connection.execute(_WHOSE, {"id": pending_id})).scalar_one()
    await lock_people(connection, [patient_id])
    values = {"id": pending_id, "kind": UNANSWERED, "now": context.now}
    row: Any = (await connection.execute(_LOCK, values)).one_or_none()
    if row is None:
        return "gone"
    person = await gather_person(connection, patient_id)
    pending = next(each for each in person.pending if each.id == pending_id)
    writes = Writes()
    ask_practice(writes, context, person, pending.transaction_id, pending.waits_for)
    letters = context.policies.on("removal_question_letters", pending.requested_on or context.today)
    if row.chased >= letters and not row.rung:
        evidence = {"pending_deduction": str(pending_id), "transaction": str(pending.transaction_id)}
        open_chaser(writes, context, UNANSWERED, _SENTENCE, practice_id=row.practice_id, evidence=evidence)
    chase_at = next_question(context, pending.waits_for, pending.requested_on or context.today)
    writes.update(pending_deductions, pending_id, chase_at=chase_at, chased=row.chased + 1)
    writes.update(transactions, pending.transaction_id, due_at=chase_at)
    await writes.flush(connection)
    return "practices asked again"


QUESTIONS = Deadline(
    "removals that wait for a practice's answer",
    "select chase_at as at from pending_deductions where chase_at is not null",
    _strike,
)
