"""From a Patient before and after to what is said of the person, in the register's terms. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.patch.check_addresses import home_before, homes_after
from registry.fhir_api.people.patch.lines import Lines
from registry.patients.element_changes import ElementChanges, changes_between
from registry.patients.elements import KEPT_EXTENSIONS, Elements
from registry.patients.read_fhir import SEXES
from registry.patients.read_fhir_places import stored_postcode
from registry.transactions.commands import ERASED, Changes
from registry.values.person import Sex

_BIRTH_PLACE = "http://hl7.org/fhir/structuredefinition/patient-birthplace"
_FORMER = ("old", "maiden")
_NAME = ("surname", "first_forename", "second_forename", "other_forenames", "title")
_LINES = ("line_1", "line_2", "line_3", "line_4", "line_5")
_PLACE = ("text", "city", "district", "country")


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is said: the items of an amendment, the columns exactly, and what FHIR carries beside."""

    changes: Changes
    columns: Mapping[str, Any] = field(default_factory=dict[str, Any])
    elements: ElementChanges = field(default_factory=dict[str, Any])

    @property
    def is_empty(self) -> bool:
        return not (self.changes.named() or self.columns or self.elements)


def what_is_said(amended: Amended, row: Mapping[str, Any], today: date) -> Amendment:
    """What the difference says of the person of a stored row. It was checked (`check_amended`)."""
    held_home, told_home = home_before(amended), next(iter(homes_after(amended, today)), None)
    before, after = _columns(amended.before, held_home), _columns(amended.after, told_home)
    columns = {name: value for name, value in after.items() if value != before.get(name) and value != row.get(name)}
    held, told = _elements(amended.before, held_home), _elements(amended.after, told_home)
    elements = changes_between(held, told)
    if any(each in columns for each in (*_LINES, "postcode")):
        # The client has seen what stands beside the address, and has left it or not.
        elements["address"] = told.get("address")
    return Amendment(_changes(columns, after, _previous_surname(amended, row, columns)), columns, elements)


def _changes(columns: Mapping[str, Any], after: Mapping[str, Any], previous: str | None) -> Changes:
    """The columns as the items of an amendment, by which practices and the national side are told."""
    named: dict[str, Any] = {"previous_surname": previous}
    if "surname" in columns:
        named["surname"] = columns["surname"]
    if any(each in columns for each in _NAME[1:4]):
        forenames = tuple(after[each] for each in _NAME[1:4])
        named["forenames"] = forenames if any(forenames) else ERASED
    if "title" in columns:
        named["title"] = columns["title"] or ERASED
    if "sex" in columns:
        named["sex"] = Sex(columns["sex"])
    if "date_of_birth" in columns:
        named["date_of_birth"] = date.fromisoformat(columns["date_of_birth"])
    if any(each in columns for each in _LINES):
        named["address"] = tuple(after[each] for each in _LINES)
    if "postcode" in columns:
        named["postcode"] = columns["postcode"] or ERASED
    return Changes(**named)


def _previous_surname(amended: Amended, row: Mapping[str, Any], columns: Mapping[str, Any]) -> str | None:
    """The previous surname, where a former name that was added is the first there is, or the one that it came from
    was taken away."""
    if "surname" in columns:
        return None
    before, after = (_former_surnames(each) for each in (amended.before, amended.after))
    held = str(row.get("previous_surname") or "")
    others = [each for each in after if each.casefold() != str(row["surname"]).casefold()]
    if not held:
        added = [each for each in others if each not in before]
        return added[-1] if added else None
    known = [each.casefold() for each in after]
    if held.casefold() in [each.casefold() for each in before] and held.casefold() not in known:
        return others[-1] if others else ERASED
    return None


def _former_surnames(patient: Json) -> list[str]:
    return [each["family"] for each in patient["name"] if each.get("use") in _FORMER and each.get("family")]


def _columns(patient: Json, home: Json | None) -> dict[str, Any]:
    """What the columns of a person would say of a Patient; those of what is not shown are left out."""
    usual = _usual(patient)
    first, second, *others = [*usual.get("given", ()), "", ""]
    found: dict[str, Any] = {
        "surname": usual.get("family", ""),
        "first_forename": first,
        "second_forename": second,
        "other_forenames": " ".join(filter(None, others)),
        "title": " ".join(usual.get("prefix", ())),
        "sex": SEXES[patient.get("gender")].value,
    }
    if "birthDate" in patient:
        found["date_of_birth"] = patient["birthDate"]
    if home is not None:
        lines = home.get("line") or Lines([""] * 5)
        found |= dict(zip(_LINES, lines, strict=True))
        found["postcode"] = stored_postcode(home.get("postalCode") or "")
    place = _birth_place(patient)
    found["place_of_birth"] = ", ".join(place[part] for part in _PLACE if place.get(part)) if place else None
    return found


def _elements(patient: Json, home: Json | None) -> Elements:
    """What stands beside the columns of a Patient, as `registry.patients.elements` has it."""
    usual = _usual(patient)
    found: Elements = {
        "name": _beside_name(usual),
        "names": [each for each in patient["name"] if each is not usual],
        "addresses": [_plain(each) for each in patient["address"] if each is not home],
        "telecom": patient["telecom"],
        "contact": patient["contact"],
        "extension": [each for each in patient["extension"] if str(each.get("url")).lower() in KEPT_EXTENSIONS],
        "birthPlace": _birth_place(patient),
        "multipleBirthInteger": patient.get("multipleBirthInteger"),
    }
    if home is not None:
        found["address"] = _only(home, ("id", "period", "extension"))
    return {name: value for name, value in found.items() if value}


def _beside_name(usual: Json) -> Json:
    beside = _only(usual, ("id", "period", "suffix"))
    if len(usual.get("prefix", ())) > 1:
        beside["prefix"] = usual["prefix"]
    if any(" " in each for each in usual.get("given", ())):
        beside["given"] = usual["given"]
    return beside


def _usual(patient: Json) -> Json:
    return next(each for each in patient["name"] if each.get("use") == "usual")


def _birth_place(patient: Json) -> Json | None:
    for extension in patient["extension"]:
        if str(extension.get("url")).lower() == _BIRTH_PLACE:
            return extension.get("valueAddress")
    return None


def _plain(address: Json) -> Json:
    return {**address, "line": [*address["line"]]} if "line" in address else address


def _only(item: Json, names: Iterable[str]) -> Json:
    return {name: item[name] for name in names if item.get(name)}
