"""What FHIR carries of a person beside the columns, in the version that a statement makes.

A name or address that was, which somebody adds or takes away among the elements, is a former one of the register
too: it finds the person from then on, or finds them no more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Text, Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.matching.keys import MatchKey, key_from_json, key_row
from registry.matching.models import match_keys
from registry.patients.element_changes import ElementChanges, changed_elements
from registry.patients.elements import Elements
from registry.patients.models import patient_former_addresses, patient_former_names
from registry.patients.read_fhir_names import read_names
from registry.patients.read_fhir_parts import MISSHAPEN, BadField
from registry.patients.read_fhir_places import read_addresses
from registry.patients.record import FormerAddress, FormerName
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.particulars.former_keys import keys_with, name_of, place_of

_PEOPLE = bindparam("people", type_=ARRAY(Uuid))
_FORGET = {
    "names": text(
        "delete from patient_former_names where patient_id = any(:people)"
        " and array[surname, first_forename, second_forename, other_forenames] = :columns"
    ).bindparams(_PEOPLE, bindparam("columns", type_=ARRAY(Text))),
    "addresses": text(
        "delete from patient_former_addresses where patient_id = any(:people)"
        " and array[line_1, line_2, line_3, line_4, line_5, coalesce(postcode, '')] = :columns"
    ).bindparams(_PEOPLE, bindparam("columns", type_=ARRAY(Text))),
}
_HELD = text(
    """
    select json_build_object(
      'keys', (select json_agg(to_jsonb(k)) from match_keys k where k.patient_id = :id),
      'names', (
        select json_agg(n) from (
          select surname, first_forename, second_forename, other_forenames from patient_former_names
          where patient_id = any(:people)
          union select surname, first_forename, second_forename, other_forenames from patients
          where merged_into = :id) n),
      'addresses', (
        select json_agg(a) from (
          select line_1, line_2, line_3, line_4, line_5, postcode from patient_former_addresses
          where patient_id = any(:people)
          union select line_1, line_2, line_3, line_4, line_5, postcode from patients where merged_into = :id) a))
    """
).bindparams(_PEOPLE, bindparam("id", type_=Uuid))
_DROP_KEYS = text("delete from match_keys where id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
_PREVIOUS = text(
    "update match_keys set previous_surname = '' where patient_id = :id and previous_surname = any(:surnames)"
).bindparams(bindparam("id", type_=Uuid), bindparam("surnames", type_=ARRAY(Text)))


def beside(person: PersonFacts, changes: ElementChanges) -> dict[str, Any]:
    """The column of the elements, where something is said of them: as it is from now on, be it the same."""
    return {"elements": changed_elements(_elements(person.row), changes)} if changes else {}


async def keep_former_facts(
    connection: AsyncConnection, writes: Writes, context: Context, person: PersonFacts, changed: Mapping[str, Any]
) -> None:
    """Keep former names and addresses, and the keys that find people, in step with changed elements of a person, who
    is locked. The changes of the row itself stand in `writes` already."""
    if "elements" not in changed:
        return
    before, after = (former_facts(each, context) for each in (_elements(person.row), changed["elements"]))
    gone, new = before - after, after - before
    if not gone and not new:
        return
    people = [person.id, *person.absorbed]
    for each in gone:
        kind, columns = _columns(each)
        await connection.execute(_FORGET[kind], {"people": people, "columns": [value or "" for value in columns]})
    for each in new:
        _insert(writes, context, person.id, each)
    await _renew_keys(connection, writes, person, {**person.row, **changed}, people, gone, new)


def former_facts(elements: Elements, context: Context) -> frozenset[FormerName | FormerAddress]:
    """The names and addresses among the elements that are former ones. One that cannot be read is none."""
    usual, home = {"use": "usual", "family": "-"}, {"use": "home", "line": ["-"]}
    found: list[FormerName | FormerAddress] = []
    for name in elements.get("names", ()):
        found += _read(lambda name=name: read_names([usual, name], context.today).former)
    for address in elements.get("addresses", ()):
        found += _read(lambda address=address: read_addresses([home, address], context.today)[1])
    return frozenset(found)


def _read(
    reader: Callable[[], Iterable[FormerName | FormerAddress]],
) -> Iterable[FormerName | FormerAddress]:
    try:
        return reader()
    except (BadField, *MISSHAPEN):
        return ()


def _elements(row: Mapping[str, Any]) -> Elements:
    return row.get("elements") or {}


def _columns(fact: FormerName | FormerAddress) -> tuple[str, Sequence[str | None]]:
    if isinstance(fact, FormerName):
        name = fact.name
        return "names", (name.surname, name.first_forename, name.second_forename, name.other_forenames)
    return "addresses", (*fact.address.lines, fact.address.postcode)


def _insert(writes: Writes, context: Context, patient_id: UUID, fact: FormerName | FormerAddress) -> None:
    kind, columns = _columns(fact)
    since, until = (each.isoformat() if each else "" for each in (fact.since, fact.until))
    row = {"id": uuid7(), "patient_id": patient_id, "period": f"[{since},{until})", "recorded_at": context.now}
    if kind == "names" and isinstance(fact, FormerName):
        writes.insert(
            patient_former_names,
            **row,
            **dict(zip(("surname", "first_forename", "second_forename", "other_forenames"), columns, strict=True)),
            title=fact.name.title,
        )
    else:
        names = ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode")
        writes.insert(patient_former_addresses, **row, **dict(zip(names, columns, strict=True)))


async def _renew_keys(
    connection: AsyncConnection,
    writes: Writes,
    person: PersonFacts,
    row: Mapping[str, Any],
    people: Sequence[UUID],
    gone: Iterable[FormerName | FormerAddress],
    new: Iterable[FormerName | FormerAddress],
) -> None:
    """Keys that only what is gone had made go too; what is new, and whatever stood with those, has its keys."""
    held: dict[str, Any] = (await connection.execute(_HELD, {"id": person.id, "people": list(people)})).scalar_one()
    wanted = keys_with(person.id, row, held["names"] or (), held["addresses"] or (), new)
    names, places = {name_of(each) for each in wanted}, {place_of(each) for each in wanted}
    lost_names, lost_places = _lost(person.id, row, gone, names, places)
    rows: list[tuple[int, MatchKey]] = [(each["id"], key_from_json(each)) for each in held["keys"] or ()]
    surnames = {name[0] for name in lost_names} - {name[0] for name in names}
    drop = [
        number
        for number, key in rows
        if not key.is_current
        and (name_of(key) in lost_names or place_of(key) in lost_places or key.surname in surnames)
    ]
    await connection.execute(_DROP_KEYS, {"ids": drop})
    await connection.execute(_PREVIOUS, {"id": person.id, "surnames": sorted(surnames)})
    known = {(name_of(key), place_of(key)) for number, key in rows if number not in drop}
    for key in wanted[1:]:
        if (name_of(key), place_of(key)) not in known:
            writes.insert(match_keys, **key_row(key))


def _lost(
    patient_id: UUID,
    row: Mapping[str, Any],
    gone: Iterable[FormerName | FormerAddress],
    names: set[Any],
    places: set[Any],
) -> tuple[set[Any], set[Any]]:
    """Names and places that only what is gone had."""
    keys = keys_with(patient_id, {**row, "previous_surname": None}, (), (), gone)[1:]
    return {name_of(key) for key in keys} - names, {place_of(key) for key in keys} - places
