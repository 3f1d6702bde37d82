"""The narrow rows by which people are found: one for the present facts, one for each former fact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from registry.matching.normalise import (
    NORMALISER_VERSION,
    address_key,
    known_date,
    known_sex,
    normal_forenames,
    normal_name,
    plain_postcode,
)
from registry.matching.sound import sound_code
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.person import Demographics, Name, Sex


@dataclass(frozen=True, slots=True)
class MatchKey:
    """One version of a person's facts, normalised. Empty text or None is "not known"."""

    patient_id: UUID
    surname: str = ""
    first_forename: str = ""
    second_forename: str = ""
    previous_surname: str = ""
    date_of_birth: date | None = None
    sex: Sex | None = None
    postcode: str = ""
    address_key: str = ""
    nhs_number: str | None = None
    is_current: bool = True

    @property
    def surname_code(self) -> str:
        """How the surname sounds; stored beside it."""
        return sound_code(self.surname)


def keys_of(
    patient_id: UUID,
    person: Demographics,
    *,
    former_names: Iterable[Name] = (),
    former_addresses: Iterable[Address] = (),
) -> list[MatchKey]:
    """All rows of a person, the present one first, no two alike.

    `person` holds the present facts; its previous surname and previous address count as former.
    A former name stands with the present address, a former address with the present name: what
    somebody writes on a form is usually out of date in one thing, not in two.
    """
    surname, forename, middle = _name(person.name)
    previous = normal_name(person.previous_surname or "")
    number = NHSNumber.parse(person.number or "")
    present = MatchKey(
        patient_id,
        surname,
        forename,
        middle,
        "" if previous == surname else previous,
        known_date(person.date_of_birth),
        known_sex(person.sex),
        plain_postcode(person.address.postcode),
        address_key(person.address),
        number.value if number else None,
    )
    former = replace(present, is_current=False)
    names = [_name(name) for name in former_names]
    if present.previous_surname:
        names.append((present.previous_surname, forename, middle))
    places = [
        (plain_postcode(address.postcode), address_key(address))
        for address in (*former_addresses, person.previous_address)
    ]
    rows = [present]
    rows += [
        replace(former, surname=name[0], first_forename=name[1], second_forename=name[2], previous_surname="")
        for name in names
        if any(name)
    ]
    rows += [replace(former, postcode=place[0], address_key=place[1]) for place in places if any(place)]
    distinct: dict[tuple[str, ...], MatchKey] = {}
    for row in rows:
        distinct.setdefault(_content(row), row)
    return list(distinct.values())


def number_key(patient_id: UUID, nhs_number: str) -> MatchKey:
    """A superseded number as a row without other facts: the number still finds the person."""
    return MatchKey(patient_id, nhs_number=nhs_number, is_current=False)


def key_row(key: MatchKey) -> dict[str, Any]:
    """A key as a row of the table `match_keys`."""
    return {
        "patient_id": key.patient_id,
        "surname": key.surname,
        "surname_code": key.surname_code,
        "first_forename": key.first_forename,
        "second_forename": key.second_forename,
        "previous_surname": key.previous_surname,
        "date_of_birth": key.date_of_birth,
        "sex": key.sex.value if key.sex else None,
        "postcode": key.postcode,
        "address_key": key.address_key,
        "nhs_number": key.nhs_number,
        "is_current": key.is_current,
        "normaliser_version": NORMALISER_VERSION,
    }


def key_from_json(row: Mapping[str, Any]) -> MatchKey:
    """A key from its table row, as a driver or `to_jsonb` gives it (dates and ids as text or as values)."""
    patient_id, born, sex = row["patient_id"], row.get("date_of_birth"), row.get("sex")
    return MatchKey(
        patient_id if isinstance(patient_id, UUID) else UUID(str(patient_id)),
        row.get("surname") or "",
        row.get("first_forename") or "",
        row.get("second_forename") or "",
        row.get("previous_surname") or "",
        date.fromisoformat(born) if isinstance(born, str) else born,
        Sex(sex) if sex else None,
        row.get("postcode") or "",
        row.get("address_key") or "",
        row.get("nhs_number"),
        bool(row.get("is_current", True)),
    )


def _name(name: Name) -> tuple[str, str, str]:
    forename, middle = normal_forenames(name.first_forename, name.second_forename, name.other_forenames)
    return normal_name(name.surname), forename, middle


def _content(key: MatchKey) -> tuple[str, ...]:
    # The previous surname is left out: it has a row of its own.
    return (key.surname, key.first_forename, key.second_forename, key.postcode, key.address_key)
