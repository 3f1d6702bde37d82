"""The clocks of monitoring: paper and silence every minute, the morning round and the evening's balance once a day."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, DateTime

from registry.database import unit_of_work
from registry.monitoring.balance import strike_balance
from registry.monitoring.follow_up import flag_deducted, flag_rejections, settle_follow_ups
from registry.monitoring.silence import ask_the_silent, hear_the_silent
from registry.paper.chase import chase_paper, next_paper
from registry.transactions.context import Context
from registry.transactions.due.deadline import Done
from registry.transactions.due.failing import note_mended
from registry.values.period import LONDON, london_date

_LAST_BALANCE = text("select max(day) from balance_days")
_ANY_PRACTICE = text("select exists (select from practices)")
_LAST_MORNING = text("select struck_on from monitor_clocks where name = 'morning'")

# Whoever comes second finds the round done; who comes at once waits for the row.
_TAKE_MORNING = text(
    "insert into monitor_clocks as c (name, struck_on, struck_at) values ('morning', :day, :now)"
    " on conflict (name) do update set struck_on = :day, struck_at = :now where c.struck_on < :day"
    " returning c.struck_on"
).bindparams(bindparam("day", type_=Date), bindparam("now", type_=DateTime(timezone=True)))

_BEAT = text(
    "insert into monitor_clocks as c (name, struck_at) values ('due', :now)"
    " on conflict (name) do update set struck_at = greatest(c.struck_at, :now)"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

_DONE_OTHERWISE = text(
    "select f.item from failing_work f left join national_requests r on r.id::text = f.item"
    " where f.what = 'national-update' and (r.id is null or r.state = 'C')"
)


async def strike(engine: AsyncEngine, context: Context) -> Done:
    """Do what is due at the context's present. Safe to run twice and side by side: each round is done once."""
    done = Done()
    async with unit_of_work(engine) as connection:
        if not (await connection.execute(_ANY_PRACTICE)).scalar_one():
            return done
        done.update(await chase_paper(connection, context))
        done["silences ended"] += await hear_the_silent(connection, context)
    done.update(await _in_order(engine, context, _morning, await _mornings(engine, context)))
    done.update(await _in_order(engine, context, _evening, await _evenings(engine, context)))
    return Done({name: count for name, count in done.items() if count})


async def beat(connection: AsyncConnection, context: Context) -> None:
    """Note that every clock has struck at the context's present: what was due before is dealt with, or is late."""
    await connection.execute(_BEAT, {"now": context.now})


async def next_strike(connection: AsyncConnection, context: Context) -> datetime | None:
    """The next instant at which something is to be done; None where nothing has begun."""
    morning: date | None = (await connection.execute(_LAST_MORNING)).scalar_one_or_none()
    balanced: date | None = (await connection.execute(_LAST_BALANCE)).scalar_one()
    found = [
        await next_paper(connection),
        _at(context, "morning_round_at", morning + timedelta(days=1)) if morning else None,
        _at(context, "daily_balance_at", balanced + timedelta(days=1)) if balanced else None,
    ]
    return min((instant for instant in found if instant is not None), default=None)


async def _in_order(
    engine: AsyncEngine,
    context: Context,
    round_of: Callable[[AsyncConnection, Context, date], Awaitable[Done]],
    days: list[date],
) -> Done:
    """One unit of work for each day, the oldest first."""
    done = Done()
    for day in days:
        async with unit_of_work(engine) as connection:
            done.update(await round_of(connection, context, day))
    return done


async def _morning(connection: AsyncConnection, context: Context, day: date) -> Done:
    values = {"day": day, "now": context.now}
    if (await connection.execute(_TAKE_MORNING, values)).one_or_none() is None:
        return Done()
    mended = (await connection.execute(_DONE_OTHERWISE)).scalars().all()
    await note_mended(connection, context, "national-update", mended)
    await settle_follow_ups(connection, context)
    done = Done({"rejections flagged": await flag_rejections(connection, context, day)})
    done["deducted flagged"] = await flag_deducted(connection, context, day)
    if day == context.today:
        done["silent practices"] = await ask_the_silent(connection, context)
    return done


async def _evening(connection: AsyncConnection, context: Context, day: date) -> Done:
    struck = await strike_balance(connection, context, day)
    return Done({} if struck.state == "signed" else {"days balanced": 1, "days that differ": bool(struck.differing)})


async def _mornings(engine: AsyncEngine, context: Context) -> list[date]:
    async with engine.connect() as connection:
        last = (await connection.execute(_LAST_MORNING)).scalar_one_or_none()
    return _days(last, _last_day(context, "morning_round_at"))


async def _evenings(engine: AsyncEngine, context: Context) -> list[date]:
    async with engine.connect() as connection:
        last = (await connection.execute(_LAST_BALANCE)).scalar_one()
    return _days(last, _last_day(context, "daily_balance_at"))


def _days(last: date | None, until: date) -> list[date]:
    """The days that are to be done; at the first time only the last of them."""
    first = until if last is None else last + timedelta(days=1)
    return [first + timedelta(days=number) for number in range((until - first).days + 1)]


def _last_day(context: Context, key: str) -> date:
    """The last day of which the hour has come."""
    today = london_date(context.now)
    return today if context.now >= _at(context, key, today) else today - timedelta(days=1)


def _at(context: Context, key: str, day: date) -> datetime:
    hour = time.fromisoformat(context.policies.on(key, day))
    return datetime.combine(day, hour, LONDON).astimezone(context.now.tzinfo)
