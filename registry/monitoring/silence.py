"""Practices of which nothing is heard: the fault may be the link's, and patients wait."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer

from registry.anomalies.close_case import close_cases
from registry.database import Writes
from registry.monitoring.silence_rules import Patience, Silence, silence
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.values.period import start_of_day

CASE = "practice-silent"
_SENTENCE = "Nothing has come from the practice for longer than is its habit; ask whether its link works."

_SPEAKING = """
    select t.practice_id, t.received_at as at from transactions t
      where t.practice_id = p.id and t.source in ('edifact', 'facade', 'fhir')
    union all
    select i.practice_id, i.stored_at from interchanges i where i.practice_id = p.id and i.direction = 'in'
"""

# A practice that has never sent anything has no link that could be silent.
_QUIET = text(
    f"""
    select p.id, p.ods_code, last.at as spoke_at, days.spoke_on, exists (
      select from anomalies a where a.kind = '{CASE}' and a.practice_id = p.id
        and (a.state = 'open' or a.opened_at > last.at)) as is_told
    from practices p
    cross join lateral (select max(s.at) as at from ({_SPEAKING}) s) last
    cross join lateral (
      select array_agg(distinct (s.at at time zone 'Europe/London')::date) as spoke_on
      from ({_SPEAKING}) s where s.at > last.at - make_interval(days => :days)) days
    where last.at < :before order by p.ods_code
    """
).bindparams(bindparam("before", type_=DateTime(timezone=True)), bindparam("days", type_=Integer))

_SPOKEN = text(
    f"""
    select a.practice_id from anomalies a join practices p on p.id = a.practice_id
    where a.state = 'open' and a.kind = '{CASE}' and exists (select from ({_SPEAKING}) s where s.at > a.opened_at)
    """
)


async def silent_practices(connection: AsyncConnection, context: Context) -> list[tuple[Any, Silence]]:
    """The practices that are silent for too long this morning, each with its silence."""
    today = context.today
    patience = Patience(
        context.policies.on("silent_practice_working_days", today),
        context.policies.on("silent_practice_habit_times", today),
    )
    values = {
        "before": start_of_day(today - timedelta(days=patience.working_days)),
        "days": context.policies.on("silent_practice_habit_days", today),
    }
    rows = (await connection.execute(_QUIET, values)).all()
    holidays = context.policies.bank_holidays(today)
    found = [(row, silence(row.spoke_on, today, patience, holidays)) for row in rows]
    return [(row, quiet) for row, quiet in found if quiet.is_too_long]


async def ask_the_silent(connection: AsyncConnection, context: Context) -> int:
    """A case for each practice that has fallen silent, once until it has spoken again. Returns how many."""
    writes = Writes()
    count = 0
    for row, quiet in await silent_practices(connection, context):
        if not row.is_told:
            evidence = _evidence(row.id, row.spoke_at, quiet, max(row.spoke_on))
            open_chaser(writes, context, CASE, _SENTENCE, practice_id=row.id, evidence=evidence)
            count += 1
    await writes.flush(connection)
    return count


async def hear_the_silent(connection: AsyncConnection, context: Context) -> int:
    """Close the cases of practices that have spoken since. Returns how many."""
    practices = (await connection.execute(_SPOKEN)).scalars().all()
    for practice_id in practices:
        await close_cases(
            connection, CASE, {"practice": str(practice_id)},
            by=context.actor, now=context.now, reason="The practice has been heard of.",
        )  # fmt: skip
    return len(practices)


def _evidence(practice_id: UUID, spoke_at: datetime, quiet: Silence, last: date) -> dict[str, Any]:
    return {
        "practice": str(practice_id),
        "last_heard_at": spoke_at.isoformat(),
        "last_heard_on": last.isoformat(),
        "working_days": quiet.working_days,
        "usual_most": quiet.most,
    }
