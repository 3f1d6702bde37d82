"""A batch of forms: opened with its control total, counted again, closed when it balances."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.anomalies.close_case import close_cases
from registry.audit.record import record
from registry.database import Writes, iso
from registry.paper.asked import OnBatch, OpenBatch, Recount
from registry.paper.models import paper_batches
from registry.practices.store import practice_by_code
from registry.transactions.acts.act import Answer, Done, Impossible, Nothing
from registry.transactions.context import Context

LATE = "paper-batch-unfinished"
"""The case of a batch that nobody finished in time."""

_LOCK = text(
    """
    select b.id, b.number, b.version, b.practice_id, b.received_on, b.received, b.keyed, b.rejected, b.returned,
      b.closed_at, b.owner, p.trading_partner_code as partner_code, p.authority_cipher, coalesce((
        select d.gmc_number || ',' || d.local_code from practice_doctors d
        where d.practice_id = p.id and d.period @> b.received_on
        order by lower(d.period) nulls first, d.local_code limit 1), '') as gp_code
    from paper_batches b join practices p on p.id = b.practice_id where b.id = :id for update of b
    """
).bindparams(bindparam("id", type_=Uuid))


async def lock_batch(connection: AsyncConnection, batch_id: UUID) -> Any:
    """A batch with its practice, locked; None where there is none."""
    return (await connection.execute(_LOCK, {"id": batch_id})).one_or_none()


def left_in(batch: Any) -> int:
    """How many forms are still to be dealt with."""
    return batch.received - batch.keyed - batch.rejected - batch.returned


async def open_batch(connection: AsyncConnection, context: Context, asked: OpenBatch) -> Answer:
    """Open a batch: whose forms, when they came, how many they are. It has an owner and a day from the start."""
    practice = await practice_by_code(connection, asked.practice.upper())
    if practice is None:
        return Impossible("No practice has this ODS code.", "practice")
    if asked.received_on > context.today:
        return Impossible("The forms cannot have come on a day that has not begun.", "received_on")
    batch_id = uuid7()
    days = context.policies.on("paper_batch_due_working_days", asked.received_on)
    writes = Writes()
    writes.insert(
        paper_batches,
        id=batch_id,
        practice_id=practice["id"],
        received_on=iso(asked.received_on),
        received=asked.forms,
        scans=asked.scans,
        owner=asked.owner,
        expects="keying",
        due_at=context.after_working_days(days, asked.received_on),
        opened_at=context.now,
        opened_by=context.actor.name,
    )
    _note(writes, context, "paper-batch.opened", batch_id, forms=asked.forms)
    await writes.flush(connection)
    return Done(f"A batch of {asked.forms} forms is open.", batch_id, 1, "open")


async def recount(connection: AsyncConnection, context: Context, asked: Recount) -> Answer:
    """Correct the control total, with a reason: the count may be wrong, the forms are not."""
    batch = await lock_batch(connection, asked.id)
    if batch is None:
        return Nothing("batch of forms")
    if batch.closed_at is not None:
        return Impossible("The batch is closed; its count stays as it was.")
    done = batch.received - left_in(batch)
    if asked.forms < done:
        return Impossible(f"{done} forms of the batch have been dealt with already.", "forms")
    writes = Writes()
    writes.update(paper_batches, batch.id, version=batch.version + 1, received=asked.forms)
    _note(writes, context, "paper-batch.recounted", batch.id, before=batch.received, after=asked.forms)
    await writes.flush(connection)
    return Done(f"It counts {asked.forms} forms, {asked.forms - done} to be dealt with.", batch.id, batch.version + 1)


async def close_batch(connection: AsyncConnection, context: Context, asked: OnBatch) -> Answer:
    """Close a batch in which received = keyed + rejected + returned, and none other."""
    batch = await lock_batch(connection, asked.id)
    if batch is None:
        return Nothing("batch of forms")
    if batch.closed_at is not None:
        return Impossible("The batch is closed already.")
    if left := left_in(batch):
        return Impossible(
            f"{batch.received} forms were received, {batch.keyed} keyed, {batch.rejected} rejected and {batch.returned}"
            f" returned: {left} to be dealt with, or count again (recount)."
        )
    writes = Writes()
    writes.update(
        paper_batches,
        batch.id,
        version=batch.version + 1,
        expects=None,
        due_at=None,
        closed_at=context.now,
        closed_by=context.actor.name,
    )
    _note(writes, context, "paper-batch.closed", batch.id, forms=batch.received)
    await writes.flush(connection)
    await close_cases(
        connection, LATE, {"batch": str(batch.id)}, by=context.actor, now=context.now, reason="It is finished."
    )
    return Done(f"The batch balances at {batch.received} forms and is closed.", batch.id, batch.version + 1, "closed")


def _note(writes: Writes, context: Context, action: str, batch_id: UUID, **numbers: int) -> None:
    subject = {"paper_batch": str(batch_id), **numbers}
    record(writes, context.actor, action, context.now, subject=subject, request_id=context.request_id)
