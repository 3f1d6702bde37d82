"""Operations of a PATCH, and items to send in them."""

from typing import Any

DEATH_NOTICE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus"
PHARMACY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NominatedPharmacy"
DISPENSER = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-PreferredDispenserOrganization"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
REMOVAL = "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration"


def add(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def checked(path: str, value: Any) -> dict[str, Any]:
    return {"op": "test", "path": path, "value": value}


def remove(path: str) -> dict[str, Any]:
    return {"op": "remove", "path": path}


def name(use: str = "nickname", family: str = "Quill", *given: str, **more: Any) -> dict[str, Any]:
    return {"use": use, "family": family, "given": [*given] or ["Addy"]} | more


def address(*lines: str, use: str = "home", postcode: str | None = "ZX1 1AB", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"use": use, "line": [*lines], **more}
    return found if postcode is None else {**found, "postalCode": postcode}


def notice(code: str) -> dict[str, Any]:
    coding = {"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus", "code": code}
    part = {"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [coding]}}
    return {"url": DEATH_NOTICE, "extension": [part]}


def pharmacy(code: str, url: str = PHARMACY) -> dict[str, Any]:
    system = "https://fhir.nhs.uk/Id/ods-organization-code"
    return {"url": url, "valueReference": {"identifier": {"system": system, "value": code}}}


def paf_key(value: str) -> dict[str, Any]:
    kind = {"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-AddressKeyType", "code": "PAF"}
    parts = [{"url": "type", "valueCoding": kind}, {"url": "value", "valueString": value}]
    return {"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey", "extension": parts}
