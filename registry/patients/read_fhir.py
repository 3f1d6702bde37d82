"""A Patient of FHIR R4, in the shape of the Personal Demographics Service, as a record.

Written for millions of lines: plain dictionaries, one pass, no model of the whole of FHIR.
What rules read is checked, and the first fault of a line is its answer; what no rule reads
(telecom, contacts, preferences) is kept as it is (`registry.patients.elements`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.patients.elements import read_elements
from registry.patients.read_fhir_names import read_names
from registry.patients.read_fhir_parts import MISSHAPEN, BadField, by_url, past_day, plain, read_number
from registry.patients.read_fhir_places import (
    NO_REMOVAL,
    Removal,
    home_place,
    read_addresses,
    read_registration,
    read_removal,
)
from registry.patients.record import LifeStatus, PersonRecord, SupersededRecord, Unreadable
from registry.values.nhs_number import NHSNumber
from registry.values.person import Sex

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"

SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "other": Sex.NOT_SPECIFIED, "unknown": Sex.UNKNOWN, None: Sex.UNKNOWN}
UNRESTRICTED = frozenset({"U", "N", "L", "M"})
_DEATH_NOTICE = "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-deathnotificationstatus"
_DEATH_STATUSES = {"1": LifeStatus.INFORMAL_DEAD, "2": LifeStatus.FORMAL_DEAD, "U": LifeStatus.LIVE}
_BIRTH_PLACE = "http://hl7.org/fhir/structuredefinition/patient-birthplace"
_DRUGS = "https://fhir.nhs.uk/r4/structuredefinition/extension-ukcore-nhais-drugsdispensedmarker"
_INSTITUTE = "https://fhir.nhs.uk/r4/structuredefinition/extension-ukcore-nhais-residentialinstitutecode"

Read = PersonRecord | SupersededRecord | Unreadable


def read_patient(resource: Any, today: date) -> Read:
    """What a Patient says, or why it cannot be read.

    A number is needed: without one, a line read twice would be two people. A Patient with a
    link `replaced-by` is a number whose place another took.
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        return Unreadable("resourceType", "must be Patient")
    try:
        return _read(resource, today)
    except BadField as fault:
        return Unreadable(fault.field, fault.reason)
    except MISSHAPEN:
        return Unreadable(_misshapen_field(resource, today), "does not have the shape of a FHIR R4 Patient")


def read_newcomer(resource: dict[str, Any], today: date) -> PersonRecord | Unreadable:
    """What a Patient says who has no number yet, or why it cannot be read."""
    try:
        return _person(resource, None, (), today)
    except BadField as fault:
        return Unreadable(fault.field, fault.reason)
    except MISSHAPEN:
        return Unreadable(_misshapen_field(resource, today), "does not have the shape of a FHIR R4 Patient")


def _read(resource: dict[str, Any], today: date) -> PersonRecord | SupersededRecord:
    number = _number(resource)
    survivor, superseded = _links(resource, number)
    if survivor is not None:
        return SupersededRecord(number, survivor)
    return _person(resource, number, superseded, today)


def _person(
    resource: dict[str, Any], number: NHSNumber | None, superseded: tuple[NHSNumber, ...], today: date
) -> PersonRecord:
    names = read_names(resource.get("name"), today)
    born = past_day(resource.get("birthDate"), "birthDate", today)
    address, former_addresses = read_addresses(resource.get("address"), today)
    status, died = _death(resource, today)
    if died is not None and born is not None and died < born:
        raise BadField("deceasedDateTime", "is before the date of birth")
    extras = _extras(resource, today)
    return PersonRecord(
        nhs_number=number,
        name=names.present,
        sex=_sex(resource),
        date_of_birth=born,
        address=address,
        previous_surname=names.previous_surname,
        place_of_birth=extras.place_of_birth,
        status=status,
        date_of_death=died,
        restricted=_restricted(resource),
        drugs_dispensed=extras.drugs_dispensed,
        residential_institute=extras.residential_institute,
        registration=read_registration(resource.get("generalPractitioner"), today),
        outside=extras.removal.outside,
        outside_since=extras.removal.since,
        removal=extras.removal.code,
        former_names=names.former,
        former_addresses=former_addresses,
        superseded_numbers=superseded,
        elements=read_elements(resource, names.place, home_place(resource.get("address"), today)),
    )


def _misshapen_field(resource: dict[str, Any], today: date) -> str:
    """Which part it was that could not be read. Read one by one: it happens seldom."""
    for field, read in _PARTS.items():
        try:
            read(resource, today)
        except BadField:
            continue
        except MISSHAPEN:
            return field
    return "resourceType"


