"""What the published description says of the façade: summaries, examples, answers."""

from typing import Any

from registry.fhir.outcomes import OUTCOME_SCHEMA
from registry.links.documents.names import BIRTHPLACE_URL, GP_SYSTEM, HA_SYSTEM, NHS_NUMBER_SYSTEM

SUMMARIES = {
    "acceptance": "A practice has taken a person on (G1)",
    "removal": "A practice will not keep a person who moved out of its area (G3)",
    "deduction": "A practice asks for a person to be taken off its list (G5)",
    "amendment": "A practice amends a person's particulars (G2)",
    "inbox": "What waits for a practice, the oldest first; it stays until it is acknowledged",
    "acknowledge": "A practice has every message up to and with the one it names; may be repeated",
}

_HEADERS = {
    "OperationId": {
        "description": "Lower case hexadecimal SHA-256 of the partner code and the transaction number.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "ConversationId": {
        "description": "As sent; a new one where none was sent.",
        "schema": {"type": "string"},
    },
}

TAKEN: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The request is decided, or waits where somebody or something will decide it; all is stored."
        " What follows from it comes to the inbox. No body.",
        "headers": _HEADERS,
    },
    400: {"description": "The request itself is wrong: `details.text` names every field at fault. Nothing was kept."},
    403: {"description": "The partner code is not that of the token's practice."},
    409: {"description": "The ConversationId was used before with other content."},
    503: {"description": "The register is busy: the same request may be sent again after `Retry-After` seconds."},
}

_CONVERSATION = {
    "name": "ConversationId",
    "in": "header",
    "required": False,
    "description": "The practice's own number for the request. The same number with the same content is answered the"
    " same and acts once; with other content it is refused. Without it every request is a new one.",
    "schema": {"type": "string", "maxLength": 128},
}


def _text(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "valueString": value}


def _patient(**more: Any) -> dict[str, Any]:
    return {
        "name": "patient",
        "resource": {
            "resourceType": "Patient",
            "identifier": [{"system": NHS_NUMBER_SYSTEM, "value": "9990000018"}],
            "generalPractitioner": [{"identifier": {"system": GP_SYSTEM, "value": "9990001,Y90001"}}],
            "managingOrganization": {"identifier": {"system": HA_SYSTEM, "value": "ZZX"}},
            **more,
        },
    }


def _parameters(*parameters: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [_text("gpTradingPartnerCode", "QQA5"), *parameters]}


MESSAGE_NAME = "urn:uuid:0197f2d4-0000-7000-8000-000000000001"

EXAMPLES: dict[str, dict[str, Any]] = {
    "acceptance": _parameters(
        _text("acceptanceCode", "A"),
        _text("acceptanceType", "3"),
        _text("acceptanceDate", "2026-10-30"),
        _text("previousGpName", "DR BLACKTHORN"),
        _patient(
            name=[{"family": "OAKEN", "given": ["ADA", "JOY"], "prefix": ["MS"]}, {"family": "FERN"}],
            gender="female",
            birthDate="1965-03-01",
            address=[
                {"line": [None, "12 FERN ROAD", None, "LITTLE HEXTON", "KENT"], "postalCode": "ZZ1  9ZZ"},
                {"line": ["4 PALM CLOSE", "HEXTON"]},
            ],
            extension=[{"url": BIRTHPLACE_URL, "valueString": "HEXTON"}],
        ),
    ),
    "removal": _parameters(_text("freeText", "NOW LIVES 24 MILES FROM THE PRACTICE"), _patient()),
    "deduction": _parameters(_text("dateOfDeduction", "2026-10-30"), _text("deductionReasonCode", "13"), _patient()),
    "amendment": {
        "nhsNumber": "9990000018",
        "gpCode": "9990001,Y90001",
        "gpTradingPartnerCode": "QQA5",
        "healthcarePartyCode": "ZZX",
        "patches": [
            {"op": "replace", "path": "/name/0/family", "value": "ROWAN"},
            {"op": "replace", "path": "/name/1/family", "value": "OAKEN"},
            {"op": "remove", "path": "/name/0/prefix/0"},
        ],
    },
    "acknowledge": {
        "resourceType": "Parameters",
        "parameter": [{"name": "message", "valueString": MESSAGE_NAME}],
    },
}

_APPROVAL = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": MESSAGE_NAME,
            "resource": {
                "resourceType": "Parameters",
                "parameter": [
                    _text("operationId", "2f" * 32),
                    _text("transactionType", "approval"),
                    {"name": "document", "resource": _parameters(_patient())},
                ],
            },
        }
    ],
}

INBOX: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A collection: `fullUrl` names the message, `document` is what it says; that of an amendment is"
        " a `valueString` with JSON, since it is no resource. `transactionType` is approval, rejection, deduction,"
        " deduction_rejection, amendment, fp69_prior_notification, fp69_flag_removal or close_quarter_notification."
        " `operationId` of an approval or rejection is that of the request which it answers.",
        "content": {"application/json": {"schema": {"type": "object"}, "example": _APPROVAL}},
    },
}

ACKNOWLEDGED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Acknowledged, now or before.",
        "content": {"application/json": {"schema": OUTCOME_SCHEMA}},
    },
    404: {"description": "The inbox has given out no such message, or not to this practice."},
}


def request_body(name: str) -> dict[str, Any]:
    """The body of a request with an example, and its header."""
    media = {"application/json": {"schema": {"type": "object"}, "example": EXAMPLES[name]}}
    body: dict[str, Any] = {"requestBody": {"required": True, "content": media}}
    return body if name == "acknowledge" else {**body, "parameters": [_CONVERSATION]}
