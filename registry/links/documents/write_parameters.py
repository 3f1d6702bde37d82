"""Items into FHIR Parameters as the façade's neighbours know them."""

from collections.abc import Callable, Mapping
from datetime import date

from registry.links.documents.names import (
    AUTHORITY_ORDER,
    BIRTHPLACE_URL,
    DATE_PARAMETERS,
    DRUGS_URL,
    GENDERS,
    GP_SYSTEM,
    HA_SYSTEM,
    INSTITUTE_URL,
    NHS_NUMBER_SYSTEM,
    PRACTICE_ORDER,
    TEXT_PARAMETERS,
)
from registry.links.items import Items

Text = Callable[[str], str]
_ITEMS: Mapping[str, str] = {**TEXT_PARAMETERS, **DATE_PARAMETERS}


def write_parameters(items: Items, text: Text) -> dict[str, object]:
    """Parameters in the order of their direction. `text` is applied to every text that is not a date."""
    partner = _parameter("gpTradingPartnerCode", text(items.gp_trading_partner_code))
    patient: dict[str, object] = {"name": "patient", "resource": _patient(items, text)}
    practice = items.type.is_from_practice
    others: list[dict[str, object]] = []
    for name in PRACTICE_ORDER if practice else AUTHORITY_ORDER:
        value = getattr(items, _ITEMS[name])
        if isinstance(value, date):
            others.append(_parameter(name, value.isoformat()))
        elif value is not None:
            others.append(_parameter(name, text(value)))
    ordered = [partner, *others, patient] if practice else [partner, patient, *others]
    return {"resourceType": "Parameters", "parameter": ordered}


def _parameter(name: str, value: str) -> dict[str, object]:
    return {"name": name, "valueString": value}


def _patient(items: Items, text: Text) -> dict[str, object]:
    """A Patient with what is known, and nothing empty except blank address lines, which are null."""
    patient: dict[str, object] = {
        "resourceType": "Patient",
        "extension": _extensions(items, text),
        "identifier": [_identifier(NHS_NUMBER_SYSTEM, items.number, text)] if items.number else None,
        "name": _names(items, text),
        "gender": GENDERS[items.sex] if items.sex is not None else None,
        "birthDate": items.date_of_birth.isoformat() if items.date_of_birth is not None else None,
        "address": _addresses(items, text),
        "generalPractitioner": [{"identifier": _identifier(GP_SYSTEM, items.gp_code, text)}] if items.gp_code else None,
        "managingOrganization": {"identifier": _identifier(HA_SYSTEM, items.ha_cipher, text)},
    }
    return {name: value for name, value in patient.items() if value}


def _identifier(system: str, value: str, text: Text) -> dict[str, object]:
    return {"system": system, "value": text(value)}


def _extensions(items: Items, text: Text) -> list[dict[str, object]]:
    extensions: list[dict[str, object]] = []
    if items.place_of_birth:
        extensions.append({"url": BIRTHPLACE_URL, "valueString": text(items.place_of_birth)})
    if items.drugs_dispensed is not None:
        extensions.append({"url": DRUGS_URL, "valueBoolean": items.drugs_dispensed})
    if isinstance(items.residential_institute, str):
        extensions.append({"url": INSTITUTE_URL, "valueString": text(items.residential_institute)})
    return extensions


def _names(items: Items, text: Text) -> list[dict[str, object]]:
    """The name, and the former surname as a second one."""
    given = [
        text(part) if isinstance(part, str) else None
        for part in (items.first_forename, items.second_forename, items.other_forenames)
    ]
    while given and given[-1] is None:
        given.pop()
    current: dict[str, object] = {}
    if items.surname:
        current["family"] = text(items.surname)
    if given:
        current["given"] = given
    if isinstance(items.title, str):
        current["prefix"] = [text(items.title)]
    if isinstance(items.previous_surname, str):
        return [current, {"family": text(items.previous_surname)}]
    return [current] if current else []


def _addresses(items: Items, text: Text) -> list[dict[str, object]]:
    """The address with its five lines, and the previous address as a second one."""
    home: dict[str, object] = {}
    if items.address is not None:
        home["line"] = [text(line) if isinstance(line, str) and line else None for line in items.address]
    if isinstance(items.postcode, str):
        home["postalCode"] = text(items.postcode)
    if items.previous_address:
        return [home, {"line": [text(line) for line in items.previous_address]}]
    return [home] if home else []