def _number(resource: dict[str, Any]) -> NHSNumber:
    named = resource.get("id")
    for entry in resource.get("identifier") or ():
        if entry.get("system") == NHS_NUMBER:
            number = read_number(entry["value"], "identifier.value")
            if named is not None and named != number.value and NHSNumber.parse(named):
                raise BadField("id", "is another NHS number than the identifier")
            return number
    if named is None:
        raise BadField("identifier", "an NHS number is needed")
    return read_number(named, "id")


def _links(resource: dict[str, Any], number: NHSNumber | None) -> tuple[NHSNumber | None, tuple[NHSNumber, ...]]:
    """The number that took this one's place, and the numbers whose place this one took."""
    entries = resource.get("link")
    if not entries:
        return None, ()
    survivor: NHSNumber | None = None
    superseded: list[NHSNumber] = []
    for index, entry in enumerate(entries):
        if entry["type"] not in ("replaced-by", "replaces"):
            continue
        other = _other_number(entry["other"], f"link[{index}].other")
        if other == number:
            raise BadField(f"link[{index}].other", "is the Patient's own number")
        if entry["type"] == "replaces":
            superseded.append(other)
        elif survivor in (None, other):
            survivor = other
        else:
            raise BadField(f"link[{index}].other", "names a second survivor")
    return survivor, tuple(dict.fromkeys(superseded))


def _other_number(other: dict[str, Any], field: str) -> NHSNumber:
    text = (other.get("identifier") or {}).get("value") or other["reference"].rpartition("/")[2]
    return read_number(text, field)


def _sex(resource: dict[str, Any]) -> Sex:
    sex = SEXES.get(resource.get("gender"))
    if sex is None:
        raise BadField("gender", "must be male, female, other or unknown")
    return sex


def _restricted(resource: dict[str, Any]) -> bool:
    """Whether a label asks for more care than the ordinary: R, V, REDACTED, restricted, or one not known."""
    meta = resource.get("meta") or {}
    return not UNRESTRICTED.issuperset([label["code"] for label in meta.get("security") or ()])


def _death(resource: dict[str, Any], today: date) -> tuple[LifeStatus, date | None]:
    """Death is informal unless the notice says that the registrar told it; a removed notice is none."""
    died = past_day(resource.get("deceasedDateTime"), "deceasedDateTime", today)
    notice = by_url(resource["extension"]).get(_DEATH_NOTICE) if "extension" in resource else None
    if notice is not None:
        parts = {each["url"]: each for each in notice["extension"]}
        status = _DEATH_STATUSES[parts["deathNotificationStatus"]["valueCodeableConcept"]["coding"][0]["code"]]
        return status, died if status.is_dead else None
    if died is not None or resource.get("deceasedBoolean") is True:
        return LifeStatus.INFORMAL_DEAD, died
    return LifeStatus.INVALIDATED if resource.get("active") is False else LifeStatus.LIVE, None


@dataclass(frozen=True, slots=True)
class _Extras:
    """What stands in extensions, other than death."""

    place_of_birth: str | None = None
    drugs_dispensed: bool = False
    residential_institute: str | None = None
    removal: Removal = NO_REMOVAL


_NO_EXTRAS = _Extras()


def _extras(resource: dict[str, Any], today: date) -> _Extras:
    if not resource.get("extension"):
        return _NO_EXTRAS
    extensions = by_url(resource["extension"])
    return _Extras(
        _birth_place(extensions.get(_BIRTH_PLACE)),
        extensions.get(_DRUGS, {}).get("valueBoolean") is True,
        plain(extensions.get(_INSTITUTE, {}).get("valueString"), "extension(residentialInstitute)") or None,
        read_removal(extensions, today),
    )


def _birth_place(extension: dict[str, Any] | None) -> str | None:
    if extension is None:
        return None
    place = extension.get("valueAddress") or {}
    parts = [place.get(part) for part in ("text", "city", "district", "country")]
    text = extension.get("valueString") or ", ".join(part for part in parts if part)
    return plain(text, "extension(patient-birthPlace)") or None


_PARTS: dict[str, Callable[[dict[str, Any], date], object]] = {
    "identifier": lambda resource, _: _number(resource),
    "link": lambda resource, _: _links(resource, None),
    "name": lambda resource, today: read_names(resource.get("name"), today),
    "birthDate": lambda resource, today: past_day(resource.get("birthDate"), "birthDate", today),
    "address": lambda resource, today: read_addresses(resource.get("address"), today),
    "extension": _extras,
    "deceasedDateTime": _death,
    "gender": lambda resource, _: _sex(resource),
    "meta.security": lambda resource, _: _restricted(resource),
    "generalPractitioner": lambda resource, today: read_registration(resource.get("generalPractitioner"), today),
}
"""The parts of a Patient, each with what reads it."""
