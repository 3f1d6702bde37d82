"""The list of FP69s that practices are to answer: those that expire soon each day, all of them once a month."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.transactions.context import Context
from registry.values.period import add_working_days, start_of_day

_OPEN = text(
    """
    select r.ods_code as practice, count(*) as open, count(*) filter (where m.due_at < :until) as expiring,
      min(m.due_at) as first_due
    from matters m left join practices r on r.id = m.practice_id
    where m.kind = 'fp69' and m.closed_at is null group by 1 order by 1
    """
).bindparams(bindparam("until", type_=DateTime(timezone=True)))


async def fp69_list(connection: AsyncConnection, context: Context) -> list[dict[str, Any]]:
    """By practice, how many FP69s are open and how many expire within the days of the policy `fp69_list_days`.

    On the month's first working day all practices with an open one; else those of which one expires.
    """
    today = context.today
    days = context.policies.on("fp69_list_days", today)
    rows = (await connection.execute(_OPEN, {"until": start_of_day(today + timedelta(days=days + 1))})).mappings()
    monthly = is_first_working_day(context, today)
    return [dict(row) for row in rows if monthly or row["expiring"]]


def is_first_working_day(context: Context, day: date) -> bool:
    """Whether a day is the first working day of its month."""
    before = day.replace(day=1) - timedelta(days=1)
    return add_working_days(before, 1, context.policies.bank_holidays(day)) == day
