"""A batch of letters is in the post: the clocks that begin with the posting of a letter begin.

The thirty days of an out-of-area removal begin with the posting of the letter of advice, not
with the request (Contracts Regulations 2015 Sch 3 para 27; domain rules, correction 9).
"""

from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Date

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.letters.models import letter_batches

_POSTED = text(
    "update letters set state = 'posted', posted_on = :day where batch_id = :batch and state = 'handed-over'"
).bindparams(bindparam("day", type_=Date), bindparam("batch", type_=BigInteger))

_BEGIN = text(
    """
    with begun as (
      update pending_deductions d set due_on = cast(:day as date) + d.days, waits_for = null
      from letters l
      where l.batch_id = :batch and d.letter_id = l.id and d.state = 'pending' and d.waits_for = 'letter'
      returning d.transaction_id, d.due_on)
    update transactions t set due_at = b.due_on::timestamp at time zone 'Europe/London', expects = 'deduction',
      sentence = 'Falls due on ' || b.due_on || '.', version = t.version + 1
    from begun b where t.id = b.transaction_id
    """
).bindparams(bindparam("day", type_=Date), bindparam("batch", type_=BigInteger))

_STILL_OPEN = text("select 1 from letter_batches where id = :batch and posted_on is null for update").bindparams(
    bindparam("batch", type_=BigInteger)
)


async def batch_posted(connection: AsyncConnection, context: Context, batch_id: int, on: date) -> bool:
    """Note that a batch was posted on a day. False where there is no such batch, or it was posted before."""
    if (await connection.execute(_STILL_OPEN, {"batch": batch_id})).first() is None:
        return False
    await connection.execute(_POSTED, {"day": on, "batch": batch_id})
    await connection.execute(_BEGIN, {"day": on, "batch": batch_id})
    writes = Writes()
    writes.update(letter_batches, batch_id, posted_on=on.isoformat(), due_at=None)
    record(writes, context.actor, "letters.posted", context.now, subject={"batch": batch_id})
    await writes.flush(connection)
    return True
