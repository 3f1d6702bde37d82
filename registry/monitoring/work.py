"""Everything that is open, as one list: whose move it is, what is waited for, and by when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, Integer, Text, Uuid

from registry.monitoring.identity_cases import counted_cases
from registry.transactions.matters.entrusted import kinds_not_for_everyone

MOST_AT_ONCE = 200

_FILTERED = """
    from shown_work w left join practices p on p.id = w.practice_id
    where (:scope_all or w.of_practice_id = :scope_practice_id)
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
    {_FILTERED} and (w.what is null or w.what <> all(:hidden))
    order by w.due_at, w.kind, w.id offset :skip limit :limit
    """
).bindparams(
    *_TYPES,
    bindparam("hidden", type_=ARRAY(Text)),
    bindparam("skip", type_=Integer),
    bindparam("limit", type_=Integer),
)

_COUNTED = """
    select w.owner, w.kind, count(*) as open, count(*) filter (where w.due_at <= :now) as late,
      min(w.due_at) as first_due, min(w.since) as since
    from open_work w where (:scope_all or w.practice_id = :scope_practice_id)
      and (cast(:kind as text) is null or w.kind = :kind) and (cast(:owner as text) is null or w.owner = :owner)
      and (not :late or w.due_at <= :now)
"""

# Of everybody it need not be asked of each who they are: nobody is named, and no practice.
_COUNTS = text(f"{_COUNTED} group by w.owner, w.kind order by w.owner, w.kind").bindparams(
    *(each for each in _TYPES if each.key != "practice")
)

# Of one practice nobody is counted whose practice is not shown. All of them at once: one by one takes minutes.
_COUNTS_OF = text(
    f"""
    {_COUNTED} and w.practice_id = (select id from practices where ods_code = :practice)
      and not exists (select from hidden_people h where h.id = w.patient_id)
      and not exists (select from hidden_work h where h.kind = w.kind and h.id = w.id)
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
    hidden: Sequence[str] | None = None,
) -> Sequence[dict[str, Any]]:
    """What is open, in the order in which it falls due; at most 200 at once.

    `hidden` are the kinds that the asker is not told of: unless given, all that somebody is not.
    """
    values = {"owner": owner, "practice": practice, "kind": kind, "late": late, "now": now}
    page = {
        "skip": skip,
        "limit": min(limit, MOST_AT_ONCE),
        "hidden": kinds_not_for_everyone() if hidden is None else list(hidden),
    }
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
    """The same, counted by owner and kind: how many, how many late, when the first is due, how old the oldest is.

    Counts are of everything: they name nobody.
    """
    values = {"owner": owner, "practice": practice, "kind": kind, "late": late, "now": now}
    if practice is None:
        del values["practice"]
    counts = _COUNTS if practice is None else _COUNTS_OF
    found = [dict(row) for row in (await connection.execute(counts, {**scope, **values})).mappings()]
    cases = await counted_cases(connection, scope, now, owner=owner, practice=practice, kind=kind, late=late)
    return [*found, *cases]
