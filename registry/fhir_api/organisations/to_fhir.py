"""Practices and doctors as UK Core's Organization, Practitioner, PractitionerRole and Location."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from registry.fhir.outcomes import Json
from registry.fhir_api.organisations.codes import (
    GMC,
    LIST_STATE,
    ODS,
    Entry,
    codes_of_doctor,
    codes_of_practice,
    local_code,
)

_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
_SNOMED = "http://snomed.info/sct"
_SETTING = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode"
_GENERAL_PRACTITIONER = {"system": _SNOMED, "code": "62247001", "display": "General practitioner"}
_GENERAL_PRACTICE = {"system": _SETTING, "code": "600", "display": "General Medical Practice"}
_PROVIDER = "http://terminology.hl7.org/CodeSystem/organization-type"


def organization_resource(row: Mapping[str, Any], day: date) -> Json:
    """The Organization of a practice: every code on one page, and whether its list is open."""
    resource: Json = {
        "resourceType": "Organization",
        "id": row["ods_code"],
        "meta": _meta("Organization", row["updated_at"]),
        "extension": [_list_state(row)],
        "identifier": codes_of_practice(row, day),
        "active": True,
        "type": [{"coding": [{"system": _PROVIDER, "code": "prov", "display": "Healthcare Provider"}]}],
        "name": row["name"],
    }
    if row["postcode"]:
        resource["address"] = [{"use": "work", "postalCode": row["postcode"]}]
    return resource


def location_resource(row: Mapping[str, Any]) -> Json:
    """The Location of a practice's premises: the register knows of one, and its postcode."""
    resource: Json = {
        "resourceType": "Location",
        "id": row["ods_code"],
        "meta": _meta("Location", row["updated_at"]),
        "extension": [_list_state(row)],
        "identifier": [{"system": ODS, "value": row["ods_code"]}],
        "status": "active",
        "name": row["name"],
        "mode": "instance",
    }
    if row["postcode"]:
        resource["address"] = {"use": "work", "postalCode": row["postcode"]}
    return resource | {"managingOrganization": _organization(row["ods_code"])}


def practitioner_resource(gmc_number: str, entries: list[Entry], day: date) -> Json:
    """The Practitioner of a doctor, of whom the register knows codes alone."""
    return {
        "resourceType": "Practitioner",
        "id": gmc_number,
        "meta": _meta("Practitioner"),
        "identifier": codes_of_doctor(gmc_number, entries, day),
        "active": any(entry.is_open(day) for entry in entries),
    }


def role_resource(entry: Entry, day: date) -> Json:
    """The PractitionerRole of a doctor at a practice under one local code, with its days."""
    resource: Json = {
        "resourceType": "PractitionerRole",
        "id": entry.id,
        "meta": _meta("PractitionerRole"),
        "identifier": [local_code(entry, day)],
        "active": entry.is_open(day),
    }
    if entry.period:
        resource["period"] = entry.period
    doctor = {"system": GMC, "value": entry.gmc_number}
    return resource | {
        "practitioner": {"reference": f"Practitioner/{entry.gmc_number}", "identifier": doctor},
        "organization": _organization(entry.practice),
        "code": [{"coding": [_GENERAL_PRACTITIONER]}],
        "specialty": [{"coding": [_GENERAL_PRACTICE]}],
        "location": [{"reference": f"Location/{entry.practice}"}],
    }


def _organization(code: str) -> Json:
    return {"reference": f"Organization/{code}", "identifier": {"system": ODS, "value": code}}


def _list_state(row: Mapping[str, Any]) -> Json:
    return {"url": LIST_STATE, "valueCode": row["list_state"]}


def _meta(kind: str, changed: datetime | None = None) -> Json:
    meta: Json = {"profile": [f"{_UK_CORE}{kind}"]}
    if changed is not None:
        meta["lastUpdated"] = changed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return meta
