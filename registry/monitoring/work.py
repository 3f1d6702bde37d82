"""Everything that is open, as one list: whose move it is, what is waited for, and by when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Text, Uuid

MOST_AT_ONCE = 200

_FILTERED = """
    from open_work w left join practices p on p.id = w.practice_id
    where (:scope_all or w.practice_id = :scope_practice_id)
      and (cast(:kind as text) is null or w.kind = :kind) and (cast(:owner as text) is null or w.owner = :owner)
      and (cast(:practice as text) is null or p.ods_code = :practice) and (not :late or w.due_at <= :now)
"""

_TYPES = (
    bindparam("scope_all", type_=Boolean),
    bindparam("scope_practice_id", type_=Uuid),
    bindparam("kind", type_=Text),
    bindparam("owner", type_=Text),
    bindparam("practice", type_=Text),
    bindparam("late", type_=Boolean),
    bindparam("now", type_=DateTime(timezone=True)),
)

_LIST = text(
    f"""
    select w.kind, w.what, w.id, p.ods_code as practice, w.patient_id, w.owner, w.expects, w.due_at, w.since, w.state,
      w.priority, w.due_at <= :now as late
    {_FILTERED}
    order by w.due_at, w.kind, w.id offset :skip limit :limit
    """
).bindparams(*_TYPES, bindparam("skip", type_=Integer), bindparam("limit", type_=Integer))

_COUNTS = text(
    f"""
    select w.owner, w.kind, count(*) as open, count(*) filter (where w.due_at <= :now) as late,
      min(w.due_at) as first_due, min(w.since) as since
    {_FILTERED}
    group by w.owner, w.kind order by w.owner, w.kind
    """
).bindparams(*_TYPES)


async def list_work(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    now: datetime,
    *,
    owner: str | None = None,
    practice: str | None = None,
    kind: str | None = None,
    late: bool = False,
    skip: int = 0,
    limit: int = 50,
) -> Sequence[dict[str, Any]]:
    """What is open, in the order in which it falls due; at most 200 at once."""
    values = {"owner": owner, "practice": practice, "kind": kind, "late": late, "now": now}
    page = {"skip": skip, "limit": min(limit, MOST_AT_ONCE)}
    return [dict(row) for row in (await connection.execute(_LIST, {**scope, **values, **page})).mappings()]


async def count_work(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    now: datetime,
    *,
    owner: str | None = None,
    practice: str | None = None,
    kind: str | None = None,
    late: bool = False,
) -> Sequence[dict[str, Any]]:
    """The same, counted by owner and kind: how many, how many late, when the first is due, how old the oldest is."""
    values = {"owner": owner, "practice": practice, "kind": kind, "late": late, "now": now}
    return [dict(row) for row in (await connection.execute(_COUNTS, {**scope, **values})).mappings()]
