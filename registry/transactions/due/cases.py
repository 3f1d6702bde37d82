"""Cases that nobody settled in time rise in the queue."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime

from registry.anomalies.models import anomalies
from registry.database import Writes, unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.deadline import BATCH, Deadline, Done
from registry.transactions.models import transactions
from registry.values.period import london_date

_LATE_CASES = text(
    "select a.id, a.priority, a.opened_at, t.id as transaction_id from anomalies a"
    " left join transactions t on t.id = a.transaction_id and t.state = 'in-queue'"
    " where a.state = 'open' and a.due_at <= :now order by a.due_at, a.id limit :batch for update of a skip locked"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    """A case that nobody settled in time rises in the queue, and is due again.

    The steps are a policy (2, 5, 10 working days from its opening); after the last, each working day.
    """
    async with unit_of_work(engine) as connection:
        rows = (await connection.execute(_LATE_CASES, {"now": context.now, "batch": BATCH})).all()
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
    return Done({"escalated": len(rows)})


CASES = Deadline("cases of the queue", "select due_at as at from anomalies where state = 'open'", _strike)
