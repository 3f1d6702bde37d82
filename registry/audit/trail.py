"""The trail of one person: everything that was done about them, and everybody who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Integer, Text, Uuid

MOST_AT_ONCE = 200

# An id in a subject is text that somebody wrote: what is none is nobody's.
_ID = "case when e.subject ->> '{name}' ~ '^[0-9a-f-]{{36}}$' then (e.subject ->> '{name}')::uuid end"

_TRAIL = text(
    f"""
    select e.id, e.at, e.actor_kind, e.actor_name, e.practice_ods, e.action, e.subject, e.request_id, e.transaction_id
    from shown_audit_events e
    where e.patient_ids && (:people) and e.id > :after
      and not exists (select from unnest(:hidden) k where starts_with(e.action, k)
        or e.subject ->> 'kind' = k or e.subject ->> 'letter_kind' = k)
      and not exists (select from shown_matters m where m.kind = any(:hidden) and m.id = {_ID.format(name="matter")})
      and not exists (select from shown_letters l left join shown_matters m on m.id = l.matter_id
        where l.id = {_ID.format(name="letter")} and (l.kind = any(:hidden) or m.kind = any(:hidden)))
    order by e.id limit :limit
    """
).bindparams(
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("hidden", type_=ARRAY(Text)),
    bindparam("after", type_=BigInteger),
    bindparam("limit", type_=Integer),
)

_MERGED = text("select id from patients where merged_into = :id").bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event as it was recorded."""

    id: int
    at: datetime
    actor_kind: str
    actor_name: str | None
    """None where it would tell where somebody is whose whereabouts are protected; so is the practice."""
    practice_ods: str | None
    action: str
    subject: dict[str, Any]
    request_id: str | None
    transaction_id: UUID | None


async def trail_of(
    connection: AsyncConnection,
    patient_id: UUID,
    *,
    after: int = 0,
    limit: int = MOST_AT_ONCE,
    hidden: Sequence[str] = (),
) -> list[AuditEvent]:
    """Events that name the person, or a record that was merged into theirs, the oldest first; at most 200.

    `after` is the id of the last event seen. Of work and letters of the kinds `hidden` nothing is told.
    """
    merged = await connection.execute(_MERGED, {"id": patient_id})
    values = {"people": [patient_id, *merged.scalars()], "after": after, "hidden": list(hidden)}
    rows = await connection.execute(_TRAIL, {**values, "limit": min(limit, MOST_AT_ONCE)})
    return [AuditEvent(*row) for row in rows]
