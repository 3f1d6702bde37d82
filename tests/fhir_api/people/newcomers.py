"""Newcomers for the tests of allocation: a Patient that is taken, and copies of it with one thing changed."""

from copy import deepcopy
from typing import Any

from registry.fhir_api.people.create.example import NEW_PATIENT


def newcomer(**changed: Any) -> dict[str, Any]:
    """The Patient of the published example; an element given as None is left out."""
    patient = deepcopy(NEW_PATIENT) | changed
    return {name: value for name, value in patient.items() if value is not None}


def called(family: str, *given: str, **changed: Any) -> dict[str, Any]:
    """The same by another name."""
    name = {**NEW_PATIENT["name"][0], "family": family, "given": [*given], "prefix": ["Ms"]}
    return newcomer(**({"name": [name]} | changed))


def living_at(*lines: str, postcode: str = "ZX1 1AE", **changed: Any) -> list[dict[str, Any]]:
    """A home address."""
    address = {"use": "home", "period": {"start": "2020-01-01"}, "line": [*lines], "postalCode": postcode}
    return [address | changed]


def without(patient: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy without the field at a path (`name/0/family`)."""
    copy = deepcopy(patient)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place: Any = copy
    for part in way:
        place = place[part]
    del place[last]
    return copy


def with_(patient: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at a path."""
    copy = deepcopy(patient)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place: Any = copy
    for part in way:
        place = place[part]
    place[last] = value
    return copy
