"""Everything that falls due, of every feature, in one place.

The worker does it every minute; `registry jobs run` does it with the clock set to each
instant at which something falls due.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.jobs import names
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext, Payload, handler, job_actor, schedule
from registry.links.alarm_gaps import alarm_gaps, next_gap_alarm
from registry.monitoring.clocks import beat, next_strike, strike
from registry.pds.requests import nudge_due
from registry.policies.store import load
from registry.settings import Settings
from registry.transactions.context import Context
from registry.transactions.due.deadline import Done
from registry.transactions.fall_due import fall_due, next_due
from registry.transactions.quality.night import next_quality_strike, strike_quality
from registry.values.clock import Clock, FixedClock


async def do_what_is_due(engine: AsyncEngine, clock: Clock, settings: Settings) -> Done:
    """Do what is due at the clock's present, and ask again what the national side still owes."""
    async with engine.connect() as connection:
        policies = await load(connection, settings.profile)
    context = Context(job_actor(names.FALL_DUE), clock, policies)
    done = await fall_due(engine, context)
    async with unit_of_work(engine) as connection:
        await alarm_gaps(connection, context)
        await nudge_due(connection, clock.now())
    done.update(await strike(engine, context))
    done.update(await strike_quality(engine, context))
    async with unit_of_work(engine) as connection:
        await beat(connection, context)
    return done


@handler(names.FALL_DUE)
async def fall_due_job(context: JobContext, payload: Payload) -> None:
    """Every minute."""
    await do_what_is_due(context.engine, context.clock, context.settings)


schedule(names.FALL_DUE, "* * * * *")


async def _next(engine: AsyncEngine, settings: Settings) -> datetime | None:
    """The earliest instant at which anything falls due."""
    async with engine.connect() as connection:
        context = Context(
            job_actor(names.FALL_DUE), FixedClock(datetime.now(UTC)), await load(connection, settings.profile)
        )
        found = (
            await next_due(connection),
            await next_gap_alarm(connection, context),
            await next_strike(connection, context),
            await next_quality_strike(connection, context),
        )
    return min((instant for instant in found if instant is not None), default=None)


_TRY_AGAIN = timedelta(minutes=30)


async def run_until(
    engine: AsyncEngine, settings: Settings, until: datetime, tell: Callable[[datetime, Done], None]
) -> int:
    """Do everything that falls due until an instant, with the clock at each due instant in turn.

    For development and tests. `tell` hears of each instant and what was done there. Returns
    how many items were dealt with.
    """
    clock = FixedClock(until)
    context = JobContext(engine, clock, settings)
    total = 0
    last: datetime | None = None
    while last != until:
        instant = await _next(engine, settings) or until
        if last is not None and instant <= last:
            # Something could not be done at its instant: it is tried again a while later.
            instant = last + _TRY_AGAIN
        clock.instant = last = min(instant, until)
        await drain(context)
        done = await do_what_is_due(engine, clock, settings)
        total += done.dealt_with + await drain(context)
        tell(clock.instant, done)
    return total
