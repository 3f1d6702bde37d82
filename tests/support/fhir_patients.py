"""FHIR Patients in the shape of the Personal Demographics Service, and files of them."""

from datetime import date
from pathlib import Path
from typing import Any

import orjson

from registry.values.nhs_number import check_digit

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"


def a_number(place: int) -> str:
    """The valid NHS number at a place of the test range."""
    stems = (f"999{stem:06d}" for stem in range(1000, 1_000_000))
    valid = (f"{stem}{digit}" for stem in stems if (digit := check_digit(stem)) is not None)
    return next(number for at, number in enumerate(valid) if at == place)


def a_patient(
    number: str, practice: str | None = "Y90001", since: str | None = "2015-01-01", **changed: Any
) -> dict[str, Any]:
    """A whole Patient. An element given as None is left out."""
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "id": number,
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "U"}]},
        "identifier": [{"system": NHS_NUMBER, "value": number}],
        "name": [
            {
                "use": "usual",
                "period": {"start": "1980-02-29"},
                "prefix": ["Ms"],
                "given": ["Ada", "May"],
                "family": "Quill",
            }
        ],
        "gender": "female",
        "birthDate": "1980-02-29",
        "address": [{"use": "home", "line": ["3 Mill Lane", "Otterford"], "postalCode": "zx1 1aa"}],
        "generalPractitioner": [a_practice(practice, since)] if practice else None,
    }
    patient |= changed
    return {name: value for name, value in patient.items() if value is not None}


def a_practice(code: str, since: str | None = None, end: str | None = None) -> dict[str, Any]:
    """A practice as an element of generalPractitioner."""
    period = {name: day for name, day in (("start", since), ("end", end)) if day}
    identifier: dict[str, Any] = {"system": ODS_CODE, "value": code}
    return {"type": "Organization", "identifier": identifier | ({"period": period} if period else {})}


def replaced_by(number: str, survivor: str) -> dict[str, Any]:
    """A Patient whose number another took the place of."""
    link = [{"type": "replaced-by", "other": {"identifier": {"system": NHS_NUMBER, "value": survivor}}}]
    return a_patient(number, None, link=link)


def died(on: date, status: str) -> dict[str, Any]:
    """The elements of a Patient that tell a death: status 1 informal, 2 formal, U removed."""
    notice = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
        "extension": [{"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [{"code": status}]}}],
    }
    return {"deceasedDateTime": f"{on}T00:00:00+00:00", "extension": [notice]}


def a_file(folder: Path, *lines: dict[str, Any] | bytes) -> Path:
    """An NDJSON file of Patients, and of raw lines."""
    path = folder / "people.ndjson"
    path.write_bytes(b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines))
    return path
