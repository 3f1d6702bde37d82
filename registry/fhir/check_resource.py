"""Whether a resource that somebody sent is one of FHIR R4: its shape, and its bound codes.

The models of fhir.resources know the shape (unknown properties, cardinality, dates) and let any word pass
where FHIR binds a code; the tables here know the words. ADR 0004 says why the models are those of R4B.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import Json

GENDERS = frozenset({"male", "female", "other", "unknown"})
NAME_USES = frozenset({"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"})
ADDRESS_USES = frozenset({"home", "work", "temp", "old", "billing"})
TELECOM_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
TELECOM_USES = frozenset({"home", "work", "temp", "old", "mobile"})
TASK_STATUSES = frozenset(
    {
        "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
        "failed", "completed", "entered-in-error",
    }
)  # fmt: skip
TASK_INTENTS = frozenset(
    {
        "unknown", "proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order",
        "option",
    }
)  # fmt: skip
PRIORITIES = frozenset({"routine", "urgent", "asap", "stat"})
EVENT_STATUSES = frozenset(
    {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"}
)
SUBSCRIPTION_STATUSES = frozenset({"requested", "active", "error", "off"})
CHANNEL_TYPES = frozenset({"rest-hook", "websocket", "email", "sms", "message"})

_BOUND: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Patient": {
        "gender": GENDERS, "name.use": NAME_USES, "address.use": ADDRESS_USES, "telecom.system": TELECOM_SYSTEMS,
        "telecom.use": TELECOM_USES, "contact.gender": GENDERS, "contact.name.use": NAME_USES,
        "contact.address.use": ADDRESS_USES, "contact.telecom.system": TELECOM_SYSTEMS,
        "contact.telecom.use": TELECOM_USES,
        "link.type": frozenset({"replaced-by", "replaces", "refer", "seealso"}),
    },
    "Task": {"status": TASK_STATUSES, "intent": TASK_INTENTS, "priority": PRIORITIES},
    "Communication": {"status": EVENT_STATUSES, "priority": PRIORITIES},
    "Subscription": {"status": SUBSCRIPTION_STATUSES, "channel.type": CHANNEL_TYPES},
}  # fmt: skip
"""The codes that FHIR binds with strength `required`, by resource and path."""


def check_resource(resource: Any, kind: str, at: str = "") -> Json:
    """The resource, if it is a whole one of its kind. Raises RequestError (400) that names the field.

    `at` is the path of the resource within the body, for the names of fields (`parameter/0/resource/`).
    """
    if not isinstance(resource, dict):
        raise refusals.invalid(type(resource).__name__, at.rstrip("/") or "body")
    checked = cast(Json, resource)
    if checked.get("resourceType") != kind:
        if "resourceType" not in checked:
            raise refusals.missing(f"{at}resourceType")
        raise refusals.invalid(checked["resourceType"], f"{at}resourceType")
    try:
        _model(kind).model_validate(checked)
    except ValidationError as error:
        raise _refusal(error, at) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise refusals.invalid(kind, at.rstrip("/") or kind) from None
    for path, allowed in _BOUND.get(kind, {}).items():
        for value, where in _values(checked, path.split("."), at):
            if value not in allowed:
                raise refusals.invalid(value, where)
    contained = checked.get("contained")
    for index, inner in enumerate(contained if isinstance(contained, list) else ()):
        if isinstance(inner, dict) and inner.get("resourceType") in _BOUND:
            check_resource(inner, str(inner["resourceType"]), f"{at}contained/{index}/")
    return checked


@cache
def _model(kind: str) -> Any:
    return get_fhir_model_class(kind)


def _refusal(error: ValidationError, at: str) -> RequestError:
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    where = at + "/".join(path)
    if first["type"] == "extra_forbidden":
        return refusals.additional(path[-1])
    if "missing" in first["type"] or first["input"] is None:
        return refusals.missing(where or at.rstrip("/"))
    value = first["input"]
    return refusals.invalid(value if isinstance(value, str | int | float | bool) else first["type"], where)


def _values(part: Any, path: list[str], at: str) -> Iterator[tuple[Any, str]]:
    """What stands at a path, through lists, with the path as it is told."""
    match part:
        case list():
            for index, each in enumerate(cast(list[Any], part)):
                yield from _values(each, path, f"{at}{index}/")
        case dict() if path:
            fields = cast(Json, part)
            if path[0] in fields:
                yield from _values(fields[path[0]], path[1:], f"{at}{path[0]}/")
        case _ if not path:
            yield part, at.rstrip("/")
        case _:
            return
