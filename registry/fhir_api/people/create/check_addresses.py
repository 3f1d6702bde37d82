"""The addresses of somebody new: one home, each with a period and with lines in their five places.

Source: PDS FHIR API, create a patient and address rules. The five places are premises, number and street, locality,
post town, county; an empty line keeps its place. Post town, and premises or street, are needed, unless the postcode
says enough: with a key of the Postcode Address File, or where it is one that stands for no place.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from registry.fhir import refusals
from registry.fhir_api.people.create.fields import Item, Period, period_of, too_many
from registry.values.address import Address

PLACES = 5
NO_PLACE = frozenset({"ZZ99 3VZ", "ZZ99 3WZ", "ZZ99 3CZ"})
"""Postcodes that stand for none: no fixed abode, not known, England but nowhere."""
LONGEST_DAYS: Mapping[str, int] = {"temp": 90, "billing": 366}
"""By use: how long such an address may be kept."""
USUAL_DAYS: Mapping[str, int] = {"temp": 30}
"""By use: how long it is kept where nobody says."""
_KEY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey"


def check_addresses(patient: Item, today: date) -> None:
    """Raises RequestError (400) that names the field."""
    patient.needed("address")
    addresses = patient.items("address")
    homes = 0
    for address in addresses:
        use = address.needed("use")
        address.needed("period")
        period = period_of(address, today)
        if period.start is None:
            raise refusals.missing(address.at("period/start"))
        _check_length(address, period, use)
        _check_lines(address)
        homes += use == "home"
        if use == "home" and period.until is not None and period.until <= today:
            field = address.at("period/end")
            raise refusals.invalid_create(f"{field} - the home address must be in force", field)
    if homes > 1:
        raise too_many(patient.at("address"))
    if not homes:
        raise refusals.invalid_create("address - a home address is needed", patient.at("address"))


def _check_length(address: Item, period: Period, use: str) -> None:
    longest = LONGEST_DAYS.get(use)
    if longest is None or period.start is None or period.until is None:
        return
    if period.until > period.start + timedelta(days=longest + 1):
        field = address.at("period/end")
        raise refusals.invalid_create(f"{field} - a {use} address is kept for {longest} days at most", field)


def _check_lines(address: Item) -> None:
    lines = address.value.get("line") or []
    if len(lines) > PLACES:
        raise too_many(address.at("line"))
    for index, line in enumerate(lines):
        if not isinstance(line, str) or not line.isprintable():
            raise refusals.invalid(line, address.at(f"line/{index}"))
    postcode = str(address.value.get("postalCode") or "").upper().strip()
    if postcode and (postcode in NO_PLACE or _has_key(address)):
        return
    if not lines:
        raise refusals.missing(address.at("line"))
    premises, street, _, town, _ = places_of(lines)
    if not town or not (premises or street):
        text = f"{address.at('line')} - line 4 (post town), and line 1 or 2, are needed"
        raise refusals.invalid_create(text, address.at("line"))


def _has_key(address: Item) -> bool:
    return any(str(each.value.get("url")).lower() == _KEY.lower() for each in address.items("extension"))


def places_of(lines: list[Any]) -> tuple[str, str, str, str, str]:
    """Lines in their five places; those that were not sent are empty."""
    return Address.of([str(line).strip() for line in lines]).lines
