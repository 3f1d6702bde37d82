"""Rejections that the practice never mended: somebody may be without a doctor."""

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime

from registry.database import Writes, unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import BATCH, Deadline, Done
from registry.transactions.models import transactions

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

_SENTENCE = "The practice has not sent a rejected acceptance again; the person may have no doctor."


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    """A rejection that the practice never mended leaves somebody without a doctor: a person asks."""
    async with unit_of_work(engine) as connection:
        rows = (await connection.execute(_UNMENDED, {"now": context.now, "batch": BATCH})).all()
        writes = Writes()
        for row in rows:
            writes.update(transactions, row.id, chase_at=None, version=row.version + 1)
            if not row.mended:
                open_chaser(
                    writes,
                    context,
                    "rejection-unmended",
                    _SENTENCE,
                    practice_id=row.practice_id,
                    transaction_id=row.id,
                )
        await writes.flush(connection)
    return Done({"chased": sum(not row.mended for row in rows)})


REJECTIONS = Deadline("rejections", "select chase_at as at from transactions where chase_at is not null", _strike)
