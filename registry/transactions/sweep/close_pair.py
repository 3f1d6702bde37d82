"""Take a pair out of the queue that is not to be asked about any more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.judging.close_pairs import close_pair as close_case

_LOCK_CASE = text(
    "select id, version, kind, patient_ids from anomalies where id = :id and state = 'open' for update"
).bindparams(bindparam("id", type_=Uuid))
_GONE = text(
    "update match_pairs set state = 'gone', closed_because = :because, changed_at = :now"
    " where case_id = :case and state = 'offered'"
).bindparams(
    bindparam("case", type_=Uuid), bindparam("because", type_=Text), bindparam("now", type_=DateTime(timezone=True))
)


async def close_pair(connection: AsyncConnection, context: Context, case_id: UUID, because: str) -> bool:
    """Close the case about a pair, with the reason, in the caller's unit of work. False: somebody decided it."""
    row: Mapping[Any, Any] | None = (await connection.execute(_LOCK_CASE, {"id": case_id})).mappings().one_or_none()
    if row is None:
        return False
    writes = Writes()
    close_case(writes, context, row, "close", because)
    await writes.flush(connection)
    await connection.execute(_GONE, {"case": case_id, "because": because, "now": context.now})
    return True
