"""The error codes of Spine, in which every refusal under /FHIR/R4 is told.

Source: Personal Demographics Service FHIR API, error codes. Three states that it has no code for
(405, 406, 422) have one of ours, and 415 keeps its UNSUPPORTED_SERVICE.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import RequestError
from registry.fhir.outcomes import Outcome, Severity

SYSTEM = "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode"


@dataclass(frozen=True, slots=True)
class SpineCode:
    """One code: what it is called, and the FHIR issue type and severity that go with it."""

    display: str
    issue: str
    severity: Severity = "error"


CODES: Mapping[str, SpineCode] = {
    "INVALID_RESOURCE_ID": SpineCode("Resource Id is invalid", "value"),
    "UNSUPPORTED_SERVICE": SpineCode("Unsupported Service", "processing"),
    "UNSUPPORTED_REQUEST": SpineCode("Unsupported request", "processing"),
    "MISSING_VALUE": SpineCode("Required value is missing", "required"),
    "INVALID_VALUE": SpineCode("Provided value is invalid", "value"),
    "ADDITIONAL_PROPERTIES": SpineCode("Additional properties are not allowed", "invariant"),
    "INVALID_SEARCH_DATA": SpineCode("Search data is invalid", "value"),
    "INVALID_UPDATE": SpineCode("Update is invalid", "structure"),
    "INVALID_CREATE": SpineCode("Create is invalid", "value"),
    "TOO_FEW_VALUES_SUBMITTED": SpineCode("Too few values were submitted", "value"),
    "TOO_MANY_VALUES_SUBMITTED": SpineCode("Too many values were submitted", "value"),
    "VALIDATION_ERROR": SpineCode("Validation error", "value"),
    "UNSUPPORTED_VALUE": SpineCode("Provided value is not supported", "value"),
    "UNSUPPORTED_CHARACTERS_IN_FIELD": SpineCode("Field holds unsupported characters", "value"),
    "ACCESS_DENIED": SpineCode("Access has been denied to process this request", "forbidden"),
    "FORBIDDEN_UPDATE": SpineCode("Update is forbidden", "forbidden", "information"),
    "INVALID_METHOD": SpineCode("The method is not allowed", "not-supported"),
    "RESOURCE_NOT_FOUND": SpineCode("Resource not found", "not-found", "information"),
    "INVALIDATED_RESOURCE": SpineCode("Resource that has been marked as invalid was requested", "processing"),
    "NOT_ACCEPTABLE": SpineCode("The format asked for is not supported", "not-supported"),
    "RESOURCE_VERSION_MISMATCH": SpineCode("Resource version does not match the present one", "conflict"),
    "CONFLICT": SpineCode("The request is in conflict with what is there", "conflict"),
    "PRECONDITION_FAILED": SpineCode("Required condition was not fulfilled", "structure"),
    "TOO_LARGE": SpineCode("The request is too large", "too-long"),
    "INVALID_STATE_TRANSITION": SpineCode("The step cannot be taken from this state", "business-rule"),
    "INVALID_RESOURCE": SpineCode("The resource is not valid here", "business-rule"),
    "REFERENCE_NOT_FOUND": SpineCode("A resource that is referred to was not found", "business-rule"),
    "TOO_MANY_REQUESTS": SpineCode("Too many requests", "throttled"),
    "TOO_MANY_MATCHES": SpineCode("Too many matches found", "multiple-matches", "information"),
    "SINGLE_MATCH": SpineCode("Single match found", "value"),
    "MULTIPLE_MATCHES": SpineCode("Multiple matches found", "value"),
    "SERVICE_UNAVAILABLE": SpineCode("Service is unavailable", "timeout"),
    "FAILURE_TO_PROCESS_MESSAGE": SpineCode("The request could not be processed", "exception"),
}
"""Every code that may be answered; docs/errors.md says when."""

_BY_STATUS = {
    400: "INVALID_VALUE", 401: "ACCESS_DENIED", 403: "ACCESS_DENIED", 404: "RESOURCE_NOT_FOUND", 405: "INVALID_METHOD",
    406: "NOT_ACCEPTABLE", 409: "CONFLICT", 412: "PRECONDITION_FAILED", 413: "TOO_LARGE", 415: "UNSUPPORTED_SERVICE",
    422: "INVALID_RESOURCE", 429: "TOO_MANY_REQUESTS", 503: "SERVICE_UNAVAILABLE",
}  # fmt: skip
"""For errors that were raised without a code of Spine."""


def spine_outcome(code: str, diagnostics: str | None = None, field: str | None = None) -> Outcome:
    """An OperationOutcome with one issue, of a code of `CODES`."""
    known = CODES[code]
    coding = {"system": SYSTEM, "version": "1", "code": code, "display": known.display}
    issue: dict[str, Any] = {"severity": known.severity, "code": known.issue, "details": {"coding": [coding]}}
    if diagnostics:
        issue["diagnostics"] = diagnostics
    if field:
        issue["expression"] = [field]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def spine_outcome_of(error: RequestError) -> Outcome:
    """The outcome of a request that could not be considered."""
    code = error.spine or _BY_STATUS.get(error.status, "FAILURE_TO_PROCESS_MESSAGE")
    outcome = spine_outcome(code, error.text, error.field)
    if error.spine is not None:
        outcome["issue"][0]["code"] = error.code
    return outcome
