"""References to people, practices and the office, as everything about work writes them."""

from datetime import UTC, datetime

from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import NHS_NUMBER, ODS_CODE

OFFICE: Json = {"type": "Organization", "display": "Registration office"}
WITHHELD: Json = {"type": "Organization", "display": "A practice that is not told"}
"""A practice of somebody whose whereabouts nobody is told."""


def practice(ods_code: str | None) -> Json:
    """A practice by its code."""
    if ods_code is None:
        return WITHHELD
    return {
        "reference": f"Organization/{ods_code}",
        "type": "Organization",
        "identifier": {"system": ODS_CODE, "value": ods_code},
    }


def person(number: str | None, *, known: bool = True) -> Json | None:
    """A person by number. `known`: there is a Patient to be read under it."""
    if not number:
        return None
    told: Json = {"type": "Patient", "identifier": {"system": NHS_NUMBER, "value": number}}
    return {"reference": f"Patient/{number}", **told} if known else told


def instant(at: datetime) -> str:
    """An instant as FHIR writes it, in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
