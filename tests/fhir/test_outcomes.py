"""Outcomes are what FHIR says they are."""

from fhir.resources.R4B.operationoutcome import OperationOutcome

from registry.errors import bad_request, conflict, forbidden, not_found, unauthenticated, unprocessable
from registry.fhir.outcomes import outcome, outcome_of

FHIR_ISSUE_TYPES = {
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational",
}  # fmt: skip


def test_an_outcome_is_a_fhir_resource():
    made = outcome("value", "The birth date lies in the future.", "Patient.birthDate")
    read = OperationOutcome.model_validate(made)
    assert read.issue[0].details is not None
    assert read.issue[0].details.text == "The birth date lies in the future."
    assert read.issue[0].expression == ["Patient.birthDate"]


def test_every_error_of_the_family_makes_an_outcome_with_a_known_code():
    for make in (bad_request, unauthenticated, forbidden, not_found, conflict, unprocessable):
        made = outcome_of(make("A sentence."))
        OperationOutcome.model_validate(made)
        assert made["issue"][0]["code"] in FHIR_ISSUE_TYPES
