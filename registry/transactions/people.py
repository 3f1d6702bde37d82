"""Making and changing people: the row, what it said before, and the keys they are found by."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.matching.keys import MatchKey, key_row, keys_of
from registry.matching.models import match_keys
from registry.matching.normalise import address_key, normal_name, plain_postcode
from registry.patients.models import (
    patient_former_addresses,
    patient_former_names,
    patient_versions,
    patients,
)
from registry.transactions.commands import Changes, Origin, RegisterPatient
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.protected.rules import without_whereabouts
from registry.transactions.rules.provenance import Evidence, Said, Source, entry, fields_of
from registry.values.address import Address
from registry.values.period import london_date
from registry.values.person import Demographics, Name, Sex

_NAME = ("surname", "first_forename", "second_forename", "other_forenames", "title")
_ADDRESS = ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode")
_IN_KEYS = frozenset({*_NAME[:4], *_ADDRESS, "nhs_number", "previous_surname", "sex", "date_of_birth"})


def create_person(writes: Writes, context: Context, command: RegisterPatient, number: str | None) -> UUID:
    """Make a person from an acceptance. The id is random: it must not tell neighbours apart."""
    patient_id = uuid4()
    person = command.demographics
    writes.insert(
        patients,
        id=patient_id,
        nhs_number=number,
        **_name_columns(person.name),
        previous_surname=person.previous_surname,
        sex=(person.sex or Sex.UNKNOWN).value,
        date_of_birth=iso(person.date_of_birth),
        place_of_birth=person.place_of_birth,
        **_address_columns(person.address),
        drugs_dispensed=bool(command.drugs_dispensed),
        residential_institute=command.residential_institute,
        created_at=context.now,
        updated_at=context.now,
    )
    described = Demographics(
        name=person.name,
        sex=person.sex,
        date_of_birth=person.date_of_birth,
        number=number,
        previous_surname=person.previous_surname,
        address=person.address,
        previous_address=person.previous_address,
        place_of_birth=person.place_of_birth,
    )
    for key in keys_of(patient_id, described):
        writes.insert(match_keys, **key_row(key))
    return patient_id


def change_person(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    changes: dict[str, Any],
    transaction_id: UUID | None,
    said: Said | None = None,
) -> None:
    """Write the changed columns as the next version; what they said before is kept, and who `said` so is noted.

    A changed name or address joins the former ones, and the former facts still find the person.
    Whether what is said may take the place of what is held was decided before (`rules.precedence`).
    Without `said` it is the office's own word of today. What FHIR carries beside an address goes with the address,
    unless `changes` say what it is from now on.
    """
    effective = {column: value for column, value in changes.items() if person.row.get(column) != value}
    if not effective:
        return
    if "elements" not in changes:
        effective |= _without_old_address(effective, person.row)
    writes.insert(
        patient_versions,
        patient_id=person.id,
        version=person.version,
        until=context.now,
        changed_by=context.actor.name,
        transaction_id=transaction_id,
        facts=person.row,
    )
    whole = _whole(effective, person.row)
    noted = entry(said or by_office(context), context.now, transaction_id)
    provenance = {**_provenance(person), **dict.fromkeys(fields_of(effective), noted)}
    writes.update(
        patients, person.id, **whole, provenance=provenance, version=person.version + 1, updated_at=context.now
    )
    for table, columns in ((patient_former_names, _NAME), (patient_former_addresses, _ADDRESS)):
        if any(column in effective for column in columns):
            writes.insert(
                table,
                id=uuid7(),
                patient_id=person.id,
                **{column: person.row[column] for column in columns},
                period=f"[,{context.today})",
                recorded_at=context.now,
            )
    if _IN_KEYS & effective.keys():
        _renew_keys(writes, person, {**person.row, **effective})


def _without_old_address(changes: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The elements without the period and the key of an address that another takes the place of; its id stays."""
    elements = cast(dict[str, Any], row.get("elements") or {})
    beside = elements.get("address", {})
    if not beside.keys() - {"id"} or not any(column in changes for column in _ADDRESS):
        return {}
    return {"elements": {**elements, "address": {name: beside[name] for name in ("id",) if name in beside}}}


