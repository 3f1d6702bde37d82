"""FHIR Patients in PDS's shape, read as people of the simulated national side.

A number that was merged into another has a `link` of type `replaced-by`. What questions about
a person are to meet stands in `meta.tag`, as the code of the system `urn:registry:simulator`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from registry.pds.behaviour import parse_behaviour
from registry.pds.population import SimulatedPerson
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.person import Demographics, Name, Sex

BEHAVIOUR_SYSTEM = "urn:registry:simulator"
_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "other": Sex.NOT_SPECIFIED, "unknown": Sex.UNKNOWN}
_RESTRICTED = frozenset("RV")
_FORMER_USES = frozenset({"old", "maiden"})

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is not a person, and why; the reason names the field and holds no data."""

    line: int
    reason: str


def read_people(lines: Iterable[bytes]) -> Iterator[SimulatedPerson | RefusedLine]:
    """The person of each line that is not blank, or why there is none. Never raises."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield person_from_fhir(orjson.loads(line))
        except orjson.JSONDecodeError:
            yield RefusedLine(number, "not JSON")
        except ValueError as error:
            yield RefusedLine(number, str(error))
        except (AttributeError, KeyError, TypeError, IndexError):
            yield RefusedLine(number, "not a Patient in PDS's shape")


def person_from_fhir(patient: Object) -> SimulatedPerson:
    """One Patient. Raises ValueError naming the field at fault."""
    if patient["resourceType"] != "Patient":
        raise ValueError("resourceType: must be Patient")
    meta: Object = patient.get("meta", {})
    return SimulatedPerson(
        number=_number(patient),
        person=_person(patient),
        date_of_death=_death(patient),
        superseded_by=_survivor(patient),
        restricted=any(each.get("code") in _RESTRICTED for each in meta.get("security", [])),
        behaviour=_behaviour(meta),
    )


def _number(patient: Object) -> str:
    written = [each["value"] for each in patient.get("identifier", []) if each.get("system") == _NUMBER_SYSTEM]
    return _valid("identifier", written[0] if written else patient.get("id"))


def _valid(field: str, written: object) -> str:
    number = NHSNumber.parse(str(written))
    if number is None:
        raise ValueError(f"{field}: not an NHS number")
    return number.value


def _survivor(patient: Object) -> str | None:
    for link in patient.get("link", []):
        if link.get("type") == "replaced-by":
            other: Object = link.get("other", {})
            value = other.get("identifier", {}).get("value") or str(other.get("reference", "")).rpartition("/")[2]
            return _valid("link.other", value)
    return None


def _person(patient: Object) -> Demographics:
    names, addresses = _present_first(patient.get("name", [])), _present_first(patient.get("address", []))
    if not names and _survivor(patient) is None:
        raise ValueError("name: missing")
    return Demographics(
        name=_name(names[0]) if names else Name(""),
        sex=_sex(patient),
        date_of_birth=_date("birthDate", patient.get("birthDate")),
        previous_surname=_name(names[1]).surname if len(names) > 1 else None,
        address=_address(addresses[0]) if addresses and not _is_former(addresses[0]) else Address(),
        previous_address=next((_address(each) for each in addresses if _is_former(each)), Address()),
    )


def _present_first(items: list[Object]) -> list[Object]:
    return sorted(items, key=_is_former)


def _is_former(item: Object) -> bool:
    return item.get("use") in _FORMER_USES or "end" in item.get("period", {})


def _name(name: Object) -> Name:
    first, second, *others = [*_texts("name.given", name.get("given", [])), "", ""]
    (surname,) = _texts("name.family", [name["family"]])
    prefixes = _texts("name.prefix", name.get("prefix", []))
    return Name(surname, first, second, " ".join(each for each in others if each), " ".join(prefixes))


def _address(address: Object) -> Address:
    (postcode,) = _texts("address.postalCode", [address.get("postalCode") or ""])
    return Address.from_unpositioned(_texts("address.line", address.get("line", [])), postcode or None)


def _texts(field: str, values: object) -> list[str]:
    """A list of texts that the database can hold."""
    given: list[object] = list(values) if isinstance(values, list) else [None]
    if not all(isinstance(each, str) and "\0" not in each for each in given):
        raise ValueError(f"{field}: must be text")
    return [str(each) for each in given]


def _sex(patient: Object) -> Sex | None:
    gender = patient.get("gender")
    if gender is not None and gender not in _SEXES:
        raise ValueError("gender: male, female, other or unknown")
    return None if gender is None else _SEXES[gender]


def _date(field: str, written: object) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError:
        raise ValueError(f"{field}: not a date") from None


def _death(patient: Object) -> date | None:
    if patient.get("deceasedBoolean"):
        raise ValueError("deceasedBoolean: a date is needed, as deceasedDateTime")
    return _date("deceasedDateTime", patient.get("deceasedDateTime"))


def _behaviour(meta: Object) -> str | None:
    written = next((each["code"] for each in meta.get("tag", []) if each.get("system") == BEHAVIOUR_SYSTEM), None)
    if written is not None:
        parse_behaviour(written)
    return written
