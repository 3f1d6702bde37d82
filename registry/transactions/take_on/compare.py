"""Whether a record says of somebody what the register holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.patients.record import PersonRecord
from registry.transactions.take_on.copy_rows import NULL
from registry.transactions.take_on.journey import Journey
from registry.transactions.take_on.rows import COLUMNS, patient_row

_FIELDS = {
    "name": ("surname", "first_forename", "second_forename", "other_forenames", "title", "previous_surname"),
    "gender": ("sex",),
    "birthDate": ("date_of_birth",),
    "deceasedDateTime": ("date_of_death", "status"),
    "address": ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode"),
    "meta.security": ("restricted",),
    "extension": ("place_of_birth", "drugs_dispensed", "residential_institute"),
}
"""The fields of a FHIR Patient, and the columns that are made of them."""
_ELEMENTS = {
    "name": "name", "names": "name", "address": "address", "addresses": "address", "telecom": "telecom",
    "contact": "contact", "generalPractitioner": "generalPractitioner", "extension": "extension",
    "birthPlace": "extension", "deathNoticeAt": "extension", "multipleBirthInteger": "multipleBirthInteger",
}  # fmt: skip
"""What FHIR carries beside the columns (`registry.patients.elements`), and the fields that say it."""
_FLAGS = {"t": True, "f": False}
_FLAG_COLUMNS = ("drugs_dispensed", "restricted")


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Somebody as the register holds them: the row, and the practice's list that they are on."""

    facts: Mapping[str, Any]
    list_id: UUID | None


def as_held(record: PersonRecord, way: Journey) -> HeldPerson:
    """A record as the register will hold it."""
    row = patient_row(record, "", "")
    facts: dict[str, Any] = dict(
        zip(COLUMNS["patients"], (None if value == NULL else value for value in row), strict=True)
    )
    for column in _FLAG_COLUMNS:
        facts[column] = _FLAGS[facts[column]]
    facts["elements"] = dict(record.elements)
    stay = way.stay
    return HeldPerson(facts, stay.list_id if stay is not None and stay.until is None else None)


def differences(told: HeldPerson, held: HeldPerson) -> tuple[str, ...]:
    """The fields in which two accounts of a person differ, each once."""
    differing = [
        name for name, columns in _FIELDS.items() if any(told.facts[each] != held.facts[each] for each in columns)
    ]
    if told.list_id != held.list_id:
        differing.append("generalPractitioner")
    one, other = told.facts["elements"], held.facts["elements"]
    if one != other:
        differing += [field for key, field in _ELEMENTS.items() if one.get(key) != other.get(key)]
    return tuple(dict.fromkeys(differing))
