"""A Patient of FHIR R4, in the shape of the Personal Demographics Service, as a record.

Written for millions of lines: plain dictionaries, one pass, no model of the whole of FHIR.
What the register does not keep (telecom, contacts, preferences) is passed over; what it keeps
is checked, and the first fault of a line is its answer.
"""

from datetime import date
from typing import Any

from registry.patients.read_fhir_names import read_names
from registry.patients.read_fhir_parts import BadField, by_url, past_day, plain, read_number, reads
from registry.patients.read_fhir_places import read_addresses, read_registration, read_removal
from registry.patients.record import LifeStatus, PersonRecord, SupersededRecord, Unreadable
from registry.values.nhs_number import NHSNumber
from registry.values.person import Sex

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"

_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "other": Sex.NOT_SPECIFIED, "unknown": Sex.UNKNOWN, None: Sex.UNKNOWN}
_UNRESTRICTED = frozenset({"U", "N", "L", "M"})
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


def _read(resource: dict[str, Any], today: date) -> PersonRecord | SupersededRecord:
    number = _number(resource)
    survivor, superseded = _links(resource.get("link"), number)
    if survivor is not None:
        return SupersededRecord(number, survivor)
    names = read_names(resource.get("name"), today)
    born = past_day(resource.get("birthDate"), "birthDate", today)
    address, former_addresses = read_addresses(resource.get("address"), today)
    registration = read_registration(resource.get("generalPractitioner"), today)
    extensions = _extensions(resource.get("extension"))
    status, died = _death(resource, extensions, today)
    if died is not None and born is not None and died < born:
        raise BadField("deceasedDateTime", "is before the date of birth")
    outside, outside_since = read_removal(extensions, today) if extensions else ("unregistered", None)
    return PersonRecord(
        nhs_number=number,
        name=names.present,
        sex=_sex(resource.get("gender")),
        date_of_birth=born,
        address=address,
        previous_surname=names.previous_surname,
        place_of_birth=_birth_place(extensions.get(_BIRTH_PLACE)),
        status=status,
        date_of_death=died,
        restricted=_restricted(resource.get("meta")),
        drugs_dispensed=extensions.get(_DRUGS, {}).get("valueBoolean") is True,
        residential_institute=_institute(extensions.get(_INSTITUTE)),
        registration=registration,
        outside=outside,
        outside_since=outside_since,
        former_names=names.former,
        former_addresses=former_addresses,
        superseded_numbers=superseded,
    )


@reads("identifier")
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


@reads("link")
def _links(entries: Any, number: NHSNumber) -> tuple[NHSNumber | None, tuple[NHSNumber, ...]]:
    """The number that took this one's place, and the numbers whose place this one took."""
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


@reads("gender")
def _sex(code: Any) -> Sex:
    sex = _SEXES.get(code)
    if sex is None:
        raise BadField("gender", "must be male, female, other or unknown")
    return sex


@reads("meta.security")
def _restricted(meta: dict[str, Any] | None) -> bool:
    """Whether a label asks for more care than the ordinary: R, V, REDACTED, restricted, or one not known."""
    labels = (meta or {}).get("security") or ()
    return any(label["code"] not in _UNRESTRICTED for label in labels)


@reads("extension")
def _extensions(entries: Any) -> dict[str, dict[str, Any]]:
    return by_url(entries) if entries else {}


@reads("deceasedDateTime")
def _death(
    resource: dict[str, Any], extensions: dict[str, dict[str, Any]], today: date
) -> tuple[LifeStatus, date | None]:
    """Death is informal unless the notice says that the registrar told it; a removed notice is none."""
    died = past_day(resource.get("deceasedDateTime"), "deceasedDateTime", today)
    notice = extensions.get(_DEATH_NOTICE)
    if notice is not None:
        parts = {each["url"]: each for each in notice["extension"]}
        status = _DEATH_STATUSES[parts["deathNotificationStatus"]["valueCodeableConcept"]["coding"][0]["code"]]
        return status, died if status.is_dead else None
    if died is not None or resource.get("deceasedBoolean") is True:
        return LifeStatus.INFORMAL_DEAD, died
    return LifeStatus.INVALIDATED if resource.get("active") is False else LifeStatus.LIVE, None


@reads("extension")
def _birth_place(extension: dict[str, Any] | None) -> str | None:
    if extension is None:
        return None
    place = extension.get("valueAddress") or {}
    parts = [place.get(part) for part in ("text", "city", "district", "country")]
    text = extension.get("valueString") or ", ".join(part for part in parts if part)
    return plain(text, "extension(patient-birthPlace)") or None


@reads("extension")
def _institute(extension: dict[str, Any] | None) -> str | None:
    return None if extension is None else plain(extension.get("valueString"), "extension(institute)") or None
