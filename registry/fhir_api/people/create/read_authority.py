"""Who vouches for somebody new: the extension RegisteringAuthority, a kind of body and its code."""

from typing import Any

from registry.fhir import refusals
from registry.fhir_api.people.create.fields import Item
from registry.patients.elements import KEPT_EXTENSIONS

AUTHORITY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-RegisteringAuthority"
_BIRTH_PLACE = "http://hl7.org/fhir/structuredefinition/patient-birthplace"
_TYPE, _ORGANISATION = "registeringAuthorityType", "organisationIdentifier"
_LONGEST = 20


def read_authority(patient: Item) -> tuple[str, str]:
    """The kind of body and its code. Raises RequestError (400), also for extensions that are not taken."""
    found: list[Item] = []
    for extension in patient.items("extension"):
        url = str(extension.value.get("url")).lower()
        if url == AUTHORITY.lower():
            found.append(extension)
        elif url not in KEPT_EXTENSIONS and url != _BIRTH_PLACE:
            raise refusals.invalid(extension.value.get("url"), extension.at("url"))
    if not found:
        raise refusals.missing(patient.at("extension/registeringAuthority"))
    if len(found) > 1:
        raise refusals.invalid_create("extension - one registering authority is needed", found[1].path)
    return _code(found[0]), _organisation(found[0])


def _code(authority: Item) -> str:
    part = _part(authority, _TYPE)
    field = part.at("valueCodeableConcept/coding/0/code")
    concept: Any = part.needed("valueCodeableConcept")
    coding = (concept.get("coding") or [{}])[0]
    if not coding.get("code"):
        raise refusals.missing(field)
    return _word(coding["code"], field)


def _organisation(authority: Item) -> str:
    part = _part(authority, _ORGANISATION)
    return _word(part.needed("valueString"), part.at("valueString"))


def _part(authority: Item, name: str) -> Item:
    parts = [each for each in authority.items("extension") if each.value.get("url") == name]
    if not parts:
        raise refusals.missing(authority.at(f"extension/{name}"))
    return parts[0]


def _word(value: Any, field: str) -> str:
    text = str(value).strip()
    if not text or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        raise refusals.invalid(value, field)
    return text
