"""OperationOutcome: how every refusal and error is told, here and by neighbouring systems."""

from typing import Any, Literal

from registry.errors import RequestError

Json = dict[str, Any]
"""A resource, or a part of one, as JSON carries it."""

Outcome = Json
"""An OperationOutcome as JSON carries it."""

Severity = Literal["fatal", "error", "warning", "information"]


def outcome(code: str, text: str, field: str | None = None, severity: Severity = "error") -> Outcome:
    """One issue: a FHIR issue type, a sentence for whoever asked, and the name or path of the field at fault."""
    issue: dict[str, Any] = {"severity": severity, "code": code, "details": {"text": text}}
    if field:
        issue["expression"] = [field]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def outcome_of(error: RequestError) -> Outcome:
    """The outcome of a request that could not be considered."""
    return outcome(error.code, error.text, error.field)


OUTCOME_SCHEMA: dict[str, Any] = {
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
                "required": ["severity", "code", "details"],
                "properties": {
                    "severity": {"enum": ["fatal", "error", "warning", "information"]},
                    "code": {"type": "string", "description": "A FHIR issue type."},
                    "details": {"type": "object", "properties": {"text": {"type": "string"}}},
                    "expression": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
"""For the published description of the interface."""