def by_office(context: Context) -> Said:
    """The office's own word, of today."""
    return Said(Source.CORRECTION, "office", context.today)


def by_practice(context: Context, origin: Origin, source: Source, ods_code: str) -> Said:
    """A practice's word, of the day on which it was written; never of a day to come."""
    return Said(source, ods_code, min(london_date(origin.document_at), context.today), Evidence.PRACTICE_SAID)


def _provenance(person: PersonFacts) -> dict[str, Any]:
    return cast(dict[str, Any], person.row.get("provenance") or {})


def _whole(changes: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Changes with the rest of a name or address that they touch, so that there are few statements to be planned."""
    touched = [group for group in (_NAME, _ADDRESS) if any(column in changes for column in group)]
    return {column: row[column] for group in touched for column in group} | changes


def _renew_keys(writes: Writes, person: PersonFacts, row: dict[str, Any]) -> None:
    for key_id in person.current_key_ids:
        writes.update(match_keys, key_id, is_current=False)
    writes.insert(match_keys, **key_row(present_key(person.id, row)))


def present_key(patient_id: UUID, row: dict[str, Any]) -> MatchKey:
    """The key by which somebody is found whose row says this."""
    name = Name(row["surname"], row["first_forename"], row["second_forename"], row["other_forenames"])
    address = Address.of([row[line] for line in _ADDRESS[:5]], row["postcode"])
    born = date.fromisoformat(row["date_of_birth"]) if row["date_of_birth"] else None
    described = Demographics(name, Sex(row["sex"]), born, row["nhs_number"], row["previous_surname"], address)
    return keys_of(patient_id, described)[0]


def from_acceptance(command: RegisterPatient, person: PersonFacts) -> dict[str, Any]:
    """What an acceptance changes in a person who is known for certain.

    The practice has just seen them, so name and address follow the form; the register's
    spelling stays where the form only lacks its case or accents. Sex and date of birth stay,
    and the practice is told them.
    """
    form = command.demographics
    changes: dict[str, Any] = {}
    if _same_word(form.name.surname, person.previous_surname or "") and form.name.surname:
        # A form that still bears the former surname does not bring it back.
        changes |= {
            column: value for column, value in _name_columns(form.name).items() if value and column != "surname"
        }
    elif not _same_name(form.name, person.name):
        if normal_name(form.name.surname) != normal_name(person.name.surname):
            changes["previous_surname"] = form.previous_surname or person.name.surname
        changes |= {column: value for column, value in _name_columns(form.name).items() if value}
    if not _same_address(form.address, person.address):
        changes |= _address_columns(form.address)
    if command.drugs_dispensed is not None:
        changes["drugs_dispensed"] = command.drugs_dispensed
    if command.residential_institute is not None:
        changes["residential_institute"] = command.residential_institute
    if form.place_of_birth and not person.place_of_birth:
        changes["place_of_birth"] = form.place_of_birth
    return changes


def from_amendment(amended: Changes, person: PersonFacts) -> dict[str, Any]:
    """The columns that an amendment changes. Forenames travel together; so does an address."""
    changes: dict[str, Any] = {}
    if amended.surname is not None and not _same_word(amended.surname, person.name.surname):
        changes["surname"] = amended.surname
        if amended.previous_surname is None:
            changes["previous_surname"] = person.name.surname
    if amended.forenames is not None:
        first, second, others = ("", "", "") if amended.forenames == "%" else amended.forenames
        changes |= {"first_forename": first, "second_forename": second, "other_forenames": others}
    if amended.title is not None:
        changes["title"] = "" if amended.title == "%" else amended.title
    if amended.previous_surname is not None:
        changes["previous_surname"] = None if amended.previous_surname == "%" else amended.previous_surname
    if amended.sex is not None:
        changes["sex"] = amended.sex.value
    if amended.date_of_birth is not None:
        changes["date_of_birth"] = amended.date_of_birth.isoformat()
    if amended.drugs_dispensed is not None:
        changes["drugs_dispensed"] = amended.drugs_dispensed
    if amended.residential_institute is not None:
        changes["residential_institute"] = (
            None if amended.residential_institute == "%" else amended.residential_institute
        )
    return changes | _amended_address(amended, person)


def _amended_address(amended: Changes, person: PersonFacts) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if amended.address is not None:
        replaces = bool(amended.address[3])
        lines = [
            new if replaces or new else old for new, old in zip(amended.address, person.address.lines, strict=True)
        ]
        changes |= dict(zip(_ADDRESS[:5], lines, strict=True))
    if amended.postcode is not None:
        changes["postcode"] = None if amended.postcode == "%" else amended.postcode
    return changes


def corrections(command: RegisterPatient, person: PersonFacts) -> dict[str, Any]:
    """Items in which the register stands by its own and the practice must be told (F1)."""
    form = command.demographics
    told: dict[str, Any] = {}
    if form.date_of_birth is not None and person.date_of_birth not in (None, form.date_of_birth):
        told["date_of_birth"] = person.date_of_birth
    if form.sex is not None and person.sex is not Sex.UNKNOWN and form.sex is not person.sex:
        told["sex"] = person.sex
    return told


def _name_columns(name: Name) -> dict[str, Any]:
    return dict(
        zip(
            _NAME,
            (name.surname, name.first_forename, name.second_forename, name.other_forenames, name.title),
            strict=True,
        )
    )


def _address_columns(address: Address) -> dict[str, Any]:
    return dict(zip(_ADDRESS, (*address.lines, address.postcode), strict=True))


def _same_word(one: str, other: str) -> bool:
    return normal_name(one) == normal_name(other)


def _same_name(form: Name, held: Name) -> bool:
    """Whether a form's name says the same as the register's; an item left out says nothing."""
    pairs = (
        (form.surname, held.surname),
        (form.first_forename, held.first_forename),
        (form.second_forename, held.second_forename),
        (form.other_forenames, held.other_forenames),
        (form.title, held.title),
    )
    return all(not sent or _same_word(sent, known) for sent, known in pairs)


def _same_address(form: Address, held: Address) -> bool:
    if address_key(form) != address_key(held):
        return False
    return not form.postcode or plain_postcode(form.postcode) == plain_postcode(held.postcode)


def register_says(amended: Changes, person: PersonFacts) -> dict[str, Any]:
    """The register's own values for the items that an amendment names, by their names on GP Links."""
    return items_of(person, amended.named())


def items_of(person: PersonFacts, names: Iterable[str]) -> dict[str, Any]:
    """The register's own values for some items of a person, by their names on GP Links. Names of fields do too."""
    says: dict[str, Any] = {}
    name, address = person.name, person.address
    own: dict[str, dict[str, Any]] = {
        "surname": {"surname": name.surname},
        "forenames": {
            "first_forename": name.first_forename or "%",
            "second_forename": name.second_forename or "%",
            "other_forenames": name.other_forenames or "%",
        },
        "title": {"title": name.title or "%"},
        "previous_surname": {"previous_surname": person.previous_surname or "%"},
        "sex": {"sex": person.sex},
        "date_of_birth": {"date_of_birth": person.date_of_birth},
        "address": {"address": address.lines},
        "postcode": {"postcode": address.postcode or "%"},
        "drugs_dispensed": {"drugs_dispensed": person.drugs_dispensed},
        "residential_institute": {"residential_institute": person.residential_institute or "%"},
    }
    for item in names:
        says |= {key: value for key, value in own.get(item, {}).items() if value is not None}
    # Where somebody protected lives reaches not even their own practice by the link.
    return without_whereabouts(says) if person.restricted else says
