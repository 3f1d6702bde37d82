"""Subscriptions as the register keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.database import Writes, iso
from registry.events.models import event_subscriptions
from registry.security.callers import Caller
from registry.security.scope import WITHIN_SCOPE_SQL, scope_of


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who follows what of a practice, and how they are told. Numbers are the practice's until `starts_after` is
    taken from them."""

    id: UUID
    version: int
    practice_id: UUID
    ods_code: str
    client: str
    topic: str
    status: str
    reason: str
    endpoint: str | None
    content: str
    heartbeat_seconds: int | None
    timeout_seconds: int | None
    most_at_once: int | None
    ends_at: datetime | None
    starts_after: int
    created_at: datetime
    updated_at: datetime
    told: int
    spoken_at: datetime | None
    failures: int
    failing_since: datetime | None
    try_at: datetime | None
    problem: str | None


COLUMNS = ", ".join(f"p.{each.name}" if each.name == "ods_code" else f"s.{each.name}" for each in fields(Subscription))
_FROM = f"select {COLUMNS} from event_subscriptions s join practices p on p.id = s.practice_id"
_MINE = WITHIN_SCOPE_SQL.format(column="s.practice_id")
_SCOPE = (bindparam("scope_practice_id", type_=Uuid),)

_ONE = text(f"{_FROM} where s.id = :id and {_MINE}").bindparams(bindparam("id", type_=Uuid), *_SCOPE)
_HELD = text(f"{_FROM} where s.id = :id and {_MINE} for update of s").bindparams(bindparam("id", type_=Uuid), *_SCOPE)
_ANYBODYS = text(f"{_FROM} where s.id = :id").bindparams(bindparam("id", type_=Uuid))
_SOME = text(
    f"""
    {_FROM} where {_MINE} and (:after_id is null or s.id > :after_id)
      and (cardinality(:ids) = 0 or s.id = any(:ids)) and (cardinality(:statuses) = 0 or s.status = any(:statuses))
      and (cardinality(:topics) = 0 or s.topic = any(:topics))
      and (cast(:practice as text) is null or p.ods_code = :practice)
    order by s.id limit :most
    """
).bindparams(
    bindparam("after_id", type_=Uuid),
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("statuses", type_=ARRAY(Text)),
    bindparam("topics", type_=ARRAY(Text)),
    bindparam("practice", type_=Text),
    *_SCOPE,
)
_PRACTICE = text(
    f"select p.id from practices p where p.ods_code = :code and {WITHIN_SCOPE_SQL.format(column='p.id')}"
).bindparams(*_SCOPE)
_CODE = text("select ods_code from practices where id = :id").bindparams(bindparam("id", type_=Uuid))
_SAME = text(
    "select exists (select from event_subscriptions where practice_id = :practice and client = :client"
    " and topic = :topic and endpoint is not distinct from cast(:endpoint as text) and status <> 'off')"
).bindparams(bindparam("practice", type_=Uuid))
_HOW_MANY = text(
    "select count(*) from event_subscriptions where practice_id = :practice and status <> 'off'"
).bindparams(bindparam("practice", type_=Uuid))
_END = text(
    "update event_subscriptions set status = 'off', version = version + 1, updated_at = :now, try_at = null"
    " where status <> 'off' and ends_at <= :now"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))


async def find(
    connection: AsyncConnection, caller: Caller, subscription_id: UUID, *, hold: bool = False
) -> Subscription | None:
    """A subscription that the caller may see; `hold` keeps others from changing it."""
    query = _HELD if hold else _ONE
    row = (await connection.execute(query, {"id": subscription_id, **scope_of(caller)})).one_or_none()
    return None if row is None else Subscription(*row)


async def find_anybodys(connection: AsyncConnection, subscription_id: UUID) -> Subscription | None:
    """A subscription, for the register's own work."""
    row = (await connection.execute(_ANYBODYS, {"id": subscription_id})).one_or_none()
    return None if row is None else Subscription(*row)


async def find_some(
    connection: AsyncConnection,
    caller: Caller,
    *,
    after: UUID | None = None,
    most: int,
    ids: Sequence[UUID] = (),
    statuses: Sequence[str] = (),
    topics: Sequence[str] = (),
    practice: str | None = None,
) -> list[Subscription]:
    """Subscriptions that the caller may see, by id; of `ids`, `statuses` and `topics` any of those given."""
    asked: dict[str, Any] = {"after_id": after, "most": most, "ids": list(ids), "statuses": list(statuses)}
    asked |= {"topics": list(topics), "practice": practice}
    return [Subscription(*row) for row in await connection.execute(_SOME, asked | scope_of(caller))]


async def practice_followed(connection: AsyncConnection, caller: Caller, code: str | None) -> tuple[UUID, str] | None:
    """Id and ODS code of the practice that a caller wants to follow; None where it does not exist for them.

    A caller of a practice who names none follows their own.
    """
    if code is None:
        own = caller.practice_id
        return None if own is None else (own, (await connection.execute(_CODE, {"id": own})).scalar_one())
    found = (await connection.execute(_PRACTICE, {"code": code, **scope_of(caller)})).scalar_one_or_none()
    return None if found is None else (found, code)


async def is_followed_already(
    connection: AsyncConnection, practice_id: UUID, client: str, topic: str, endpoint: str | None
) -> bool:
    """Whether the same client has the same subscription, and it is not off."""
    asked = {"practice": practice_id, "client": client, "topic": topic, "endpoint": endpoint}
    return (await connection.execute(_SAME, asked)).scalar_one()


async def count_of(connection: AsyncConnection, practice_id: UUID) -> int:
    """How many subscriptions of a practice are not off."""
    return (await connection.execute(_HOW_MANY, {"practice": practice_id})).scalar_one()


async def insert(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Add a subscription."""
    writes = Writes()
    writes.insert(event_subscriptions, **_stored(row))
    await writes.flush(connection)


async def update(connection: AsyncConnection, subscription: Subscription, now: datetime, **changes: Any) -> None:
    """Change a subscription that is held, as its next version."""
    writes = Writes()
    changes |= {"version": subscription.version + 1, "updated_at": now}
    writes.update(event_subscriptions, subscription.id, **_stored(changes))
    await writes.flush(connection)


async def end_those_over(connection: AsyncConnection, now: datetime) -> int:
    """Turn off whatever has come to its end. Returns how many."""
    return (await connection.execute(_END, {"now": now})).rowcount


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
