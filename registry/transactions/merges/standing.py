"""Merges that stand, and the rows that each touched as they are now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.transactions.merges.snapshot import KEY_OF, LOOKED_AT
from registry.transactions.merges.undo_plan import Item

_MERGE = text(
    "select id, source_id, target_id, state, made_at, author, approver, case_reference, transaction_id, matter_id,"
    " target_before, undone_at, undone_by, undone_transaction_id from merges where id = :id"
).bindparams(bindparam("id", type_=Uuid))

# A merge into the same survivor that came later, or one of the survivor itself, stands on this one.
_LATER = text(
    "select l.id from merges m join merges l on l.state = 'made' and l.id <> m.id"
    " and (l.target_id = m.target_id and (l.made_at, l.id) > (m.made_at, m.id) or l.source_id = m.target_id)"
    " where m.id = :id order by l.made_at desc, l.id desc limit 1"
).bindparams(bindparam("id", type_=Uuid))

_OF = text(
    "select id, source_id, target_id, state, made_at, author, approver, reason, case_reference, national_ruling,"
    " undone_at, undone_by, undone_because from merges"
    " where target_id = any(array(select id from patients where id = :id or merged_into = :id))"
    " or source_id = any(array(select id from patients where id = :id or merged_into = :id)) order by made_at, id"
).bindparams(bindparam("id", type_=Uuid))


def _as_now(table: str) -> str:
    """Each touched row of a table: whether it says what the merge left it saying, and what it says."""
    key = KEY_OF.get(table, "id")
    return f"""
      select i.id, i.table_name, i.row_key, i.how, i.before::text as before, i.after::text as after,
        t.{key} is not null and coalesce((
          select bool_and(to_jsonb(t) -> e.key is not distinct from
            to_jsonb(jsonb_populate_record(null::{table}, i.after)) -> e.key)
          from jsonb_object_keys(i.after) e (key)), true) as unchanged, to_jsonb(t)::text as now
      from merge_items i left join {table} t on t.{key}::text = i.row_key
      where i.merge_id = :id and i.table_name = '{table}'
    """


_ITEMS = text(" union all ".join(_as_now(table) for table in LOOKED_AT) + " order by 1").bindparams(
    bindparam("id", type_=Uuid)
)

_USED = text(
    """
    with sent as (
      select replace(coalesce(t.command -> 'demographics' ->> 'number', t.command ->> 'number'), ' ', '') as number
      from transactions t where t.received_at >= :since and t.patient_id = :survivor
        and t.kind in ('acceptance', 'amendment', 'removal', 'deduction-request')
        and t.id::text not in (
          select row_key from merge_items where merge_id = :id and table_name = 'transactions'))
    select distinct number from sent where number = any(:numbers)
    """
).bindparams(
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("survivor", type_=Uuid),
    bindparam("id", type_=Uuid),
    bindparam("numbers", type_=ARRAY(Text)),
)
_MARK = text("update merge_items set undone = :undone where id = any(:ids)").bindparams(bindparam("undone", type_=Text))


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as it stands."""

    id: UUID
    source_id: UUID
    target_id: UUID
    state: str
    made_at: datetime
    author: str
    approver: str
    case_reference: str
    transaction_id: UUID
    matter_id: UUID
    target_before: Mapping[str, Any]
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_transaction_id: UUID | None = None


async def read_merge(connection: AsyncConnection, merge_id: UUID) -> Merge | None:
    """A merge; None where there is none."""
    row = (await connection.execute(_MERGE, {"id": merge_id})).mappings().one_or_none()
    return None if row is None else Merge(**row)


async def later_merge(connection: AsyncConnection, merge_id: UUID) -> UUID | None:
    """The merge that has to be undone before this one; None where this is the last that stands."""
    return (await connection.execute(_LATER, {"id": merge_id})).scalar_one_or_none()


async def merges_of(connection: AsyncConnection, patient_id: UUID) -> Sequence[dict[str, Any]]:
    """Every merge of a record or of what was merged into it, the oldest first."""
    return [dict(row) for row in (await connection.execute(_OF, {"id": patient_id})).mappings()]


async def items_of(connection: AsyncConnection, merge_id: UUID) -> list[Item]:
    """The rows that a merge touched, as they are now."""
    rows = (await connection.execute(_ITEMS, {"id": merge_id})).all()
    return [
        Item(
            row.id, row.table_name, row.row_key, row.how, orjson.loads(row.before), orjson.loads(row.after),
            row.unchanged, orjson.loads(row.now) if row.now else None,
        )
        for row in rows
    ]  # fmt: skip


async def numbers_used_since(connection: AsyncConnection, merge: Merge, numbers: Collection[str]) -> set[str]:
    """Those of the numbers under which a practice has sent something of the survivor since the merge."""
    values = {"since": merge.made_at, "survivor": merge.target_id, "id": merge.id, "numbers": list(numbers)}
    return set((await connection.execute(_USED, values)).scalars())


async def mark(connection: AsyncConnection, ids: Sequence[int], undone: str) -> None:
    """Keep what an undo did with items."""
    await connection.execute(_MARK, {"ids": list(ids), "undone": undone})
