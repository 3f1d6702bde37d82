"""An interaction as OpenAPI describes it: every header, parameter, status and media type, by one means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.fhir.outcomes import Json
from registry.fhir.spine import spine_outcome
from registry.http.answers import FHIR_JSON

if TYPE_CHECKING:
    from registry.fhir_api.interaction import Interaction, Parameter, Told

REQUEST_ID: Json = {
    "name": "X-Request-ID",
    "in": "header",
    "required": True,
    "description": "A UUID of the caller's. It comes back; the same request with the same id is done once.",
    "schema": {"type": "string", "format": "uuid"},
    "example": "60e0b220-8136-4ca5-ae46-1d97ef59d068",
}
CORRELATION_ID: Json = {
    "name": "X-Correlation-ID",
    "in": "header",
    "description": "Any text of the caller's that ties requests together. It comes back.",
    "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
}
IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that was read.",
    "schema": {"type": "string", "pattern": '^(W/)?"?[0-9]{1,9}"?$'},
    "example": 'W/"1"',
}
PREFER_ASYNC: Json = {
    "name": "Prefer",
    "in": "header",
    "required": True,
    "description": "That the answer may come later.",
    "schema": {"type": "string", "enum": ["respond-async"]},
    "example": "respond-async",
}
_HEADERS: dict[str, Json] = {"export": PREFER_ASYNC}
"""What an operation needs besides, by its name."""

OUTCOME: Json = {
    "type": "object",
    "title": "OperationOutcome",
    "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"const": "OperationOutcome"},
        "issue": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["severity", "code"],
                "properties": {
                    "severity": {"enum": ["fatal", "error", "warning", "information"]},
                    "code": {"type": "string"},
                    "details": {"type": "object"},
                    "diagnostics": {"type": "string"},
                    "expression": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}

_ANY: dict[int, tuple[str, str]] = {
    400: ("INVALID_VALUE", "The request is not as it should be; the outcome names the field."),
    401: ("ACCESS_DENIED", "There is no token, or none that is known."),
    403: ("ACCESS_DENIED", "The token does not carry the right."),
    406: ("NOT_ACCEPTABLE", "A format was asked for that is not offered."),
    429: ("TOO_MANY_REQUESTS", "Too many requests; Retry-After says when to go on."),
    503: ("SERVICE_UNAVAILABLE", "The register is busy; send the same request with the same X-Request-ID again."),
}
_OF_TOKENS = frozenset({401, 403, 429})
"""What whoever needs no token is never told."""
_MORE: dict[int, tuple[str, str]] = {
    404: ("RESOURCE_NOT_FOUND", "There is no such thing, or none that this token may see."),
    409: ("RESOURCE_VERSION_MISMATCH", "It has changed since it was read."),
    412: ("PRECONDITION_FAILED", "If-Match is missing."),
    413: ("TOO_LARGE", "The body is too large."),
    415: ("UNSUPPORTED_SERVICE", "The body is of a kind that is not taken."),
    422: ("INVALID_STATE_TRANSITION", "Well formed, and not possible as things stand."),
}


def description_of(declared: Interaction) -> dict[str, Any]:
    """The arguments of a route that describe it."""
    always = {status: told for status, told in _ANY.items() if declared.permission or status not in _OF_TOKENS}
    refused = {**always, **{status: _MORE[status] for status in _statuses(declared)}}
    responses: dict[int | str, Json] = {status: _answer(told) for status, told in declared.answers.items()}
    for status, (code, text) in refused.items():
        if status not in responses:
            responses[status] = _refused(code, text)
    extra: Json = {"parameters": _parameters(declared)}
    if declared.form:
        extra["requestBody"] = _form(declared)
    elif declared.body is not None:
        content = {"schema": declared.body.schema, "example": declared.body.example}
        extra["requestBody"] = {
            "description": declared.body.text,
            "required": declared.body.required,
            "content": dict.fromkeys(declared.body.media, content),
        }
    tag = declared.resource or "The API"
    return {"responses": responses, "openapi_extra": extra, "tags": [f"FHIR {tag}"]}


def _statuses(declared: Interaction) -> set[int]:
    found = set(declared.refuses)
    if declared.path_parameters:
        found.add(404)
    if declared.is_unsafe:
        found |= {413, 415}
    if declared.needs_if_match:
        found |= {409, 412}
    return found


def _answer(told: Told) -> Json:
    described: Json = {"description": told.text, "headers": _headers(*told.headers)}
    if told.resource is not None:
        described["content"] = {told.media: {"schema": schema_of(told.resource)}}
        if told.example is not None:
            described["content"][told.media]["example"] = told.example
    return described


def _refused(code: str, text: str) -> Json:
    example = spine_outcome(code, text)
    return {
        "description": text,
        "headers": _headers(),
        "content": {FHIR_JSON: {"schema": OUTCOME, "example": example}},
    }


def _headers(*more: str) -> Json:
    return {name: {"schema": {"type": "string"}} for name in ("X-Request-ID", *more)}


def schema_of(resource: str) -> Json:
    """The schema of an answer: its type, and that it is an object. FHIR's own definitions say the rest."""
    if resource == "OperationOutcome":
        return OUTCOME
    if "|" in resource:
        return {"anyOf": [schema_of(each) for each in resource.split("|")]}
    if resource == "ndjson":
        return {"type": "string"}
    if resource == "object":
        return {"type": "object"}
    return {
        "type": "object",
        "title": resource,
        "required": ["resourceType"],
        "properties": {"resourceType": {"const": resource}},
    }


def _parameters(declared: Interaction) -> list[Json]:
    found = [REQUEST_ID if declared.permission else {**REQUEST_ID, "required": False}, CORRELATION_ID]
    if declared.needs_if_match:
        found.append(IF_MATCH)
    if declared.operation in _HEADERS and declared.resource is not None:
        found.append(_HEADERS[declared.operation])
    found += [_parameter(each, "path") for each in declared.path_parameters]
    if not declared.form:
        found += [_parameter(each, "query") for each in declared.parameters]
    return found


def _parameter(parameter: Parameter, where: str) -> Json:
    told: Json = {"name": parameter.name, "in": where, "description": parameter.text}
    told["required"] = where == "path" or parameter.required
    one = _schema(parameter)
    if parameter.repeats:
        told |= {"schema": {"type": "array", "items": one}, "explode": True, "style": "form"}
        if parameter.example is not None:
            told["example"] = [parameter.example]
        return told
    told["schema"] = one
    if parameter.example is not None:
        told["example"] = parameter.example
    return told


def _schema(parameter: Parameter) -> Json:
    schema: Json = {"type": "string"}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    elif parameter.pattern:
        schema["pattern"] = f"^({parameter.pattern})$" if "|" in parameter.pattern else f"^{parameter.pattern}$"
    else:
        schema["minLength"] = 1
    return schema


def _form(declared: Interaction) -> Json:
    properties: Json = {}
    for each in declared.parameters:
        one = _schema(each)
        properties[each.name] = {"type": "array", "items": one} if each.repeats else one
    schema: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    example = {each.name: each.example for each in declared.parameters if each.example is not None}
    return {
        "description": "The parameters of the search, which then stand in no address.",
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema, "example": example}},
    }
