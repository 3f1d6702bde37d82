"""Who looked at very many people in a day is named to information governance.

A ceiling stops nobody: on a busy day much is read for good reasons. It has somebody ask. Counted from the audit, once
an hour, over the day so far; whole lists that a practice fetched of its own people are not looked at one by one, and
do not count. Source: reference on rates and limits; the number is the policy `people_read_in_a_day`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.audit.record import record
from registry.database import Writes
from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, job_actor, schedule
from registry.policies.store import load
from registry.values.period import london_date, start_of_day

log = structlog.get_logger("registry.audit")

ACTION = "reading.above-ceiling"
_NOT_COUNTED = "list-export.read"
_NIGHT = timedelta(hours=2)
"""How long after midnight the day before is looked at once more."""

# The events of a day lie together in the table, and its index by time finds where.
_ABOVE = text(
    """
    select e.actor_kind, e.actor_name, e.practice_ods, count(distinct person) as people
    from audit_events e cross join lateral unnest(e.patient_ids) person
    where e.at >= :begin and e.at < :end and e.actor_kind in ('practice', 'staff')
      and e.action like '%.read' and e.action <> :not_counted
    group by 1, 2, 3 having count(distinct person) > :ceiling
    order by people desc, 2
    """
).bindparams(bindparam("begin", type_=DateTime(timezone=True)), bindparam("end", type_=DateTime(timezone=True)))
_NAMED = text(
    "select subject ->> 'actor', subject ->> 'practice' from audit_events"
    " where at >= :begin and action = :action and subject ->> 'day' = :day"
).bindparams(bindparam("begin", type_=DateTime(timezone=True)))
_LISTED = text(
    "select id, at, subject from shown_audit_events where action = :action and id < :before"
    " order by id desc limit :limit"
)


@handler(names.WATCH_READING)
async def watch_reading(context: JobContext, payload: Payload) -> None:
    """Name whoever is above the ceiling today, each once a day."""
    now = context.clock.now()
    async with context.unit_of_work() as connection:
        policies = await load(connection, context.settings.profile)
        for day in sorted({london_date(now - _NIGHT), london_date(now)}):
            await name_readers(connection, day, now, policies.on("people_read_in_a_day", day))


schedule(names.WATCH_READING, "41 * * * *")


async def name_readers(connection: AsyncConnection, day: date, now: datetime, ceiling: int) -> int:
    """Record everybody who looked at more than `ceiling` people on a day and was not named yet; returns how many."""
    begin = start_of_day(day)
    asked = {"begin": begin, "end": start_of_day(day + timedelta(days=1))}
    found = (await connection.execute(_ABOVE, {**asked, "ceiling": ceiling, "not_counted": _NOT_COUNTED})).all()
    if not found:
        return 0
    told = {tuple(row) for row in await connection.execute(_NAMED, {"begin": begin, "action": ACTION, "day": str(day)})}
    fresh = [row for row in found if (row.actor_name, row.practice_ods) not in told]
    writes = Writes()
    for row in fresh:
        who = {"actor": row.actor_name, "practice": row.practice_ods}
        subject = {**who, "day": str(day), "people": row.people, "ceiling": ceiling}
        record(writes, job_actor(names.WATCH_READING), ACTION, now, subject=subject)
        log.warning("reading.above_ceiling", people=row.people, ceiling=ceiling)
    await writes.flush(connection)
    return len(fresh)


async def readers_above(connection: AsyncConnection, before: int, limit: int) -> Sequence[dict[str, Any]]:
    """Who was named, the latest first."""
    rows = await connection.execute(_LISTED, {"action": ACTION, "before": before, "limit": limit})
    return [{"id": row.id, "at": row.at, **row.subject} for row in rows]
