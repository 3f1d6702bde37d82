"""What a kick-off asks for, from its query or from Parameters. Source: FHIR Bulk Data Access 2.0, kick-off request."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Parameter

TYPES = ("Patient", "EpisodeOfCare")
FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
PARAMETERS = (
    Parameter(
        "_type",
        "string",
        "Types of resources, with commas between; both where there is none.",
        "Patient,EpisodeOfCare",
        "[A-Za-z]{1,64}(,[A-Za-z]{1,64}){0,9}",
        repeats=True,
        search=False,
    ),
    Parameter(
        "_since",
        "instant",
        "Only what has changed since this instant: take `transactionTime` of the manifest before.",
        "2020-01-01T00:00:00Z",
        search=False,
    ),
    Parameter(
        "_outputFormat",
        "string",
        "The format of the files; there is one, by three names.",
        "application/fhir+ndjson",
        choices=tuple(sorted(FORMATS)),
        search=False,
    ),
)
_NAMES = frozenset(parameter.name for parameter in PARAMETERS)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The types in the order of `TYPES`, and the instant since when."""

    types: Sequence[str]
    since: datetime | None


def wanted_by_query(call: Call) -> Wanted:
    """Raises RequestError (400) that names the parameter."""
    return _wanted(call, call.query)


def wanted_by_body(call: Call) -> Wanted:
    """The same of Parameters in the body. Raises RequestError (400) that names the field."""
    given = call.resource("Parameters").get("parameter") or []
    pairs = [(str(each["name"]), _value(each, f"parameter/{at}")) for at, each in enumerate(given)]
    unknown = [name for name, _ in pairs if name not in _NAMES]
    if unknown and not call.lenient:
        raise refusals.additional(*unknown)
    return _wanted(call, tuple(pairs))


def _value(parameter: dict[str, Any], at: str) -> str:
    found = [value for key, value in parameter.items() if key.startswith("value")]
    if len(found) != 1 or not isinstance(found[0], str):
        raise refusals.missing(f"{at}/valueString") if not found else refusals.invalid("value[x]", at)
    return found[0]


def _wanted(call: Call, pairs: Sequence[tuple[str, str]]) -> Wanted:
    formats = [value.replace(" ", "+") for value in _only_one(pairs, "_outputFormat")]
    if any(each not in FORMATS for each in formats):
        raise refusals.invalid(formats[0], "_outputFormat")
    since = _only_one(pairs, "_since")
    return Wanted(_types(call, [value for name, value in pairs if name == "_type"]), _instant(since) if since else None)


def _only_one(pairs: Sequence[tuple[str, str]], name: str) -> list[str]:
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{name}'", name)
    return values


def _types(call: Call, values: Sequence[str]) -> Sequence[str]:
    named = [each.strip() for value in values for each in value.split(",")]
    unknown = [each for each in named if each not in TYPES]
    if unknown and not call.lenient:
        raise refusals.invalid(unknown[0], "_type")
    found = [kind for kind in TYPES if kind in named] if named else list(TYPES)
    if not found:
        raise refusals.invalid(unknown[0], "_type")
    return found


def _instant(values: Sequence[str]) -> datetime:
    text = values[0].replace(" ", "+")
    if not _INSTANT.match(text):
        raise refusals.invalid(values[0], "_since")
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusals.invalid(values[0], "_since") from None
    if instant < _EARLIEST:
        raise refusals.invalid(values[0], "_since")
    return instant
