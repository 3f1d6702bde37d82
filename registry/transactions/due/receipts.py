"""Messages to practices that have no receipt in time may be lost."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime

from registry.database import Writes, unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import BATCH, Deadline, Done
from registry.transactions.models import practice_messages

_UNRECEIPTED = text(
    "select id, practice_id, kind, transaction_id, patient_id from practice_messages where due_at <= :now"
    " and not chased order by due_at, id limit :batch for update skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_SENTENCE = "Messages to the practice have no receipt and may not have arrived."


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    """A person finds out, and what was lost is sent again on request."""
    async with unit_of_work(engine) as connection:
        rows = (await connection.execute(_UNRECEIPTED, {"now": context.now, "batch": BATCH})).all()
        writes = Writes()
        practices: dict[UUID, list[int]] = {}
        for row in rows:
            writes.update(practice_messages, row.id, chased=True)
            practices.setdefault(row.practice_id, []).append(row.id)
        for practice_id, messages in practices.items():
            evidence = {"messages": messages}
            open_chaser(writes, context, "receipt-missing", _SENTENCE, practice_id=practice_id, evidence=evidence)
        await writes.flush(connection)
    return Done({"unreceipted": len(rows)})


RECEIPTS = Deadline(
    "receipts", "select due_at as at from practice_messages where due_at is not null and not chased", _strike
)
