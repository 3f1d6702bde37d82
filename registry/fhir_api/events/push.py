"""Telling one endpoint what there is for it. A push is a hint: what is lost is found by `$events`.

Three steps: what there is to tell is read in a short unit of work; it is sent with no connection in hand; what
came of it is written in another. A process that ends between two of them leaves the number of the last event that
the endpoint took as it was, so that the same is sent again, and nothing is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, DateTime, Interval, Text, Uuid

from registry.audit.record import record_read
from registry.database import Writes
from registry.events.read import Event, events_after, last_number
from registry.fhir.outcomes import Json
from registry.fhir_api.events.deliver import Delivery, deliver
from registry.fhir_api.events.notification import Kind, notification, status_of
from registry.fhir_api.events.store import Subscription, find_anybodys
from registry.http.answers import FHIR_BASE
from registry.jobs import names
from registry.jobs.handlers import JobContext, job_actor
from registry.policies.store import Policies, load
from registry.settings import Settings
from registry.values.clock import today

USUAL_MOST = 100
"""Events in one notification, unless the subscription says otherwise."""
_MOST_ROUNDS = 20

log = structlog.get_logger("registry.events")

DUE = text(
    """
    select s.id from event_subscriptions s
    left join event_counters c on c.practice_id = s.practice_id and c.topic = s.topic
    where s.endpoint is not null and s.status in ('requested', 'active') and (s.try_at is null or s.try_at <= :now)
      and (s.status = 'requested' or coalesce(c.last, 0) - s.starts_after > s.told
        or s.spoken_at + make_interval(secs => s.heartbeat_seconds) <= :now)
    order by s.try_at nulls first, s.id
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
"""The subscriptions whose endpoints are to be told something."""

# Who changed the endpoint meanwhile, or turned it off, is not told of the former one.
_TOOK = text(
    """
    update event_subscriptions set told = greatest(told, :told), spoken_at = :now, failures = 0, failing_since = null,
      try_at = null, problem = null, version = version + (status = 'requested')::integer,
      updated_at = case when status = 'requested' then :now else updated_at end, status = 'active'
    where id = :id and endpoint = :endpoint and status in ('requested', 'active')
    """
).bindparams(
    bindparam("id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True)), bindparam("told", type_=BigInteger)
)
_FAILED = text(
    """
    update event_subscriptions set failures = failures + 1, failing_since = coalesce(failing_since, :now),
      try_at = :try_at, problem = :problem, version = version + given_up::integer,
      updated_at = case when given_up then :now else updated_at end,
      status = case when given_up then 'error' else status end
    from (select :final or coalesce(failing_since, :now) + :patience <= :now as given_up
      from event_subscriptions where id = :id) g
    where id = :id and endpoint = :endpoint and status in ('requested', 'active')
    returning status
    """
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("try_at", type_=DateTime(timezone=True)),
    bindparam("patience", type_=Interval),
    bindparam("problem", type_=Text),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A notification that is ready, and the number of the last event in it."""

    subscription: Subscription
    endpoint: str
    bundle: Json
    told: int
    people: frozenset[UUID]
    is_all: bool


async def push(context: JobContext, subscription_id: UUID) -> None:
    """Tell an endpoint what there is for it, notification by notification, until it has all or fails."""
    for _ in range(_MOST_ROUNDS):
        async with context.unit_of_work() as connection:
            message = await _next(connection, context, subscription_id)
            policies = await load(connection, context.settings.profile)
        if message is None:
            return
        delivery = await deliver(
            message.endpoint,
            message.bundle,
            timeout_seconds=message.subscription.timeout_seconds,
            is_development=context.settings.is_development,
        )
        async with context.unit_of_work() as connection:
            await _record(connection, context, message, delivery, policies)
        log.info("events.pushed", subscription=str(subscription_id), problem=delivery.problem)
        if delivery.problem is not None or (message.is_all and message.subscription.status == "active"):
            return


async def _next(connection: AsyncConnection, context: JobContext, subscription_id: UUID) -> Message | None:
    """What is to be told next; None where there is nothing, or it is not time."""
    held, now = await find_anybodys(connection, subscription_id), context.clock.now()
    if held is None or held.endpoint is None or held.status not in ("requested", "active"):
        return None
    if held.try_at is not None and held.try_at > now:
        return None
    last = await last_number(connection, held.practice_id, held.topic) - held.starts_after
    if held.status == "requested":
        return _message(held, context.settings, now, "handshake", last, ())
    events = await events_after(
        connection,
        held.practice_id,
        held.topic,
        held.starts_after + held.told,
        held.starts_after + last,
        most=held.most_at_once or USUAL_MOST,
        outside=True,
    )
    if events or last > held.told:
        return _message(held, context.settings, now, "event-notification", last, events)
    if _is_time_for_heartbeat(held, now):
        return _message(held, context.settings, now, "heartbeat", last, ())
    return None


def _message(
    held: Subscription, settings: Settings, now: datetime, kind: Kind, last: int, events: Sequence[Event]
) -> Message:
    base = base_of(settings)
    status = status_of(held, last, kind, base, events=events)
    told = held.told
    if kind == "event-notification":
        # What is forgotten by its age cannot be told any more.
        told = events[-1].number - held.starts_after if events else last
    endpoint = held.endpoint or ""
    people = frozenset(each.patient_id for each in events if each.patient_id is not None and not each.hidden)
    return Message(held, endpoint, notification(status, held, base, now, None), told, people, is_all=told >= last)


def base_of(settings: Settings) -> str:
    """The address of the API as the settings have it: nobody asks whose request could tell."""
    public = settings.public_url or f"http://{settings.host}:{settings.port}"
    return public.rstrip("/") + FHIR_BASE


def _is_time_for_heartbeat(held: Subscription, now: datetime) -> bool:
    if held.heartbeat_seconds is None or held.spoken_at is None:
        return False
    return held.spoken_at + timedelta(seconds=held.heartbeat_seconds) <= now


async def _record(
    connection: AsyncConnection, context: JobContext, message: Message, delivery: Delivery, policies: Policies
) -> None:
    now = context.clock.now()
    whose: dict[str, Any] = {"id": message.subscription.id, "endpoint": message.endpoint, "now": now}
    if delivery.problem is None:
        await connection.execute(_TOOK, whose | {"told": message.told})
        await _note_told(connection, message, now)
        return
    day = today(context.clock)
    longest = timedelta(minutes=policies.on("event_push_longest_wait_minutes", day))
    failed = {
        "problem": delivery.problem,
        "final": delivery.is_final,
        "try_at": now + wait_after(message.subscription.failures, longest),
        "patience": timedelta(hours=policies.on("event_push_gives_up_hours", day)),
    }
    status = (await connection.execute(_FAILED, whose | failed)).scalar_one_or_none()
    if status == "error":
        log.warning("events.gave_up", subscription=str(message.subscription.id), problem=delivery.problem)


async def _note_told(connection: AsyncConnection, message: Message, now: datetime) -> None:
    """Of whom an endpoint was told is audited like any reading."""
    if message.people:
        writes = Writes()
        subject = {"subscription": str(message.subscription.id)}
        record_read(writes, job_actor(names.PUSH_EVENTS), "events", now, message.people, subject=subject)
        await writes.flush(connection)


def wait_after(failures: int, longest: timedelta) -> timedelta:
    """How long is waited after one more failure: twice as long each time."""
    return min(timedelta(minutes=1) * 2 ** min(failures, 20), longest)
