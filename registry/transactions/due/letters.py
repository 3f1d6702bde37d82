"""The evening's post: letters are checked once more, handed over in a batch, and what their posting begins is begun."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Integer

from registry.database import Writes, unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import BATCH, Deadline, Done
from registry.transactions.letters.kinds import letter_of
from registry.transactions.letters.models import letter_batches, letters
from registry.transactions.letters.posted import batch_posted
from registry.transactions.letters.suppress import suppression
from registry.transactions.matters.read import matter_from_json

_DUE = text(
    "select l.id, l.kind, p.status, (select to_json(m) from matters m where m.patient_id = l.patient_id"
    "   and m.kind = 'fp69' and m.closed_at is null) as fp69"
    " from letters l left join patients p on p.id = l.patient_id"
    " where l.due_at <= :now order by l.due_at, l.id limit :batch for update of l skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("batch", type_=Integer))

_OPEN_BATCH = text(
    "insert into letter_batches (handed_over_at, letters, suppressed, due_at)"
    " values (:now, :letters, :suppressed, :due) returning id"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("due", type_=DateTime(timezone=True)))

_LATE_BATCHES = text(
    "select id from letter_batches where due_at <= :now order by id limit :batch for update skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("batch", type_=Integer))


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    done = Done()
    while True:
        async with unit_of_work(engine) as connection:
            handed = await hand_over(connection, context)
        done.update(handed)
        if handed.total() < BATCH:
            break
    async with unit_of_work(engine) as connection:
        done.update(await _chase_print_room(connection, context))
    return done


async def hand_over(connection: AsyncConnection, context: Context) -> Done:
    """Check the letters that are due once more, and hand them over as one batch with its control total.

    Where the print room does not confirm (policy `letters_count_as_posted`) they count as posted
    the same day; else the batch waits for `registry letters posted`.
    """
    rows: Sequence[Any] = (await connection.execute(_DUE, {"now": context.now, "batch": BATCH})).all()
    if not rows:
        return Done()
    writes = Writes()
    go: list[UUID] = []
    for row in rows:
        fp69 = matter_from_json(row.fp69) if row.fp69 else None
        because = suppression(letter_of(row.kind).value, row.status or "live", fp69)
        if because is None:
            go.append(row.id)
        else:
            writes.update(letters, row.id, state="suppressed", suppressed_because=because, due_at=None)
    batch_id: int | None = None
    if go:
        values = {
            "now": context.now,
            "letters": len(go),
            "suppressed": len(rows) - len(go),
            "due": context.after_working_days(1),
        }
        batch_id = (await connection.execute(_OPEN_BATCH, values)).scalar_one()
        for letter_id in go:
            writes.update(letters, letter_id, state="handed-over", batch_id=batch_id, due_at=None)
    await writes.flush(connection)
    if batch_id is not None and context.policies.on("letters_count_as_posted", context.today) == "at-hand-over":
        await batch_posted(connection, context, batch_id, context.today)
    return Done({"letters posted": len(go), "letters suppressed": len(rows) - len(go)})


async def _chase_print_room(connection: AsyncConnection, context: Context) -> Done:
    """A batch of which the print room says nothing: a person asks."""
    ids = (await connection.execute(_LATE_BATCHES, {"now": context.now, "batch": BATCH})).scalars().all()
    writes = Writes()
    for batch_id in ids:
        open_chaser(writes, context, "letters-unposted", _UNPOSTED, evidence={"batch": batch_id})
        writes.update(letter_batches, batch_id, due_at=context.after_working_days(1))
    await writes.flush(connection)
    return Done({"batches chased": len(ids)})


_UNPOSTED = "The print room has not said that a batch of letters was posted; their clocks have not begun."

LETTERS = Deadline(
    "letters",
    "select due_at as at from letters where due_at is not null"
    " union all select due_at from letter_batches where due_at is not null",
    _strike,
)
