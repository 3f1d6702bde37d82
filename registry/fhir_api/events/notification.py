"""The state of a subscription and what happened, in the shapes of the Subscriptions R5 Backport for R4."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from registry.events.read import Event
from registry.events.topics import EVERY
from registry.fhir import own
from registry.fhir.outcomes import Json
from registry.fhir_api.events.store import Subscription
from registry.fhir_api.events.wanted import CANONICALS, NOTIFICATION_PROFILE, STATUS_PROFILE

Kind = Literal["handshake", "heartbeat", "event-notification", "query-status", "query-event"]

PROBLEMS = {
    "not-allowed": "The endpoint leads to an address to which nothing is sent",
    "unreachable": "The endpoint could not be reached",
    "timed-out": "The endpoint did not answer in time",
    "redirected": "The endpoint answered with a redirect, which is not followed",
    "gone": "The endpoint says that it is gone",
    "refused": "The endpoint answered with an error",
    "events-forgotten": "Earlier events are kept no longer",
}
"""What may be wrong, by its code."""


def status_of(
    subscription: Subscription,
    last: int,
    kind: Kind,
    base: str,
    *,
    events: Sequence[Event] = (),
    forgotten: bool = False,
) -> Json:
    """A SubscriptionStatus as Parameters. `last` is the number of the newest event of the subscription."""
    parameters: list[Json] = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{subscription.id}"}},
        {"name": "topic", "valueCanonical": CANONICALS[subscription.topic]},
        {"name": "status", "valueCode": subscription.status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(last)},
    ]
    parameters += [_told(event, subscription, base) for event in events]
    if subscription.status == "error" and subscription.problem:
        parameters.append(_error(subscription.problem))
    if forgotten:
        parameters.append(_error("events-forgotten"))
    return {
        "resourceType": "Parameters",
        "id": str(uuid4()),
        "meta": {"profile": [STATUS_PROFILE]},
        "parameter": parameters,
    }


def notification(status: Json, subscription: Subscription, base: str, now: datetime, next_url: str | None) -> Json:
    """The Bundle of a notification: the state is its first entry, and all that there is."""
    asked = f"{base}/Subscription/{subscription.id}/$status"
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "meta": {"profile": [NOTIFICATION_PROFILE]},
        "type": "history",
        "timestamp": instant(now),
    }
    if next_url is not None:
        bundle["link"] = [{"relation": "next", "url": next_url}]
    entry = {
        "fullUrl": f"urn:uuid:{status['id']}",
        "resource": status,
        "request": {"method": "GET", "url": asked},
        "response": {"status": "200"},
    }
    return bundle | {"entry": [entry]}


def instant(value: datetime) -> str:
    """An instant as FHIR writes it, in UTC."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def focus_of(event: Event) -> str | None:
    """What an event is about, below the base; None where that is not told, or is told no longer."""
    if event.hidden:
        return None
    if event.work_id is not None:
        return f"Task/{event.work_id}"
    return f"Patient/{event.nhs_number}" if event.nhs_number else None


def _told(event: Event, subscription: Subscription, base: str) -> Json:
    parts: list[Json] = [
        {"name": "event-number", "valueString": str(event.number - subscription.starts_after)},
        {"name": "timestamp", "valueInstant": instant(event.at)},
    ]
    if subscription.content != "empty":
        focus = focus_of(event)
        if focus is not None:
            parts.append({"name": "focus", "valueReference": {"reference": f"{base}/{focus}"}})
        if subscription.topic == EVERY:
            parts.append({"name": "topic", "valueCanonical": own.topic(event.topic)})
    return {"name": "notification-event", "part": parts}


def _error(code: str) -> Json:
    coding = {"system": own.code_system("subscription-problem"), "code": code, "display": PROBLEMS[code]}
    return {"name": "error", "valueCodeableConcept": {"coding": [coding], "text": PROBLEMS[code]}}
