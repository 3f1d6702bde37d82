"""What is open or leads to two records, row by row, before and after: what a merge touched is what differs.

Told by looking and not by each writer, so that nothing is touched that an undo does not know of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
"""By table, by primary key as text."""

_IN_RULING = (
    "t.state = 'waiting-for-trace' and exists (select from unnest(:people) p"
    " where t.ruling ->> 'patient_id' = p::text or t.ruling -> 'seen' ? p::text)"
)

LOOKED_AT: Mapping[str, str] = {
    "patients": "t.id = any(:people) or t.merged_into = any(:people)",
    "patient_numbers": "t.patient_id = any(:people)",
    "match_keys": "t.patient_id = any(:people)",
    "transactions": f"t.patient_id = any(:people) and (t.due_at is not null or t.chase_at is not null) or {_IN_RULING}",
    "pending_deductions": "t.patient_id = any(:people) and t.state = 'pending'",
    "anomalies": "t.state = 'open' and t.patient_ids && :people",
    "matters": "t.closed_at is null and (t.patient_id = any(:people) or t.other_patient_id = any(:people))",
    "letters": "t.patient_id = any(:people) and t.state in ('queued', 'handed-over')",
    "national_requests": "t.patient_id = any(:people) and t.state <> 'C'",
    "liaison_people": (
        "t.patient_id = any(:people) and t.matter_id in (select m.id from matters m where m.closed_at is null)"
    ),
    "practice_messages": (
        "t.uuid in (select (m.facts ->> 'notice')::uuid from matters m where m.kind = 'fp69' and m.closed_at is null"
        " and m.patient_id = any(:people))"
    ),
}
"""By table: the rows that a merge of people may touch."""

KEY_OF = {"patient_numbers": "nhs_number"}
"""The primary key, where it is not `id`."""

WITNESSES: Mapping[str, tuple[str, ...]] = {
    "letters": ("state",),
    "national_requests": ("state",),
    "anomalies": ("state", "version"),
    "matters": ("state", "version"),
    "pending_deductions": ("state", "version"),
    "transactions": ("state", "version"),
}
"""Columns kept beside those that changed: where they differ later, something happened to the row since."""
_LEFT_OUT: Mapping[str, frozenset[str]] = {"patients": frozenset({"updated_at", "version", "provenance"})}
"""Columns that every change of a row changes, and that no undo puts back."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that differs: the columns that do, before and after, and how."""

    table: str
    key: str
    how: str
    before: Row
    after: Row


def _json(table: str, condition: str) -> str:
    key = KEY_OF.get(table, "id")
    return f"'{table}', (select json_object_agg(t.{key}, to_jsonb(t)) from {table} t where {condition})"


_ROWS = text(
    "select json_build_object("
    + ", ".join(_json(table, condition) for table, condition in LOOKED_AT.items())
    + ")::text"
).bindparams(bindparam("people", type_=ARRAY(Uuid)))

_AGAIN = {
    table: text(
        f"select t.{KEY_OF.get(table, 'id')}::text as key, to_jsonb(t)::text as row from {table} t"
        f" where t.{KEY_OF.get(table, 'id')}::text = any(:keys)"
    ).bindparams(bindparam("keys", type_=ARRAY(Text)))
    for table in LOOKED_AT
}


_SHARED = ("anomalies", "matters", "transactions")
"""What may name several people: two merges may both want it, and the locks of people do not keep them apart."""
_LOCK = [
    text(f"select t.id from {table} t where {LOOKED_AT[table]} order by t.id for update").bindparams(
        bindparam("people", type_=ARRAY(Uuid))
    )
    for table in _SHARED
]
_LOCK_ITEMS = [
    text(
        f"select t.id from {table} t where t.id::text in (select row_key from merge_items where merge_id = :id"
        f" and table_name = '{table}') order by t.id for update"
    ).bindparams(bindparam("id", type_=Uuid))
    for table in _SHARED
]


async def lock_shared(connection: AsyncConnection, people: Sequence[UUID]) -> None:
    """Lock what is open about people, who are locked, and may be about others too."""
    for statement in _LOCK:
        await connection.execute(statement, {"people": list(people)})


async def lock_items(connection: AsyncConnection, merge_id: UUID) -> None:
    """Lock what a merge touched of that."""
    for statement in _LOCK_ITEMS:
        await connection.execute(statement, {"id": merge_id})


async def look(connection: AsyncConnection, people: Sequence[UUID]) -> Rows:
    """The rows that a merge of people, who are locked, may touch."""
    found: dict[str, dict[str, Row] | None] = orjson.loads(
        (await connection.execute(_ROWS, {"people": list(people)})).scalar_one()
    )
    return {table: rows or {} for table, rows in found.items()}


async def look_again(connection: AsyncConnection, rows: Rows) -> Rows:
    """The same rows as they are now; one that is gone is left out."""
    again: dict[str, dict[str, Row]] = {}
    for table, known in rows.items():
        found = await connection.execute(_AGAIN[table], {"keys": list(known)}) if known else ()
        again[table] = {row.key: orjson.loads(row.row) for row in found}
    return again


def touched(before: Rows, after: Rows) -> list[Touched]:
    """The rows that differ."""
    found: list[Touched] = []
    for table, rows in before.items():
        for key, was in rows.items():
            now = after[table].get(key)
            if now is None or now == was:
                continue
            columns = [name for name in was if was[name] != now[name] and name not in _LEFT_OUT.get(table, ())]
            if not columns or (table == "match_keys" and "patient_id" not in columns):
                continue
            columns += [name for name in WITNESSES.get(table, ()) if name not in columns]
            kept = {name: was[name] for name in columns}, {name: now[name] for name in columns}
            found.append(Touched(table, key, _how(table, was, now), *kept))
    return found


def _how(table: str, was: Row, now: Row) -> str:
    if table == "patients":
        if now["merged_into"] != was["merged_into"]:
            return "re-pointed" if was["merged_into"] else "superseded"
        return "filled"
    if table in ("patient_numbers", "match_keys"):
        return "moved"
    if was.get("patient_id") != now.get("patient_id") or was.get("patient_ids") != now.get("patient_ids"):
        return "re-pointed"
    if was.get("closed_at") != now.get("closed_at") or was.get("due_at") != now.get("due_at"):
        return "closed"
    return "re-pointed"
