"""Paper that nobody moved in time: batches that are not finished, and forms that never came back."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.database import Writes
from registry.paper.batch import LATE
from registry.paper.form import UNMENDED
from registry.paper.models import paper_batches, paper_forms
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.transactions.due.deadline import BATCH, Done

_LATE_BATCHES = text(
    """
    select b.id, b.practice_id, b.version, exists (
      select from anomalies a where a.state = 'open' and a.kind = :kind
        and a.evidence ->> 'batch' = b.id::text) as is_told
    from paper_batches b where b.due_at <= :now order by b.due_at, b.id limit :batch for update of b skip locked
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_LATE_FORMS = text(
    "select f.id, f.reference, f.state, b.practice_id from paper_forms f join paper_batches b on b.id = f.batch_id"
    " where f.due_at <= :now order by f.due_at, f.id limit :batch for update of f skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_NEXT = text(
    "select min(at) from (select min(due_at) as at from paper_batches where due_at is not null"
    " union all select min(due_at) from paper_forms where due_at is not null) due"
)

_UNFINISHED = "A batch of paper forms is not finished: some of its forms have not been keyed, rejected or returned."
_NEVER_CAME = "The practice has not sent a form again that could not be keyed; the person may have no doctor."


async def chase_paper(connection: AsyncConnection, context: Context) -> Done:
    """A late batch rises to the supervisor and has a case; for a form that never came back there is one."""
    values = {"now": context.now, "batch": BATCH}
    writes = Writes()
    batches = (await connection.execute(_LATE_BATCHES, {**values, "kind": LATE})).all()
    for row in batches:
        if not row.is_told:
            open_chaser(
                writes, context, LATE, _UNFINISHED, practice_id=row.practice_id, evidence={"batch": str(row.id)}
            )
        due_at = context.after_working_days(1)
        writes.update(paper_batches, row.id, version=row.version + 1, owner="supervisor", due_at=due_at)
    forms = (await connection.execute(_LATE_FORMS, values)).all()
    for row in forms:
        evidence = {"form": str(row.id), "reference": row.reference, "turned_away": row.state}
        open_chaser(writes, context, UNMENDED, _NEVER_CAME, practice_id=row.practice_id, evidence=evidence)
        writes.update(paper_forms, row.id, expects=None, due_at=None)
    await writes.flush(connection)
    return Done({"batches late": len(batches), "forms chased": len(forms)})


async def next_paper(connection: AsyncConnection) -> datetime | None:
    """When the next batch or form is due."""
    return (await connection.execute(_NEXT)).scalar_one()
