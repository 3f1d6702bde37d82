"""FHIR Parameters of the façade into items. Lenient in shape, strict in values."""

from collections.abc import Sequence

from registry.links.documents.draft import Draft
from registry.links.documents.json_shapes import as_list, as_object, as_text, first_of
from registry.links.documents.names import (
    BIRTHPLACE_URL,
    DATE_PARAMETERS,
    DRUGS_URL,
    INSTITUTE_URL,
    NHS_NUMBER_SYSTEM,
    TEXT_PARAMETERS,
)
from registry.links.items import ADDRESS_LINES, FIELDS

_TEXT_VALUES = ("valueString", "valueDate", "valueCode")
_PLACE_PARTS = ("city", "district", "state", "country")


def read_parameters(document: dict[str, object], draft: Draft) -> None:
    """Take every known parameter; unknown ones are passed over, repeated ones refused."""
    if not isinstance(document.get("parameter"), list):
        draft.refuse("parameter", "must be a list")
    seen: set[str] = set()
    for element in as_list(document.get("parameter")):
        parameter = as_object(element)
        name = parameter.get("name")
        if not isinstance(name, str):
            draft.refuse("parameter.name", "must be text")
            continue
        if name in seen:
            draft.refuse(name, "given twice")
            continue
        seen.add(name)
        _read_parameter(name, parameter, draft)
    if "patient" not in seen:
        draft.refuse("patient", "missing")


def _read_parameter(name: str, parameter: dict[str, object], draft: Draft) -> None:
    if name == "patient":
        if isinstance(parameter.get("resource"), dict):
            _read_patient(as_object(parameter["resource"]), draft)
        else:
            draft.refuse("patient", "must be a Patient resource")
    elif name in TEXT_PARAMETERS:
        draft.take_text(TEXT_PARAMETERS[name], _value(parameter), name)
    elif name in DATE_PARAMETERS:
        draft.take_date(DATE_PARAMETERS[name], _value(parameter), name)


def _value(parameter: dict[str, object]) -> object:
    """The value under the name the adaptor uses, or under another that FHIR has for texts.

    A value of any other type is returned too, so that it is refused and not passed over.
    """
    for key in _TEXT_VALUES:
        if parameter.get(key) is not None:
            return parameter[key]
    return next((value for key, value in parameter.items() if key.startswith("value")), None)


def _read_patient(patient: dict[str, object], draft: Draft) -> None:
    organisation = first_of(patient.get("managingOrganization"))
    _take(draft, "ha_cipher", first_of(organisation.get("identifier")).get("value"))
    doctor = first_of(patient.get("generalPractitioner"))
    _take(draft, "gp_code", first_of(doctor.get("identifier")).get("value"))
    _take(draft, "number", _nhs_number(patient.get("identifier")))
    _read_names(as_list(patient.get("name")), draft)
    draft.take_date("date_of_birth", patient.get("birthDate"), FIELDS["date_of_birth"])
    draft.take_sex(patient.get("gender"), FIELDS["sex"])
    _read_addresses(as_list(patient.get("address")), draft)
    for element in as_list(patient.get("extension")):
        _read_extension(as_object(element), draft)


def _take(draft: Draft, item: str, value: object) -> None:
    draft.take_text(item, value, FIELDS[item])


def _nhs_number(value: object) -> object:
    """The value of the identifier that is an NHS number, or of one that does not say what it is."""
    identifiers = [as_object(each) for each in as_list(value)] or [as_object(value)]
    numbers = [each for each in identifiers if each.get("system") == NHS_NUMBER_SYSTEM]
    numbers += [each for each in identifiers if each.get("system") is None]
    return numbers[0].get("value") if numbers else None


def _read_names(names: Sequence[object], draft: Draft) -> None:
    current, former = (as_object(names[place]) if len(names) > place else {} for place in (0, 1))
    _take(draft, "surname", current.get("family"))
    given = as_list(current.get("given"))
    for place, item in enumerate(("first_forename", "second_forename")):
        _take(draft, item, given[place] if len(given) > place else None)
    _take_joined(draft, "other_forenames", given[2:])
    _take_joined(draft, "title", as_list(current.get("prefix")))
    _take(draft, "previous_surname", former.get("family"))


def _take_joined(draft: Draft, item: str, values: Sequence[object]) -> None:
    """Several forenames or prefixes travel as one text."""
    if all(isinstance(value, str) for value in values):
        _take(draft, item, " ".join(as_text(value) for value in values) if values else None)
    else:
        for value in values:
            _take(draft, item, value)


def _read_addresses(addresses: Sequence[object], draft: Draft) -> None:
    home, former = (as_object(addresses[place]) if len(addresses) > place else {} for place in (0, 1))
    lines = _lines(home, "address", draft)
    if lines:
        draft.values["address"] = tuple(lines + [""] * (ADDRESS_LINES - len(lines)))
    _take(draft, "postcode", home.get("postalCode"))
    filled = [line for line in _lines(former, "previous_address", draft) if line]
    if filled:
        draft.values["previous_address"] = tuple(filled)


def _lines(address: dict[str, object], item: str, draft: Draft) -> list[str]:
    """Address lines by position; a blank line is null in the document, and empty here."""
    lines = as_list(address.get("line"))
    if len(lines) > ADDRESS_LINES:
        draft.refuse(FIELDS[item], "more than five lines")
    read: list[str] = []
    for position, line in enumerate(lines[:ADDRESS_LINES]):
        field = f"{FIELDS[item]}[{position}]"
        text = draft.text(line, field) or ""
        if text == "%":
            draft.refuse(field, "only an amendment may erase")
            text = ""
        read.append(text)
    return read


def _read_extension(extension: dict[str, object], draft: Draft) -> None:
    url = as_text(extension.get("url")).lower()
    if url == BIRTHPLACE_URL.lower():
        _take(draft, "place_of_birth", _place(extension))
    elif url == DRUGS_URL.lower():
        draft.take_drugs(extension, FIELDS["drugs_dispensed"])
    elif url == INSTITUTE_URL.lower():
        _take(draft, "residential_institute", extension.get("valueString"))


def _place(extension: dict[str, object]) -> object:
    """A birthplace is a text in the adaptor, and an address in the extension's definition."""
    if "valueAddress" not in extension:
        return extension.get("valueString")
    address = as_object(extension["valueAddress"])
    if address.get("text"):
        return address["text"]
    parts = [*as_list(address.get("line")), *(address.get(name) for name in _PLACE_PARTS)]
    return ", ".join(filter(None, map(as_text, parts))) or None
