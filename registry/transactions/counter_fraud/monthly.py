"""Once a month the practices are looked at, and what is out of the ordinary is put before the specialist.

A case that is open about the same practice and pattern is given the new figure; else one is begun. It names the
practice and the figure, and no patient: whoever looks into it names those whom it is about.
"""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, Text, Uuid

from registry.database import Writes, iso, unit_of_work
from registry.transactions.context import Context
from registry.transactions.counter_fraud.machine import COUNTER_FRAUD, WITH_US
from registry.transactions.counter_fraud.report import find_patterns
from registry.transactions.counter_fraud.rules import Finding
from registry.transactions.due.deadline import Deadline, Done
from registry.transactions.liaison.evidence import Named
from registry.transactions.liaison.models import counter_fraud_runs
from registry.transactions.liaison.open import NewCase, open_case
from registry.transactions.liaison.packs import items_of, put_in
from registry.transactions.matters.read import lock_matter
from registry.transactions.matters.step import advance
from registry.values.period import LONDON

_LAST = text("select month, next_at from counter_fraud_runs order by month desc limit 1")
_ANY_PRACTICE = text("select exists (select from practices)")
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('counter-fraud-patterns', 0))")

_OPEN = text(
    "select c.id from liaison_cases c join matters m on m.id = c.id and m.closed_at is null"
    " where c.practice_id = :practice_id and c.pattern = :pattern order by c.id desc limit 1"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("pattern", type_=Text))

_DONE = text(
    "select 1 from liaison_cases where practice_id = :practice_id and pattern = :pattern and month = :month"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("pattern", type_=Text), bindparam("month", type_=Date))


async def _strike(engine: AsyncEngine, context: Context) -> Done:
    """The first time nothing is looked at: the months count from when the office begins."""
    async with engine.connect() as connection:
        last = (await connection.execute(_LAST)).one_or_none()
        if last is not None and last.next_at > context.now:
            return Done()
        if not (await connection.execute(_ANY_PRACTICE)).scalar_one():
            return Done()
    async with unit_of_work(engine) as connection:
        return await look_at_practices(connection, context)


async def look_at_practices(connection: AsyncConnection, context: Context) -> Done:
    """Do the month's round, once; whoever comes second finds it done."""
    await connection.execute(_ONE_AT_A_TIME)
    last = (await connection.execute(_LAST)).one_or_none()
    if last is not None and last.next_at > context.now:
        return Done()
    month = context.today.replace(day=1)
    done = Done() if last is None else await raise_cases(connection, context)
    writes = Writes()
    writes.insert(
        counter_fraud_runs,
        month=iso(month),
        ran_at=context.now,
        next_at=_next(context, month),
        raised=done["counter-fraud cases raised"],
    )
    await writes.flush(connection)
    return done


async def raise_cases(connection: AsyncConnection, context: Context, until: date | None = None) -> Done:
    """Begin a case, or add to the one that is open, for every finding that is out of the ordinary."""
    done, month = Done(), (until or context.today).replace(day=1)
    for finding in await find_patterns(connection, context, until=until):
        if finding.raises:
            done[await _put_before_specialist(connection, context, finding, month)] += 1
    del done["nothing new"]
    return done


async def _put_before_specialist(connection: AsyncConnection, context: Context, finding: Finding, month: date) -> str:
    which = {"practice_id": finding.figure.practice_id, "pattern": finding.pattern}
    if (await connection.execute(_DONE, {**which, "month": month})).first() is not None:
        return "nothing new"
    named = Named("figure", f"{finding.pattern} {month.isoformat()}", _last_day(finding), None, finding.line)
    open_id: UUID | None = (await connection.execute(_OPEN, which)).scalar_one_or_none()
    if open_id is not None:
        return await _add_to(connection, context, open_id, named)
    writes = Writes()
    case = NewCase(
        "local-specialist", "pattern", practice_id=finding.figure.practice_id, pattern=finding.pattern, month=month
    )
    days: int = context.policies.on("counter_fraud_working_days", context.today)["assess"]
    opened = await open_case(connection, writes, context, COUNTER_FRAUD, case, due_at=context.after_working_days(days))
    put_in(writes, context, opened.id, [named], [])
    await writes.flush(connection)
    return "counter-fraud cases raised"


async def _add_to(connection: AsyncConnection, context: Context, matter_id: UUID, named: Named) -> str:
    """A figure is put in while the evidence is with the office; what is with others is not added to."""
    matter = await lock_matter(connection, matter_id)
    if matter is None or matter.state not in WITH_US:
        return "nothing new"
    writes = Writes()
    numbers = put_in(writes, context, matter_id, [named], await items_of(connection, matter_id))
    if not numbers:
        return "nothing new"
    details: dict[str, Any] = {"items": numbers}
    advance(writes, context, COUNTER_FRAUD, matter, "evidence", details=details)
    await writes.flush(connection)
    return "counter-fraud cases added to"


def _last_day(finding: Finding) -> date:
    return date.fromordinal(finding.until.toordinal() - 1)


def _next(context: Context, month: date) -> datetime:
    """The hour and day of the policy in the month after."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    when = context.policies.on("counter_fraud_run", month)
    at = datetime.combine(following.replace(day=when["day"]), time.fromisoformat(when["at"]), LONDON)
    return at.astimezone(context.now.tzinfo)


PATTERNS_DUE = Deadline(
    "counter-fraud patterns",
    "select next_at as at from (select next_at from counter_fraud_runs order by month desc limit 1) last",
    _strike,
)
