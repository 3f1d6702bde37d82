"""What a Subscription asks for, read from the resource: topic, practice, channel.

Shape: Subscriptions R5 Backport for R4 (HL7). Without an endpoint nothing is pushed, and the client fetches.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.errors import RequestError
from registry.events.topics import EVERY, Topic
from registry.fhir import own
from registry.fhir.outcomes import Json
from registry.fhir.refusals import additional, invalid, invalid_resource, missing

_BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
PROFILE = f"{_BACKPORT}subscription"
STATUS_PROFILE = f"{_BACKPORT}subscription-status-r4"
NOTIFICATION_PROFILE = f"{_BACKPORT}subscription-notification-r4"
FILTER = f"{_BACKPORT}filter-criteria"
CONTENT = f"{_BACKPORT}payload-content"
HEARTBEAT = f"{_BACKPORT}heartbeat-period"
TIMEOUT = f"{_BACKPORT}timeout"
MOST = f"{_BACKPORT}max-count"

FHIR_JSON = "application/fhir+json"
TOPICS: Mapping[str, str] = {
    own.topic("practice-events"): EVERY,
    **{own.topic(each.value): each.value for each in Topic},
}
"""What can be followed, by its canonical URL."""
CANONICALS: Mapping[str, str] = {topic: url for url, topic in TOPICS.items()}

BOUNDS: Mapping[str, tuple[str, str, int, int]] = {
    HEARTBEAT: ("heartbeat_seconds", "valueUnsignedInt", 60, 604_800),
    TIMEOUT: ("timeout_seconds", "valueUnsignedInt", 1, 30),
    MOST: ("most_at_once", "valuePositiveInt", 1, 500),
}
"""Extensions of a channel: the column, the element, and what it may be."""

_KNOWN = frozenset(
    {"resourceType", "id", "meta", "text", "status", "reason", "criteria", "_criteria", "channel", "end", "error"}
)
_OF_CHANNEL = frozenset({"type", "endpoint", "payload", "_payload", "extension"})
_FILTER = re.compile(r"(?:[A-Za-z]{1,40}[?.])?organization=(?:Organization/)?([A-Za-z0-9]{1,20})\Z")
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `practice` is an ODS code, None where none was named; `numbers` the channel's by column."""

    status: str
    reason: str
    topic: str
    practice: str | None
    endpoint: str | None
    content: str
    ends_at: datetime | None
    numbers: Mapping[str, int | None]


def read_wanted(resource: Json) -> Wanted:
    """What a Subscription that is one of FHIR's asks for. Raises RequestError (400, 422) that names the field."""
    _only(resource, _KNOWN, "")
    _needed(resource, ("status", "reason", "criteria"), "")
    channel: Any = resource.get("channel")
    if not isinstance(channel, dict):
        raise missing("channel")
    _only(channel, _OF_CHANNEL, "channel/")
    _needed(channel, ("type",), "channel/")
    if channel["type"] != "rest-hook":
        raise invalid_resource("Only rest-hook is offered; without an endpoint nothing is pushed", "channel/type")
    if channel.get("payload") not in (None, FHIR_JSON):
        raise invalid(channel["payload"], "channel/payload")
    topic = TOPICS.get(resource["criteria"])
    if topic is None:
        raise invalid(resource["criteria"], "criteria")
    return Wanted(
        status=resource["status"],
        reason=_reason(resource["reason"]),
        topic=topic,
        practice=_practice(_extensions(resource.get("_criteria"), "_criteria")),
        endpoint=channel.get("endpoint"),
        content=_content(_extensions(channel.get("_payload"), "channel/_payload")),
        ends_at=_instant(resource.get("end")),
        numbers=_numbers(channel.get("extension") or []),
    )


def _only(resource: Json, known: frozenset[str], at: str) -> None:
    for name in resource:
        if name not in known:
            if at == "channel/" and name == "header":
                raise invalid_resource("No headers are kept: a notification holds ids only", "channel/header")
            raise additional(f"{at}{name}")


def _needed(resource: Json, names: Iterable[str], at: str) -> None:
    """FHIR lets an extension stand for what is needed; the register does not."""
    for name in names:
        if not isinstance(resource.get(name), str):
            raise missing(f"{at}{name}")


def _reason(text: str) -> str:
    if not text.strip():
        raise missing("reason")
    if len(text) > _LONGEST_REASON:
        raise invalid(text, "reason")
    return text


def _extensions(element: Any, at: str) -> list[Json]:
    found: Any = (element or {}).get("extension") if isinstance(element, dict) or element is None else None
    if element is not None and not isinstance(found, list):
        raise invalid(type(found).__name__, f"{at}/extension")
    return found or []


def _practice(extensions: Iterable[Json]) -> str | None:
    codes: list[str] = []
    for index, each in enumerate(extensions):
        at = f"_criteria/extension/{index}"
        if each.get("url") != FILTER:
            raise invalid(each.get("url"), f"{at}/url")
        found = _FILTER.match(str(each.get("valueString", "")))
        if found is None:
            raise invalid(each.get("valueString"), f"{at}/valueString")
        codes.append(found[1].upper())
    if len(set(codes)) > 1:
        raise invalid_resource("A subscription follows one practice", "_criteria/extension")
    return codes[0] if codes else None


def _content(extensions: Iterable[Json]) -> str:
    content = "id-only"
    for index, each in enumerate(extensions):
        at = f"channel/_payload/extension/{index}"
        if each.get("url") != CONTENT:
            raise invalid(each.get("url"), f"{at}/url")
        content = each.get("valueCode")
        if content == "full-resource":
            raise invalid_resource("Notifications hold ids only", f"{at}/valueCode")
        if content not in ("id-only", "empty"):
            raise invalid(content, f"{at}/valueCode")
    return content


def _numbers(extensions: Iterable[Json]) -> dict[str, int | None]:
    found: dict[str, int | None] = {column: None for column, *_ in BOUNDS.values()}
    for index, each in enumerate(extensions):
        at = f"channel/extension/{index}"
        bounds = BOUNDS.get(str(each.get("url")))
        if bounds is None:
            raise invalid(each.get("url"), f"{at}/url")
        column, element, least, most = bounds
        value = each.get(element)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise invalid(value, f"{at}/{element}")
        found[column] = value
    return found


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    wrong: RequestError = invalid(text, "end")
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        raise wrong from None
    if instant.tzinfo is None or not 2000 <= instant.year <= 9000:
        raise wrong
    return instant
