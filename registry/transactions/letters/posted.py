"""A batch of letters is in the post: the clocks that begin with the posting of a letter begin.

The thirty days of an out-of-area removal begin with the posting of the letter of advice, not
with the request (Contracts Regulations 2015 Sch 3 para 27; domain rules, correction 9).
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Boolean, Date, Uuid

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import close_chasers
from registry.transactions.gather import lock_people
from registry.transactions.letters.models import letter_batches

_ABOUT = text(
    "select distinct patient_id from letters where batch_id = :batch and patient_id is not null"
    " and state = 'handed-over' order by patient_id"
).bindparams(bindparam("batch", type_=BigInteger))

_STILL_OPEN = text("select 1 from letter_batches where id = :batch and posted_on is null for update").bindparams(
    bindparam("batch", type_=BigInteger)
)

_POSTED = text(
    "update letters set state = 'posted', posted_on = :day where batch_id = :batch and state = 'handed-over'"
    " returning id"
).bindparams(bindparam("day", type_=Date), bindparam("batch", type_=BigInteger))

# A letter that is printed and posted on one day can name the day on which they are removed.
_BEGIN = text(
    """
    with begun as (
      update pending_deductions d set due_on = cast(:day as date) + d.days, earliest_on = cast(:day as date) + d.days,
        waits_for = null, version = d.version + 1
      where d.letter_id = any(:letters) and d.state = 'pending' and d.waits_for = 'letter'
      returning d.transaction_id, d.letter_id, d.due_on),
    dated as (
      update letters l set content = l.content || jsonb_build_object('removal_on', b.due_on)
      from begun b where :printed_today and l.id = b.letter_id)
    update transactions t set due_at = b.due_on::timestamp at time zone 'Europe/London', expects = 'deduction',
      sentence = 'Falls due on ' || b.due_on || '.', version = t.version + 1
    from begun b where t.id = b.transaction_id
    """
).bindparams(
    bindparam("day", type_=Date),
    bindparam("letters", type_=ARRAY(Uuid)),
    bindparam("printed_today", type_=Boolean),
)


async def batch_posted(
    connection: AsyncConnection, context: Context, batch_id: int, on: date, *, printed_today: bool = False
) -> bool:
    """Note that a batch was posted on a day. False where there is no such batch, or it was posted before.

    The people of the batch are locked first, so that nobody takes a removal back meanwhile.
    `printed_today`: what it begins is said in the letters themselves, which are not printed yet.
    """
    people = (await connection.execute(_ABOUT, {"batch": batch_id})).scalars().all()
    await lock_people(connection, people)
    if (await connection.execute(_STILL_OPEN, {"batch": batch_id})).first() is None:
        return False
    posted = (await connection.execute(_POSTED, {"day": on, "batch": batch_id})).scalars().all()
    await days_begin(connection, posted, on, printed_today=printed_today)
    writes = Writes()
    await close_chasers(connection, writes, context, "letters-unposted", "batch", str(batch_id))
    writes.update(letter_batches, batch_id, posted_on=on.isoformat(), due_at=None)
    record(writes, context.actor, "letters.posted", context.now, subject={"batch": batch_id, "letters": len(posted)})
    await writes.flush(connection)
    return True


async def days_begin(
    connection: AsyncConnection, letter_ids: Sequence[UUID], on: date, *, printed_today: bool = False
) -> None:
    """Let the days begin that wait for the posting of any of these letters; those begun already stay.

    People concerned are locked. A letter that cannot reach anybody begins them as well.
    """
    await connection.execute(_BEGIN, {"letters": list(letter_ids), "day": on, "printed_today": printed_today})
