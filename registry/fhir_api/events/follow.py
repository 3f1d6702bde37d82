"""Routes by which a subscription tells its state, and what happened: pull is the truth."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.events.number import number_events
from registry.events.read import events_after, last_number
from registry.fhir import refusals
from registry.fhir.bundles import Entry, searchset
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.events import store
from registry.fhir_api.events.notification import instant, notification, status_of
from registry.fhir_api.events.store import Subscription
from registry.fhir_api.events.subscriptions import SUBSCRIPTION_ID, found, statuses
from registry.fhir_api.interaction import Interaction, Parameter, Told, interaction
from registry.security.callers import Permission

router = APIRouter()

MOST_EVENTS = 500
"""How many events one answer of $events holds; the link `next` goes on."""
_MOST_STATES = 100
_MOST_DIGITS = 15


@interaction(
    router,
    Interaction(
        "GET",
        "/Subscription/$status",
        "operation",
        Permission.FOLLOW_EVENTS,
        "How far several subscriptions are",
        {200: Told("A SubscriptionStatus as Parameters for each, at most 100.", "Bundle")},
        resource="Subscription",
        operation="status",
        parameters=(
            Parameter("id", "string", "The id of a subscription; none: all.", repeats=True, search=False),
            Parameter("status", "token", "Those of a status.", "active", repeats=True, search=False),
        ),
    ),
)
async def read_states(call: Call, connection: AsyncConnection) -> Answer:
    try:
        ids = [UUID(each) for each in call.all("id")]
    except ValueError:
        raise refusals.invalid(",".join(call.all("id")), "id") from None
    wanted = [each for text in call.all("status") for each in statuses(text)]
    held = await store.find_some(connection, call.caller, most=_MOST_STATES, ids=ids, statuses=wanted)
    return await _states(call, connection, held)


@interaction(
    router,
    Interaction(
        "GET",
        "/Subscription/{id}/$status",
        "operation",
        Permission.FOLLOW_EVENTS,
        "How far a subscription is",
        {200: Told("Its SubscriptionStatus as Parameters, in a Bundle.", "Bundle")},
        resource="Subscription",
        operation="status",
        path_parameters=(SUBSCRIPTION_ID,),
    ),
)
async def read_state(call: Call, connection: AsyncConnection) -> Answer:
    return await _states(call, connection, [await found(call, connection)])


async def _states(call: Call, connection: AsyncConnection, held: list[Subscription]) -> Answer:
    entries: list[Entry] = []
    # In one order, so that two who ask for several at once do not wait for each other.
    for practice_id in sorted({each.practice_id for each in held}):
        await number_events(connection, practice_id, call.clock.now())
    for each in held:
        last = await _last(connection, each)
        status = status_of(each, last, "query-status", call.base)
        entries.append(Entry(status, f"urn:uuid:{status['id']}", {"mode": "match"}))
    return Answer(searchset(entries, self_url=call.self_url, timestamp=instant(call.clock.now())))


@interaction(
    router,
    Interaction(
        "GET",
        "/Subscription/{id}/$events",
        "operation",
        Permission.FOLLOW_EVENTS,
        "What happened, by number, as often as asked for",
        {
            200: Told(
                f"A notification with at most {MOST_EVENTS} events in their order; the link `next` goes on.", "Bundle"
            )
        },
        resource="Subscription",
        operation="events",
        path_parameters=(SUBSCRIPTION_ID,),
        parameters=(
            Parameter("eventsSinceNumber", "number", "The first number, inclusive.", "1", "[0-9]{1,15}", search=False),
            Parameter("eventsUntilNumber", "number", "The last number, inclusive.", "100", "[0-9]{1,15}", search=False),
            Parameter(
                "content",
                "token",
                "empty: numbers and times alone; id-only: also what each is about.",
                "id-only",
                choices=("empty", "id-only"),
                search=False,
            ),
        ),
        text="Numbers begin with 1 at the start of the subscription and have no gaps: of two neighbours that you have,"
        " there is nothing between. What has a number is committed; an event that is committed later has a higher one."
        " An event without `focus` is about somebody of whom that is not told, or no longer.",
    ),
)
async def read_events(call: Call, connection: AsyncConnection) -> Answer:
    since = _number(call, "eventsSinceNumber") or 1
    until = _number(call, "eventsUntilNumber")
    content = call.one("content")
    if content not in (None, "empty", "id-only"):
        raise refusals.invalid(content, "content")
    held = await found(call, connection)
    await number_events(connection, held.practice_id, call.clock.now())
    last = await _last(connection, held)
    until = last if until is None else min(until, last)
    events = await events_after(
        connection,
        held.practice_id,
        held.topic,
        held.starts_after + since - 1,
        held.starts_after + until,
        most=MOST_EVENTS,
        outside=call.caller.is_office,
    )
    seen = {each.patient_id for each in events if each.patient_id is not None and not each.hidden}
    if content != "empty":
        await call.note_read(connection, "events", seen, {"subscription": str(held.id)})
    told = held if content is None else replace(held, content=content)
    first_kept = events[0].number - held.starts_after if events else since
    forgotten = first_kept > since or (not events and since <= until)
    status = status_of(told, last, "query-event", call.base, events=events, forgotten=forgotten)
    following = None
    if events and events[-1].number < held.starts_after + until:
        next_number = events[-1].number - held.starts_after + 1
        following = _next(call, held, next_number, until)
    return Answer(notification(status, held, call.base, call.clock.now(), following))


def _next(call: Call, held: Subscription, since: int, until: int) -> str:
    asked = f"eventsSinceNumber={since}"
    if call.one("eventsUntilNumber") is not None:
        asked += f"&eventsUntilNumber={until}"
    if call.one("content") is not None:
        asked += f"&content={call.one('content')}"
    return call.url(f"Subscription/{held.id}/$events?{asked}")


def _number(call: Call, name: str) -> int | None:
    text = call.one(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise refusals.invalid(text, name)
    return int(text)


async def _last(connection: AsyncConnection, held: Subscription) -> int:
    return await last_number(connection, held.practice_id, held.topic) - held.starts_after
