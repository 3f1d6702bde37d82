"""How long answers take: what is open, by working days since it came."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.transactions.context import Context
from registry.values.period import start_of_day, working_days_between

_UNANSWERED = text(
    """
    select p.ods_code as practice, (t.received_at at time zone 'Europe/London')::date as day, count(*) as waiting
    from transactions t join practices p on p.id = t.practice_id
    where t.kind = 'acceptance' and t.due_at is not null group by 1, 2 order by 1, 2
    """
)

_RECEIPTS = text(
    """
    select p.ods_code as practice, (m.sent_at at time zone 'Europe/London')::date as day, count(*) as waiting
    from practice_messages m join practices p on p.id = m.practice_id
    where m.due_at is not null and m.sent_at is not null group by 1, 2 order by 1, 2
    """
)

_OLDEST = text(
    """
    select t.id, p.ods_code as practice, t.state, t.expects, t.received_at, t.due_at
    from shown_transactions t left join practices p on p.id = t.practice_id
    where t.kind = 'acceptance' and t.due_at is not null and t.received_at < :before
    order by t.received_at, t.id limit 200
    """
).bindparams(bindparam("before", type_=DateTime(timezone=True)))


def band_of(age: int, limits: Sequence[int]) -> str:
    """The band of an age in working days: with limits 2, 5, 10 one of 0-2, 3-5, 6-10, >10."""
    lower = 0
    for limit in limits:
        if age <= limit:
            return f"{lower}-{limit}"
        lower = limit + 1
    return f">{limits[-1]}"


def bands(
    rows: Iterable[tuple[date, int]], today: date, limits: Sequence[int], holidays: Collection[date]
) -> dict[str, int]:
    """How many there are of each band, from days and counts. Every band is there, in order."""
    counts: Counter[str] = Counter()
    for day, count in rows:
        counts[band_of(working_days_between(day, today, holidays), limits)] += count
    lowers = (0, *(limit + 1 for limit in limits))
    return {band: counts[band] for band in (band_of(lower, limits) for lower in lowers)}


async def unanswered(connection: AsyncConnection, context: Context) -> dict[str, Any]:
    """Acceptances that have neither F4 nor F3: by age, and by practice. Bands are of the policy
    `acceptance_due_working_days`."""
    return await _by_age(connection, context, _UNANSWERED)


async def unreceipted(connection: AsyncConnection, context: Context) -> dict[str, Any]:
    """Messages that were sent and have no receipt: by age, and by practice."""
    return await _by_age(connection, context, _RECEIPTS)


async def never_approved(connection: AsyncConnection, context: Context) -> list[dict[str, Any]]:
    """Acceptances that wait for longer than anything may (the last of the working days): at most 200, oldest first."""
    limits = _limits(context)
    holidays = context.policies.bank_holidays(context.today)
    day = context.today
    while working_days_between(day, context.today, holidays) <= limits[-1]:
        day = date.fromordinal(day.toordinal() - 1)
    before = start_of_day(date.fromordinal(day.toordinal() + 1))
    return [dict(row) for row in (await connection.execute(_OLDEST, {"before": before})).mappings()]


async def _by_age(connection: AsyncConnection, context: Context, query: Any) -> dict[str, Any]:
    rows = (await connection.execute(query)).all()
    holidays = context.policies.bank_holidays(context.today)
    limits = _limits(context)
    practices = sorted({row.practice for row in rows})
    return {
        "all": bands(((row.day, row.waiting) for row in rows), context.today, limits, holidays),
        "practices": {
            practice: bands(
                ((row.day, row.waiting) for row in rows if row.practice == practice), context.today, limits, holidays
            )
            for practice in practices
        },
    }


def _limits(context: Context) -> list[int]:
    limits: list[int] = context.policies.on("acceptance_due_working_days", context.today)
    return limits
