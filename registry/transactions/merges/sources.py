"""Who said a fact goes with the fact, when a merge fills it in and when an undo takes it away."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text, Uuid

from registry.transactions.context import Context
from registry.transactions.rules.provenance import Evidence, Said, Source, fields_of

_WITH = text(
    "update patients set provenance = (provenance - cast(:fields as text[])) || :sources where id = :id"
).bindparams(bindparam("fields", type_=ARRAY(Text)), bindparam("sources", type_=JSONB), bindparam("id", type_=Uuid))


async def with_its_source(
    connection: AsyncConnection, patient_id: UUID, columns: Iterable[str], sources: Mapping[str, Any] | None
) -> None:
    """Let the fields of some columns of a record, just written in this unit of work, have the sources given.

    Of a field of which the sources say nothing, nobody knows who said it: by a merge it becomes no surer.
    """
    fields, said = list(fields_of(columns)), dict(sources or {})
    if fields:
        known = {field: said[field] for field in fields if field in said}
        await connection.execute(_WITH, {"fields": fields, "sources": known, "id": patient_id})


def said_by_merge(context: Context) -> Said:
    """The word under which a merge, or its undo, writes a record."""
    return Said(Source.MERGE, "office", context.today, Evidence.RULING)
