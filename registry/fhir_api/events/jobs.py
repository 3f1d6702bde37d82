"""Events by the clock: numbered, told, forgotten."""

from datetime import timedelta
from uuid import UUID

from registry.events.forget import forget_events
from registry.events.number import number_all
from registry.fhir_api.events.push import DUE, push
from registry.fhir_api.events.store import end_those_over
from registry.jobs import names
from registry.jobs.enqueue import NewJob, enqueue_all
from registry.jobs.handlers import JobContext, Payload, handler, schedule
from registry.policies.store import load
from registry.values.clock import today


@handler(names.FOLLOW_EVENTS)
async def follow_events(context: JobContext, payload: Payload) -> None:
    """Number what has happened, and have every endpoint told for which there is something."""
    now = context.clock.now()
    await number_all(context.engine, now)
    async with context.unit_of_work() as connection:
        await end_those_over(connection, now)
        due = (await connection.execute(DUE, {"now": now})).scalars().all()
        jobs = [
            NewJob(names.PUSH_EVENTS, {"subscription_id": str(each)}, dedupe_key=f"{names.PUSH_EVENTS}:{each}")
            for each in due
        ]
        await enqueue_all(connection, jobs)


@handler(names.PUSH_EVENTS)
async def push_events(context: JobContext, payload: Payload) -> None:
    """Tell one endpoint. What it does not take is tried again by the clock, later and later."""
    await push(context, UUID(payload["subscription_id"]))


@handler(names.FORGET_EVENTS)
async def forget(context: JobContext, payload: Payload) -> None:
    """Remove events that are too old to be replayed."""
    async with context.unit_of_work() as connection:
        policies = await load(connection, context.settings.profile)
    before = context.clock.now() - timedelta(days=policies.on("event_kept_days", today(context.clock)))
    more = True
    while more:
        async with context.unit_of_work() as connection:
            more = await forget_events(connection, before)


schedule(names.FOLLOW_EVENTS, "* * * * *")
schedule(names.FORGET_EVENTS, "37 2 * * *")
