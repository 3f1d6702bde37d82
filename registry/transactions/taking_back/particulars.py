"""Take back what a transaction changed in a person's particulars.

A former name or address, and a key to find the person by, that only the mistake made, go too:
kept, they would lead the next form of the other person to this one again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, DateTime, Uuid

from registry.database import Writes
from registry.matching.keys import key_from_json, key_row
from registry.matching.models import match_keys
from registry.patients.models import patient_versions, patients
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.people import present_key
from registry.transactions.rules.provenance import restored
from registry.transactions.taking_back.rules import ITEMS, undo_items

_CHANGE = text(
    """
    select v.version, v.until, v.facts as before, coalesce(n.facts, to_jsonb(p)) as after
    from patient_versions v join patients p on p.id = v.patient_id
    left join patient_versions n on n.patient_id = v.patient_id and n.version = v.version + 1
    where v.patient_id = :patient_id and v.transaction_id = :transaction_id
    """
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("transaction_id", type_=Uuid))

_KEYS = text("select id, to_jsonb(k) as key from match_keys k where patient_id = :patient_id").bindparams(
    bindparam("patient_id", type_=Uuid)
)
_DROP_KEYS = text("delete from match_keys where id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
_FORMER = (
    "delete from {} where patient_id = :patient_id"
    " and recorded_at between :at - interval '5 seconds' and :at + interval '5 seconds'"
)
_AT = (bindparam("patient_id", type_=Uuid), bindparam("at", type_=DateTime(timezone=True)))
_DROP_FORMER = {
    "surname": text(_FORMER.format("patient_former_names")).bindparams(*_AT),
    "address": text(_FORMER.format("patient_former_addresses")).bindparams(*_AT),
}
_OF_NAME = ("surname", "forenames", "title")


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction changed in a person's row: as it was before and after, and when."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime


async def take_back_particulars(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    transaction_id: UUID,
    by: UUID,
    keep: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Restore what a transaction changed in a person, who is locked, where nobody changed it since.

    Returns the items that were changed again since and are left as they are. `by` is the
    transaction that takes back.
    """
    row = (await connection.execute(_CHANGE, {"patient_id": person.id, "transaction_id": transaction_id})).one_or_none()
    if row is None:
        return ()
    change = Change(row.before, row.after, row.until)
    columns, ask = undo_items(change.before, change.after, person.row, keep)
    if not columns:
        return ask
    writes.insert(
        patient_versions,
        patient_id=person.id,
        version=person.version,
        until=context.now,
        changed_by=context.actor.name,
        transaction_id=by,
        facts=person.row,
    )
    held: dict[str, Any] = person.row
    provenance = restored(held.get("provenance"), change.before.get("provenance"), columns)
    writes.update(
        patients, person.id, **columns, provenance=provenance, version=person.version + 1, updated_at=context.now
    )
    await _forget(connection, person, change, columns, ask)
    await _renew_keys(connection, writes, person, change, columns)
    return ask


async def _forget(
    connection: AsyncConnection, person: PersonFacts, change: Change, columns: dict[str, Any], ask: tuple[str, ...]
) -> None:
    """Drop the former name or address that the mistake added, where the whole of it is present again."""
    is_back = {"surname": not set(_OF_NAME) & set(ask), "address": "address" not in ask}
    touched = {
        "surname": any(name in columns for item in _OF_NAME for name in ITEMS[item]),
        "address": "line_1" in columns,
    }
    for item, statement in _DROP_FORMER.items():
        if touched[item] and is_back[item]:
            await connection.execute(statement, {"patient_id": person.id, "at": change.at})


async def _renew_keys(
    connection: AsyncConnection, writes: Writes, person: PersonFacts, change: Change, columns: dict[str, Any]
) -> None:
    """The mistaken key goes, any other present one becomes a former one, and the restored facts get theirs."""
    mistaken = key_row(present_key(person.id, dict(change.after)))
    rows = (await connection.execute(_KEYS, {"patient_id": person.id})).all()
    alike = [row.id for row in rows if {**key_row(key_from_json(row.key)), "is_current": True} == mistaken]
    drop = [max(alike)] if alike else []
    await connection.execute(_DROP_KEYS, {"ids": drop})
    for row in rows:
        if row.key["is_current"] and row.id not in drop:
            writes.update(match_keys, row.id, is_current=False)
    writes.insert(match_keys, **key_row(present_key(person.id, {**person.row, **columns})))
