"""Every look at batches of paper."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Integer, Uuid

MOST_AT_ONCE = 200

_SCOPE = "(:scope_all or b.practice_id = :scope_practice_id)"
_SCOPE_TYPES = (bindparam("scope_all", type_=Boolean), bindparam("scope_practice_id", type_=Uuid))

_COLUMNS = """
    select b.id, b.number, b.version, p.ods_code as practice, b.received_on, b.received, b.keyed, b.rejected,
      b.returned, b.received - b.keyed - b.rejected - b.returned as left_over, b.scans, b.owner, b.expects, b.due_at,
      b.opened_at, b.opened_by, b.closed_at, b.closed_by
    from paper_batches b join practices p on p.id = b.practice_id
"""

_LIST = text(
    f"""{_COLUMNS}
    where {_SCOPE} and (:closed or b.closed_at is null) and (cast(:practice as text) is null or p.ods_code = :practice)
      and (cast(:after as uuid) is null or b.id > :after)
    order by b.id limit :limit
    """
).bindparams(
    *_SCOPE_TYPES,
    bindparam("closed", type_=Boolean),
    bindparam("after", type_=Uuid),
    bindparam("limit", type_=Integer),
)

_ONE = text(f"{_COLUMNS} where {_SCOPE} and b.id = :id").bindparams(*_SCOPE_TYPES, bindparam("id", type_=Uuid))

_FORMS = text(
    """
    select f.id, f.reference, f.kind, f.state, f.reason,
      case when not t.whereabouts_hidden then f.transaction_id end as transaction_id, t.state as transaction_state,
      t.outcome,
      case when not t.whereabouts_hidden then t.patient_id end as patient_id, f.replaces_id, f.decided_at,
      f.decided_by, f.expects, f.due_at
    from paper_forms f left join shown_transactions t on t.id = f.transaction_id
    where f.batch_id = :id order by f.decided_at, f.id
    """
).bindparams(bindparam("id", type_=Uuid))


async def list_batches(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    practice: str | None = None,
    closed: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Mapping[str, Any]]:
    """Open batches (or all) in the order in which they were opened; at most 200."""
    values = {"practice": practice, "closed": closed, "after": after, "limit": min(limit, MOST_AT_ONCE)}
    rows = await connection.execute(_LIST, {**scope, **values})
    return [dict(row) for row in rows.mappings()]


async def read_batch(connection: AsyncConnection, scope: Mapping[str, Any], batch_id: UUID) -> dict[str, Any] | None:
    """One batch with its forms and what became of them, or None where there is none within the scope."""
    row = (await connection.execute(_ONE, {**scope, "id": batch_id})).mappings().one_or_none()
    if row is None:
        return None
    forms = (await connection.execute(_FORMS, {"id": batch_id})).mappings()
    return {**row, "forms": [dict(form) for form in forms]}
