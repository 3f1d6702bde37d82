"""The Patient of an acceptance: contained in the Task, or referred to by its focus.

An acceptance carries names, sex, birth, addresses, place of birth and the number. What else a Patient may hold
(telecoms, contacts, preferences) is no part of it: the practice amends the person by PATCH when they are its own.
"""

from datetime import date
from typing import Any

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import BIRTH_PLACE, NHS_NUMBER
from registry.fhir_api.work.tasks.read_task import PlacedTask
from registry.patients.read_fhir import SEXES
from registry.patients.read_fhir_names import read_names
from registry.patients.read_fhir_parts import MISSHAPEN, BadField, past_day, plain
from registry.patients.read_fhir_places import read_addresses
from registry.values.nhs_number import NHSNumber


def contained_patient(placed: PlacedTask) -> tuple[Json, str]:
    """The one Patient that the Task contains, and its path. Raises RequestError (400)."""
    contained = placed.task.get("contained") or ()
    if not contained:
        raise refusals.missing("contained/0")
    if len(contained) > 1:
        text = "Too many values submitted - an acceptance contains one Patient"
        raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", text, "contained")
    if contained[0].get("resourceType") != "Patient":
        raise refusals.invalid(contained[0].get("resourceType"), "contained/0/resourceType")
    focus: Json = placed.task.get("focus") or {}
    if focus.get("reference") not in (None, f"#{contained[0].get('id')}"):
        raise refusals.invalid(focus["reference"], "focus/reference")
    return contained[0], "contained/0"


def items_of_patient(patient: Json, at: str, today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """The items that a Patient says, and the path of each. Raises RequestError (400) that names the field."""
    for name in ("name", "gender", "address"):
        if not patient.get(name):
            raise refusals.missing(f"{at}/{name}")
    try:
        return _items(patient, at, today)
    except BadField as fault:
        path = fault.field.replace("[", "/").replace("]", "").replace(".", "/")
        raise _bad(fault.reason, f"{at}/{path}") from None
    except MISSHAPEN:
        raise _bad("does not have the shape of a Patient", at) from None


def _bad(reason: str, field: str) -> RequestError:
    return refusals.refusal(400, "INVALID_VALUE", f"Invalid value - '{field}' {reason}", field)


def _items(patient: Json, at: str, today: date) -> tuple[dict[str, Any], dict[str, str]]:
    names = read_names(patient["name"], today)
    address, former = read_addresses(patient["address"], today)
    items: dict[str, Any] = {
        "surname": names.present.surname,
        "first_forename": names.present.first_forename or None,
        "second_forename": names.present.second_forename or None,
        "other_forenames": names.present.other_forenames or None,
        "title": names.present.title or None,
        "previous_surname": names.previous_surname,
        "sex": SEXES[patient["gender"]],
        "date_of_birth": past_day(patient.get("birthDate"), "birthDate", today),
        "address": None if address.is_blank else address.lines,
        "postcode": address.postcode,
        "previous_address": tuple(filter(None, former[-1].address.lines)) if former else None,
        "place_of_birth": _birth_place(patient),
        "number": _number(patient, at),
    }
    return {name: value for name, value in items.items() if value is not None}, {
        name: f"{at}/{path}" for name, path in _PATHS.items()
    }


_PATHS = {
    "surname": "name/0/family",
    "first_forename": "name/0/given/0",
    "second_forename": "name/0/given/1",
    "other_forenames": "name/0/given/2",
    "title": "name/0/prefix/0",
    "previous_surname": "name/1/family",
    "sex": "gender",
    "date_of_birth": "birthDate",
    "address": "address/0/line",
    "postcode": "address/0/postalCode",
    "previous_address": "address/1/line",
    "place_of_birth": "extension",
    "number": "identifier/0/value",
}


def _birth_place(patient: Json) -> str | None:
    for extension in patient.get("extension") or ():
        if extension.get("url") == BIRTH_PLACE:
            place: Json = extension.get("valueAddress") or {}
            parts = [place.get(part) for part in ("text", "city", "district", "country")]
            return plain(extension.get("valueString") or ", ".join(filter(None, parts)), "extension") or None
    return None


def _number(patient: Json, at: str) -> str | None:
    for index, identifier in enumerate(patient.get("identifier") or ()):
        if identifier.get("system") == NHS_NUMBER:
            try:
                return NHSNumber(identifier.get("value")).value
            except (ValueError, TypeError):
                raise refusals.invalid(identifier.get("value"), f"{at}/identifier/{index}/value") from None
    return None
