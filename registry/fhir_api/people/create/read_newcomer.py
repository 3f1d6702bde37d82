"""A Patient that was sent to be made, checked by the rules of PDS, as the register takes it.

What the server alone says is passed over, as FHIR asks of a create: `id`, `meta`, and the ids of items. A number that
is sent is no such thing: whoever has one is not new. So is a label that asks for more care than the ordinary: whether
somebody is restricted is decided by the office, with evidence.
"""

import re
from datetime import date, timedelta
from typing import Any, cast
from uuid import uuid4

import orjson

from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.fhir_api.people.create.check_addresses import PLACES, USUAL_DAYS, check_addresses, places_of
from registry.fhir_api.people.create.check_names import check_names
from registry.fhir_api.people.create.fields import Item, only, period_of
from registry.fhir_api.people.create.read_authority import read_authority
from registry.patients.read_fhir import UNRESTRICTED, read_newcomer
from registry.patients.read_fhir_parts import LONGEST_TEXT, starts_on
from registry.patients.record import Unreadable
from registry.transactions.newcomers.newcomer import Newcomer

GENDERS = frozenset({"male", "female", "unknown"})
_TAKEN = frozenset(
    {
        "resourceType", "id", "meta", "identifier", "active", "name", "gender", "birthDate", "address", "telecom",
        "contact", "extension", "multipleBirthInteger",
    }
)  # fmt: skip
_WITH_IDS = ("name", "address", "telecom", "contact")
_OLDEST_YEARS = 150
_WHOLE_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_BESIDE = 20_000
"""Bytes of what FHIR carries of somebody and no rule reads."""


def newcomer_of(body: Any, today: date, at: str = "") -> Newcomer:
    """The person of a body. `at` is its path within the request, without a slash at the end.

    Raises RequestError (400) with the code and the path of the first field at fault.
    """
    patient = Item(_shaped(body, at), at)
    only(patient, _TAKEN)
    _check_what_the_server_says(patient)
    check_names(patient, today)
    gender = patient.needed("gender")
    if gender not in GENDERS:
        raise refusals.invalid(gender, patient.at("gender"))
    _check_birth(patient, today)
    check_addresses(patient, today)
    _check_telecoms(patient, today)
    patient.items("contact")
    authority_type, authority = read_authority(patient)
    record = read_newcomer(_completed(patient.value, today), today)
    if isinstance(record, Unreadable):
        field = record.field.replace("[", "/").replace("]", "").replace(".", "/")
        raise refusals.invalid_create(f"{patient.at(field)} {record.reason}", patient.at(field))
    if len(orjson.dumps(record.elements)) > _MOST_BESIDE:
        raise refusals.refusal(413, "TOO_LARGE", "More is sent of this person than the register keeps of anybody", at)
    return Newcomer(record, authority_type, authority)


def _shaped(body: Any, at: str) -> Json:
    """The body as a Patient of FHIR. PDS leaves `resourceType` out in some of its own examples."""
    whole = {"resourceType": "Patient", **cast(Json, body)} if isinstance(body, dict) else body
    check_resource(_with_full_lines(whole), "Patient", f"{at}/" if at else "")
    return whole


def _with_full_lines(body: Any) -> Any:
    """With something on every line of an address: FHIR knows no empty text, and PDS's places need it."""
    addresses = body.get("address") if isinstance(body, dict) else None
    if not isinstance(addresses, list):
        return body
    return {**body, "address": [_filled(each) for each in cast(list[Any], addresses)]}


def _filled(address: Any) -> Any:
    lines = address.get("line") if isinstance(address, dict) else None
    return {**address, "line": ["-" if line == "" else line for line in lines]} if isinstance(lines, list) else address


def _check_what_the_server_says(patient: Item) -> None:
    if patient.value.get("identifier"):
        field = patient.at("identifier")
        raise refusals.invalid_create(f"{field} - somebody who is to be given a number has none yet", field)
    if patient.value.get("active") is False:
        raise refusals.invalid(False, patient.at("active"))
    labels = cast(Json, patient.value.get("meta") or {}).get("security") or ()
    if not UNRESTRICTED.issuperset(label.get("code") for label in labels):
        field = patient.at("meta/security")
        raise refusals.invalid_create(f"{field} - restrictions are set by the registration office", field)


def _check_birth(patient: Item, today: date) -> None:
    text, field = patient.needed("birthDate"), patient.at("birthDate")
    try:
        born = date.fromisoformat(text) if isinstance(text, str) and _WHOLE_DAY.fullmatch(text) else None
    except ValueError:
        born = None
    if born is None:
        raise refusals.invalid(text, field)
    if born > today:
        raise refusals.invalid_create(f"{field} is in the future", field)
    if born.year < today.year - _OLDEST_YEARS:
        raise refusals.invalid_create(f"{field} is too long ago", field)
    order = patient.value.get("multipleBirthInteger")
    if order is not None and (type(order) is not int or order not in range(1, 10)):
        raise refusals.invalid(order, patient.at("multipleBirthInteger"))


def _check_telecoms(patient: Item, today: date) -> None:
    for telecom in patient.items("telecom"):
        telecom.needed("system")
        value = str(telecom.needed("value"))
        if not value.strip() or len(value) > LONGEST_TEXT:
            raise refusals.invalid(value, telecom.at("value"))
        period_of(telecom, today)


def _completed(patient: Json, today: date) -> Json:
    """With ids of the server's, addresses in five lines, and the periods that begin today where nobody said."""
    whole = dict(patient)
    for element in _WITH_IDS:
        if whole.get(element):
            whole[element] = [{**each, "id": _new_id()} for each in whole[element]]
    begun = {"start": today.isoformat()}
    whole["name"] = [{**each, "period": each.get("period") or begun} for each in whole["name"]]
    if whole.get("telecom"):
        whole["telecom"] = [{**each, "period": each.get("period") or begun} for each in whole["telecom"]]
    whole["address"] = [_completed_address(each) for each in whole["address"]]
    return whole


def _completed_address(address: Json) -> Json:
    lines, period = address.get("line") or [], address["period"]
    days, first = USUAL_DAYS.get(address["use"]), starts_on(period)
    if days is not None and first is not None and "end" not in period:
        period = {**period, "end": (first + timedelta(days=days)).isoformat()}
    return {**address, "period": period, "line": list(places_of(lines)) if lines else [""] * PLACES}


def _new_id() -> str:
    """As PDS gives them: eight hexadecimal digits."""
    return uuid4().hex[:8].upper()
