"""Bodies of requests, whole and right; a test changes what it is about."""

import copy
from datetime import date
from typing import Any

import orjson

from registry.links.documents.names import BIRTHPLACE_URL, DRUGS_URL, GP_SYSTEM, HA_SYSTEM, NHS_NUMBER_SYSTEM
from registry.values.person import Demographics
from tests.support.office import ANNA, Practice

NUMBER = "9990000018"
"""A valid number that nobody in the register has."""
_GENDERS = {"1": "male", "2": "female", "0": "unknown", "9": "other"}


def encoded(document: Any) -> bytes:
    return orjson.dumps(document)


def text_parameter(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "valueString": value}


def parameters(practice: Practice, patient: dict[str, Any], **texts: str) -> dict[str, Any]:
    everybody = {
        "resourceType": "Patient",
        "managingOrganization": {"identifier": [{"system": HA_SYSTEM, "value": practice.cipher}]},
        "generalPractitioner": [{"identifier": {"system": GP_SYSTEM, "value": practice.gp_code}}],
    }
    return {
        "resourceType": "Parameters",
        "parameter": [
            text_parameter("gpTradingPartnerCode", practice.partner_code),
            *(text_parameter(name, value) for name, value in texts.items()),
            {"name": "patient", "resource": {**everybody, **patient}},
        ],
    }


def identified(number: str) -> dict[str, Any]:
    return {"identifier": [{"system": NHS_NUMBER_SYSTEM, "value": number}]}


def acceptance(
    practice: Practice,
    number: str | None = NUMBER,
    like: Demographics = ANNA,
    kind: str = "3",
    accepted_on: date = date(2026, 10, 30),
    **texts: str,
) -> dict[str, Any]:
    """A transfer in; `kind` makes it another type, with what that needs."""
    name = {"family": like.name.surname.upper(), "given": [like.name.first_forename.upper()]}
    lines = [line.upper() or None for line in like.address.lines]
    patient: dict[str, Any] = {
        **(identified(number) if number else {}),
        "name": [name],
        "gender": _GENDERS[like.sex.value] if like.sex else "unknown",
        "address": [{"line": lines, "postalCode": "ZX4  7QP"}, {"line": [None, "3 FORMER STREET", None, "OLDTOWN"]}],
        "extension": [
            {"url": BIRTHPLACE_URL, "valueString": "NETHERMOOR"},
            {"url": DRUGS_URL, "valueBoolean": True},
        ],
    }
    if like.date_of_birth:
        patient["birthDate"] = like.date_of_birth.isoformat()
    usual = {"acceptanceCode": "A", "acceptanceType": kind, "acceptanceDate": accepted_on.isoformat()}
    by_kind = {"3": {"previousGpName": "DR BEFORE"}, "4": {"dateOfUkEntry": "2026-09-01"}}
    return parameters(practice, patient, **{**usual, **by_kind.get(kind, {}), **texts})


def removal(practice: Practice, number: str = NUMBER) -> dict[str, Any]:
    return parameters(practice, identified(number), freeText="NOW LIVES FAR AWAY")


def deduction(practice: Practice, number: str = NUMBER, reason: str = "13") -> dict[str, Any]:
    return parameters(practice, identified(number), dateOfDeduction="2026-10-30", deductionReasonCode=reason)


def amendment(practice: Practice, number: str = NUMBER, *patches: dict[str, Any]) -> dict[str, Any]:
    return {
        "nhsNumber": number,
        "gpCode": practice.gp_code,
        "gpTradingPartnerCode": practice.partner_code,
        "healthcarePartyCode": practice.cipher,
        "patches": list(patches) or [replacing("/name/0/family", "ROWAN")],
    }


def replacing(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def address(*lines: str | None) -> list[dict[str, Any]]:
    return [replacing(f"/address/0/line/{place}", line) for place, line in enumerate(lines)]


def patient_of(document: dict[str, Any]) -> dict[str, Any]:
    return next(each["resource"] for each in document["parameter"] if each["name"] == "patient")


def without(document: dict[str, Any], name: str) -> dict[str, Any]:
    """A copy without a parameter of that name."""
    return {**document, "parameter": [each for each in document["parameter"] if each["name"] != name]}


def with_text(document: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """A copy in which a parameter has another value."""
    return {**document, "parameter": [*without(document, name)["parameter"], text_parameter(name, value)]}


def with_patient(document: dict[str, Any], **elements: Any) -> dict[str, Any]:
    """A copy in which elements of the patient are others; None takes one away."""
    changed = copy.deepcopy(document)
    patient = patient_of(changed)
    for element, value in elements.items():
        if value is None:
            patient.pop(element, None)
        else:
            patient[element] = value
    return changed
