"""Everything that the register holds about a record, item by item, and what has been decided of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.confusions.item_queries import QUERIES
from registry.transactions.confusions.items import Item, Key
from registry.transactions.matters.entrusted import kinds_not_for_everyone

_OWN_KINDS = ["confusion", "number-allotment"]
"""Matters of the split itself: they are about everybody on the record."""

_RECORDS = text("select array_agg(id) from patients where id = :id or merged_into = :id").bindparams(
    bindparam("id", type_=Uuid)
)

_ITEMS = text(
    "select json_build_object('table', i.table_name, 'key', i.key, 'what', i.what, 'on', i.day, 'practice', r.ods_code,"
    " 'open', i.is_open, 'up', json_build_array(i.up_table, i.up_key), 'says', i.says)::text"
    f" from ({' union all '.join(QUERIES)}) i left join practices r on r.id = i.practice_id"
    " order by i.day nulls last, i.table_name, i.key"
).bindparams(bindparam("people", type_=ARRAY(Uuid)), bindparam("own", type_=ARRAY(Text)), bindparam("id", type_=Uuid))

_DECIDED = text(
    "select matter_id, table_name, row_key, place, evidence, said_by, decided_by, decided_at from attributions"
    " where matter_id = :id"
).bindparams(bindparam("id", type_=Uuid))


async def records_of(connection: AsyncConnection, patient_id: UUID) -> list[UUID]:
    """A record with those that were merged into it: their history is read as its own."""
    return list((await connection.execute(_RECORDS, {"id": patient_id})).scalar_one())


async def items_of(connection: AsyncConnection, patient_id: UUID) -> list[Item]:
    """Every item of a record, by day; what belongs to others since an earlier split is left out.

    Questions to the national side and the matcher's decisions go with their transactions, and events with
    their matters: they are no items of their own.
    """
    people = await records_of(connection, patient_id)
    hidden = [*_OWN_KINDS, *kinds_not_for_everyone()]
    rows = (await connection.execute(_ITEMS, {"people": people, "own": hidden, "id": patient_id})).scalars()
    return [_item(orjson.loads(row)) for row in rows]


async def decisions_of(connection: AsyncConnection, matter_id: UUID) -> Sequence[dict[str, Any]]:
    """What was decided of items, by table and key."""
    return [dict(row) for row in (await connection.execute(_DECIDED, {"id": matter_id})).mappings()]


def decided_places(decisions: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """By row: to which person it was given."""
    return {(each["table_name"], each["row_key"]): each["place"] for each in decisions}


def _item(row: dict[str, Any]) -> Item:
    table, key = row["up"]
    return Item(
        table=row["table"],
        key=row["key"],
        what=row["what"],
        on=date.fromisoformat(row["on"]) if row["on"] else None,
        practice=row["practice"],
        is_open=row["open"],
        goes_with=(table, key) if table and key else None,
        says={name: value for name, value in (row["says"] or {}).items() if value not in (None, "")},
    )
