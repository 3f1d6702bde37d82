"""Routes by which a subscription begins, is read, changes and ends."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir import own, refusals
from registry.fhir.bundles import Entry, searchset
from registry.fhir.check_resource import SUBSCRIPTION_STATUSES
from registry.fhir_api.call import Answer, Call, stale
from registry.fhir_api.events import store
from registry.fhir_api.events.notification import instant
from registry.fhir_api.events.store import Subscription
from registry.fhir_api.events.subscribe import begin, change, end
from registry.fhir_api.events.to_fhir import subscription_resource
from registry.fhir_api.events.wanted import CONTENT, FILTER, TOPICS, read_wanted
from registry.fhir_api.interaction import Body, Interaction, Parameter, Told, interaction
from registry.fhir_api.paging import COUNT, PAGE, next_url, page_size, position
from registry.security.callers import Permission

router = APIRouter()

EXAMPLE: dict[str, Any] = {
    "resourceType": "Subscription",
    "status": "requested",
    "reason": "The practice's system keeps its list",
    "criteria": own.topic("practice-events"),
    "_criteria": {"extension": [{"url": FILTER, "valueString": "organization=Y90001"}]},
    "channel": {
        "type": "rest-hook",
        "payload": "application/fhir+json",
        "_payload": {"extension": [{"url": CONTENT, "valueCode": "id-only"}]},
    },
}
SUBSCRIPTION_ID = Parameter("id", "string", "The id of a subscription.", search=False)
_STATUS = Parameter("status", "token", "requested, active, error or off; several with commas.", "active")
_BODY = Body("The Subscription, in the shape of the backport for R4.", EXAMPLE)


def subscription_id(call: Call) -> UUID:
    """The id in the path. Raises RequestError (404) where it can be none of ours."""
    try:
        return UUID(call.path["id"])
    except ValueError:
        raise refusals.not_found("subscription") from None


async def found(call: Call, connection: AsyncConnection, *, hold: bool = False) -> Subscription:
    """The subscription in the path. Raises RequestError (404)."""
    held = await store.find(connection, call.caller, subscription_id(call), hold=hold)
    if held is None:
        raise refusals.not_found("subscription")
    return held


def _answer(held: Subscription, status: int = 200) -> Answer:
    location = f"Subscription/{held.id}" if status == 201 else None
    return Answer(subscription_resource(held), status, held.version, location)


@interaction(
    router,
    Interaction(
        "POST",
        "/Subscription",
        "create",
        Permission.FOLLOW_EVENTS,
        "Follow what happens to a practice's people and work",
        {201: Told("It has begun.", "Subscription", headers=("ETag", "Location"))},
        resource="Subscription",
        body=_BODY,
        refuses=(409, 422),
        changes=True,
        text="`criteria` is a topic; the filter `organization` names the practice, and may be left out by its own"
        " callers. With an endpoint it is `requested` until a handshake succeeds; without one nothing is pushed, it is"
        " `active` at once, and `$events` is asked. Either way `$events` alone is the truth: a push is a hint.",
    ),
)
async def create_subscription(call: Call, connection: AsyncConnection) -> Answer:
    return _answer(await begin(call, connection, read_wanted(call.resource("Subscription"))), 201)


@interaction(
    router,
    Interaction(
        "GET",
        "/Subscription",
        "search-type",
        Permission.FOLLOW_EVENTS,
        "Subscriptions of the practice",
        {200: Told("Those found, by id.", "Bundle")},
        resource="Subscription",
        parameters=(
            Parameter("_id", "token", "Ids; several with commas."),
            _STATUS,
            Parameter("criteria", "string", "The canonical URL of a topic.", own.topic("practice-events")),
            Parameter("organization", "reference", "The ODS code of a practice.", "Y90001"),
            COUNT,
            PAGE,
        ),
    ),
)
async def search_subscriptions(call: Call, connection: AsyncConnection) -> Answer:
    size, after = page_size(call), await position(call, connection)
    held = await store.find_some(
        connection,
        call.caller,
        after=None if after is None else UUID(after[0]),
        most=size + 1,
        ids=_ids(call.one("_id")),
        statuses=statuses(call.one("status")),
        topics=_topics(call.one("criteria")),
        practice=_practice(call.one("organization")),
    )
    following = await next_url(call, connection, [held[size - 1].id]) if len(held) > size else None
    entries = [
        Entry(subscription_resource(each), call.url(f"Subscription/{each.id}"), {"mode": "match"})
        for each in held[:size]
    ]
    now = instant(call.clock.now())
    return Answer(searchset(entries, self_url=call.self_url, timestamp=now, next_url=following))


def _ids(text: str | None) -> list[UUID]:
    try:
        return [] if text is None else [UUID(each) for each in text.split(",")]
    except ValueError:
        raise refusals.invalid(text, "_id") from None


def statuses(text: str | None) -> list[str]:
    """The statuses of a parameter. Raises RequestError (400)."""
    asked = [] if text is None else text.split(",")
    if not set(asked) <= SUBSCRIPTION_STATUSES:
        raise refusals.invalid(text, "status")
    return asked


def _topics(text: str | None) -> list[str]:
    if text is None:
        return []
    if text not in TOPICS:
        raise refusals.invalid(text, "criteria")
    return [TOPICS[text]]


def _practice(text: str | None) -> str | None:
    if text is None:
        return None
    code = text.removeprefix("Organization/").upper()
    if not code.isascii() or not code.isalnum() or len(code) > 10:
        raise refusals.invalid(text, "organization")
    return code


@interaction(
    router,
    Interaction(
        "GET",
        "/Subscription/{id}",
        "read",
        Permission.FOLLOW_EVENTS,
        "One subscription",
        {200: Told("The subscription.", "Subscription", headers=("ETag",))},
        resource="Subscription",
        path_parameters=(SUBSCRIPTION_ID,),
    ),
)
async def read_subscription(call: Call, connection: AsyncConnection) -> Answer:
    return _answer(await found(call, connection))


@interaction(
    router,
    Interaction(
        "PUT",
        "/Subscription/{id}",
        "update",
        Permission.FOLLOW_EVENTS,
        "Change a subscription's status or channel",
        {200: Told("The subscription as it is now.", "Subscription", headers=("ETag",))},
        resource="Subscription",
        path_parameters=(SUBSCRIPTION_ID,),
        body=_BODY,
        refuses=(409, 422),
        changes=True,
        needs_if_match=True,
        text="What is followed does not change. `requested` shakes hands again: it is how a subscription comes out of"
        " `error`, which the register never does by itself. What is off stays off.",
    ),
)
async def update_subscription(call: Call, connection: AsyncConnection) -> Answer:
    expected = call.expected_version()
    held = await found(call, connection, hold=True)
    resource = call.resource("Subscription")
    if resource.get("id", str(held.id)) != str(held.id):
        raise refusals.invalid(resource["id"], "id")
    wanted = read_wanted(resource)
    if held.version != expected:
        raise stale()
    return _answer(await change(call, connection, held, wanted))


@interaction(
    router,
    Interaction(
        "DELETE",
        "/Subscription/{id}",
        "delete",
        Permission.FOLLOW_EVENTS,
        "Turn a subscription off",
        {204: Told("It is off. What has happened can still be fetched.")},
        resource="Subscription",
        path_parameters=(SUBSCRIPTION_ID,),
        changes=True,
    ),
)
async def delete_subscription(call: Call, connection: AsyncConnection) -> Answer:
    await end(call, connection, await found(call, connection, hold=True))
    return Answer(None, 204)
