"""Every query of the queue. What a case tells of where somebody protected is, the view leaves out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Text, Uuid

MOST_AT_ONCE = 200

_SCOPE = "(:scope_all or a.of_practice_id = :scope_practice_id)"
_SCOPE_TYPES = (bindparam("scope_all", type_=Boolean), bindparam("scope_practice_id", type_=Uuid))

_COLUMNS = """
    select a.id, a.version, a.kind, a.state, a.priority, p.ods_code as practice, a.transaction_id, a.patient_ids,
           a.sentence, a.evidence, a.opened_at, a.due_at, a.decided_at, a.decided_by, a.decision, a.decision_reason
    from shown_anomalies a left join practices p on p.id = a.practice_id
"""

_LIST = text(
    f"""{_COLUMNS}
    where {_SCOPE} and (cast(:state as text) is null or a.state = :state) and (cast(:kind as text) is null
      or a.kind = :kind) and (cast(:practice as text) is null or p.ods_code = :practice)
      and (cast(:after as uuid) is null or a.id > :after)
    order by a.id limit :limit
    """
).bindparams(
    *_SCOPE_TYPES,
    bindparam("state", type_=Text),
    bindparam("kind", type_=Text),
    bindparam("practice", type_=Text),
    bindparam("after", type_=Uuid),
    bindparam("limit", type_=Integer),
)

_ONE = text(f"{_COLUMNS} where {_SCOPE} and a.id = :id").bindparams(*_SCOPE_TYPES, bindparam("id", type_=Uuid))

_COUNTS = text(
    "select kind, count(*) as cases, min(due_at) as first_due, count(*) filter (where due_at <= :now) as late"
    " from anomalies where state = 'open' group by kind order by cases desc, kind"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))

EVERYTHING: Mapping[str, Any] = {"scope_all": True, "scope_practice_id": None}
"""The office's scope: every practice."""


async def list_cases(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    state: str | None = None,
    kind: str | None = None,
    practice: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Mapping[str, Any]]:
    """Cases in the order in which they were opened, those after a given one; at most 200."""
    values = {"state": state, "kind": kind, "practice": practice, "after": after, "limit": min(limit, MOST_AT_ONCE)}
    rows = await connection.execute(_LIST, {**scope, **values})
    return [dict(row) for row in rows.mappings()]


async def read_case(connection: AsyncConnection, scope: Mapping[str, Any], case_id: UUID) -> dict[str, Any] | None:
    """One case, or None where there is none within the scope."""
    row = (await connection.execute(_ONE, {**scope, "id": case_id})).mappings().one_or_none()
    return dict(row) if row else None


async def count_open(connection: AsyncConnection, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Open cases by kind: how many, how many late, and when the first is due."""
    return [dict(row) for row in (await connection.execute(_COUNTS, {"now": now})).mappings()]
