"""A subscription as the Subscription of the backport for R4."""

from registry.fhir.outcomes import Json
from registry.fhir_api.events.notification import PROBLEMS, instant
from registry.fhir_api.events.store import Subscription
from registry.fhir_api.events.wanted import BOUNDS, CANONICALS, CONTENT, FHIR_JSON, FILTER, PROFILE


def subscription_resource(held: Subscription) -> Json:
    """The Subscription of a row."""
    numbers = [
        {"url": url, element: getattr(held, column)}
        for url, (column, element, *_) in BOUNDS.items()
        if getattr(held, column) is not None
    ]
    channel: Json = {"extension": numbers} if numbers else {}
    channel["type"] = "rest-hook"
    if held.endpoint is not None:
        channel["endpoint"] = held.endpoint
    channel["payload"] = FHIR_JSON
    channel["_payload"] = {"extension": [{"url": CONTENT, "valueCode": held.content}]}
    resource: Json = {
        "resourceType": "Subscription",
        "id": str(held.id),
        "meta": {"versionId": str(held.version), "lastUpdated": instant(held.updated_at), "profile": [PROFILE]},
        "status": held.status,
        "reason": held.reason,
        "criteria": CANONICALS[held.topic],
        "_criteria": {"extension": [{"url": FILTER, "valueString": f"organization={held.ods_code}"}]},
        "channel": channel,
    }
    if held.ends_at is not None:
        resource["end"] = instant(held.ends_at)
    if held.status == "error" and held.problem:
        resource["error"] = PROBLEMS[held.problem]
    return resource
