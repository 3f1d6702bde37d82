"""Finding what was said in queries, within the caller's scope. Whom a query is about and which practice is asked is
read from the view that leaves out what is hidden."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Uuid

from registry.fhir_api.work.dates import Between
from registry.security.callers import Caller
from registry.security.scope import scope_of

_TYPES: Mapping[str, Any] = {
    "scope_all": Boolean, "scope_practice_id": Uuid, "limit": Integer, "id": Uuid, "after": Uuid,
    "task": Uuid, "people": ARRAY(Uuid), "from_office": Boolean, "practice": Uuid,
    "sent_since": DateTime(timezone=True), "sent_until": DateTime(timezone=True),
}  # fmt: skip

_CONDITIONS: Mapping[str, str] = {
    "id": "q.id = :id",
    "after": "q.id < :after",
    "task": "q.matter_id = :task",
    "people": "q.patient_id = any(:people)",
    "from_office": "q.from_office = :from_office",
    "practice": "q.practice_id = :practice",
    "sent_since": "q.sent_at >= :sent_since",
    "sent_until": "q.sent_at < :sent_until",
}
_SHOWN = """
    select w.*, p.id as person, p.nhs_number, r.ods_code as practice from (
      select q.* from shown_query_messages q
      where (:scope_all or q.of_practice_id = :scope_practice_id){conditions} order by q.id desc limit :limit) w
    left join shown_patients o on o.id = w.patient_id
    left join shown_patients p on p.id = coalesce(o.merged_into, o.id)
    left join practices r on r.id = w.practice_id order by w.id desc
"""
_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for."""

    id: UUID | None = None
    task: UUID | None = None
    people: Sequence[UUID] | None = None
    from_office: bool | None = None
    practice: UUID | None = None
    sent: Between = field(default_factory=Between)


async def find_communications(
    connection: AsyncConnection, caller: Caller, wanted: Wanted, *, limit: int, after: UUID | None = None
) -> list[dict[str, Any]]:
    """What was said, the newest first."""
    values: dict[str, Any] = {
        "id": wanted.id, "after": after, "task": wanted.task, "people": wanted.people,
        "from_office": wanted.from_office, "practice": wanted.practice, "sent_since": wanted.sent.since,
        "sent_until": wanted.sent.until,
    }  # fmt: skip
    given = {name: value for name, value in values.items() if value is not None}
    statement = _statement(frozenset(given))
    rows = (await connection.execute(statement, {**given, "limit": limit, **scope_of(caller)})).mappings()
    return [{**row} for row in rows]


async def find_communication(connection: AsyncConnection, caller: Caller, id_: UUID) -> dict[str, Any] | None:
    """One, or None where there is none within the scope."""
    found = await find_communications(connection, caller, Wanted(id=id_), limit=1)
    return found[0] if found else None


@cache
def _statement(given: frozenset[str]) -> TextClause:
    conditions = "".join(f" and {condition}" for name, condition in _CONDITIONS.items() if name in given)
    written = _SHOWN.format(conditions=conditions)
    named = sorted({*_NAMED.findall(written)})
    return text(written).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in named))
