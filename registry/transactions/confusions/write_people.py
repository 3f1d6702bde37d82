"""The records that a split makes: the one that stays, put right, and the new ones."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.matching.keys import key_row, keys_of
from registry.matching.models import match_keys
from registry.matching.normalise import address_key, normal_name, plain_postcode
from registry.patients.models import patient_former_addresses, patient_former_names, patient_versions, patients
from registry.transactions.confusions.people import LINES
from registry.transactions.confusions.split import Part, Split
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.rules.provenance import Evidence, Said, Source, entry, fields_of
from registry.values.address import Address
from registry.values.person import Name

_NAMES = ("surname", "first_forename", "second_forename", "other_forenames", "title")
_FORGET_KEYS = text("delete from match_keys where patient_id = :id").bindparams(bindparam("id", type_=Uuid))
_FORMER_NAMES = text(
    "select surname, first_forename, second_forename, other_forenames, title from patient_former_names"
    " where patient_id = :id"
).bindparams(bindparam("id", type_=Uuid))
_FORMER_ADDRESSES = text(
    "select line_1, line_2, line_3, line_4, line_5, postcode from patient_former_addresses where patient_id = :id"
).bindparams(bindparam("id", type_=Uuid))


async def write_people(split: Split) -> None:
    """Write the people. The record first: its number may go to another in the same unit of work."""
    writes, context, connection = Writes(), split.work.context, split.work.connection
    kept = next(part for part in split.parts.values() if part.keeps_record)
    _put_right(writes, context, split.record, kept)
    await writes.flush(connection)
    for part in split.parts.values():
        if not part.keeps_record:
            _make(writes, context, split.record, part)
    await writes.flush(connection)


def _put_right(writes: Writes, context: Context, record: PersonFacts, part: Part) -> None:
    """Its next version, whatever has changed: what it said before is kept, as for every change."""
    writes.insert(
        patient_versions,
        patient_id=record.id,
        version=record.version,
        until=context.now,
        changed_by=context.actor.name,
        transaction_id=part.transaction_id,
        facts=record.row,
    )
    row = {**part.who.row(), "nhs_number": part.number, **_life(record, part)}
    changed = [column for column, value in row.items() if record.row.get(column) != value]
    held: Any = record.row.get("provenance") or {}
    provenance = {**held, **_provenance(context, part, changed)}
    writes.update(patients, record.id, **row, provenance=provenance, version=record.version + 1, updated_at=context.now)


def _make(writes: Writes, context: Context, record: PersonFacts, part: Part) -> None:
    """A new record. What is stricter is kept for both: who is protected is not known to have been one of them alone."""
    row = {**part.who.row(), "nhs_number": part.number, **_life(record, part)}
    writes.insert(
        patients,
        id=part.patient_id,
        **row,
        restricted=record.restricted,
        apart=bool(record.row.get("apart")),
        provenance=_provenance(context, part, list(row)),
        created_at=context.now,
        updated_at=context.now,
    )


def _life(record: PersonFacts, part: Part) -> dict[str, Any]:
    """Who of them has died is decided like any item; the others live."""
    if part.is_dead:
        return {"status": record.status, "date_of_death": iso(record.date_of_death)}
    return {"status": "live", "date_of_death": None}


def _provenance(context: Context, part: Part, columns: list[str]) -> dict[str, Any]:
    said = Said(Source.SPLIT, "office", context.today, Evidence.RULING)
    return dict.fromkeys(fields_of(columns), entry(said, context.now, part.transaction_id))


async def write_former(split: Split) -> None:
    """The record's name and address of until now become former ones of whoever they belong to."""
    writes, record, today = Writes(), split.record, split.work.context.today
    for what, table in (("name", patient_former_names), ("address", patient_former_addresses)):
        row = ("patients", f"{record.id}:{what}")
        if row not in split.whose:
            continue
        part = split.part_of(row)
        columns = _NAMES if what == "name" else (*LINES, "postcode")
        if _is_former(record, part, what):
            writes.insert(
                table,
                id=uuid7(),
                patient_id=part.patient_id,
                **{column: record.row[column] for column in columns},
                period=f"[,{today})",
                recorded_at=split.work.context.now,
            )
    await writes.flush(split.work.connection)


def _is_former(record: PersonFacts, part: Part, what: str) -> bool:
    if what == "name":
        one, other = record.name, part.who.name
        return any(
            normal_name(held) != normal_name(now)
            for held, now in ((one.surname, other.surname), (one.forenames, other.forenames))
        )
    one, other = record.address, part.who.address
    return address_key(one) != address_key(other) or plain_postcode(one.postcode) != plain_postcode(other.postcode)


async def write_keys(split: Split) -> None:
    """Each is found by what is theirs, and by nothing else: present facts, and the former ones given to them."""
    writes, connection = Writes(), split.work.connection
    await connection.execute(_FORGET_KEYS, {"id": split.record.id})
    for part in split.parts.values():
        names, addresses = await _former_of(split, part.patient_id)
        described = part.who.demographics(part.number)
        for key in keys_of(part.patient_id, described, former_names=names, former_addresses=addresses):
            writes.insert(match_keys, **key_row(key))
    await writes.flush(connection)


async def _former_of(split: Split, patient_id: UUID) -> tuple[list[Name], list[Address]]:
    connection, whom = split.work.connection, {"id": patient_id}
    names = [Name(*row) for row in await connection.execute(_FORMER_NAMES, whom)]
    rows = (await connection.execute(_FORMER_ADDRESSES, whom)).all()
    return names, [Address.of(list(row[:5]), row[5]) for row in rows]
