"""Every query of matters."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, Integer, Text, Uuid

from registry.transactions.matters.entrusted import kinds_not_for_everyone
from registry.transactions.matters.stands import Matter

MOST_AT_ONCE = 200

_WHOSE = text("select patient_id, other_patient_id from matters where id = :id").bindparams(bindparam("id", type_=Uuid))

_LOCK = text(
    "select id, kind, version, state, patient_id, practice_id, trigger_on, opened_at, due_at, facts, owner, priority,"
    " other_patient_id from matters where id = :id for update"
).bindparams(bindparam("id", type_=Uuid))

_DOER = text(
    "select by from matter_events where matter_id = :id and event = :event order by version desc limit 1"
).bindparams(bindparam("id", type_=Uuid))

_SCOPE = "(:scope_all or m.of_practice_id = :scope_practice_id)"
_SCOPE_TYPES = (bindparam("scope_all", type_=Boolean), bindparam("scope_practice_id", type_=Uuid))

_COLUMNS = """
    select m.id, m.kind, m.state, m.version, r.ods_code as practice, m.patient_id, p.nhs_number, m.owner, m.priority,
      m.trigger_on, m.opened_at, m.expects, m.due_at, m.held_because, m.closed_at, m.facts
    from shown_matters m left join practices r on r.id = m.practice_id left join shown_patients p on p.id = m.patient_id
"""

_HIDDEN = bindparam("hidden", type_=ARRAY(Text))

_LIST = text(
    f"""{_COLUMNS}
    where {_SCOPE} and m.kind <> all(:hidden) and (:closed or m.closed_at is null)
      and (cast(:kind as text) is null or m.kind = :kind) and (cast(:owner as text) is null or m.owner = :owner)
      and (cast(:number as text) is null or p.nhs_number = :number) and (cast(:after as uuid) is null or m.id > :after)
    order by m.id limit :limit
    """
).bindparams(
    *_SCOPE_TYPES,
    _HIDDEN,
    bindparam("closed", type_=Boolean),
    bindparam("kind", type_=Text),
    bindparam("owner", type_=Text),
    bindparam("number", type_=Text),
    bindparam("after", type_=Uuid),
    bindparam("limit", type_=Integer),
)

_ONE = text(f"{_COLUMNS} where {_SCOPE} and m.kind <> all(:hidden) and m.id = :id").bindparams(
    *_SCOPE_TYPES, _HIDDEN, bindparam("id", type_=Uuid)
)

_EVENTS = text(
    "select version, event, from_state, to_state, at, by, reason, transaction_id, details from shown_matter_events"
    " where matter_id = :id order by version"
).bindparams(bindparam("id", type_=Uuid))


async def whose(connection: AsyncConnection, matter_id: UUID) -> list[UUID]:
    """The people whom a matter is about, the first one first; empty where it is about nobody, or is not there."""
    row = (await connection.execute(_WHOSE, {"id": matter_id})).one_or_none()
    return [] if row is None else [each for each in row if each is not None]


async def lock_matter(connection: AsyncConnection, matter_id: UUID) -> Matter | None:
    """A matter, locked; its person must be locked before. None where there is none."""
    row = (await connection.execute(_LOCK, {"id": matter_id})).mappings().one_or_none()
    return None if row is None else Matter(**row)


async def doer_of(connection: AsyncConnection, matter_id: UUID, event: str) -> str | None:
    """Who did an event last."""
    return (await connection.execute(_DOER, {"id": matter_id, "event": event})).scalar_one_or_none()


async def list_matters(
    connection: AsyncConnection,
    scope: Mapping[str, Any],
    *,
    kind: str | None = None,
    owner: str | None = None,
    number: str | None = None,
    closed: bool = False,
    after: UUID | None = None,
    limit: int = 50,
    hidden: Sequence[str] | None = None,
) -> Sequence[Mapping[str, Any]]:
    """Open matters (or all) in the order in which they were opened; at most 200.

    `hidden` are the kinds that the asker is not told of (`entrusted.py`): unless given, all that somebody is not.
    """
    values = {
        "kind": kind,
        "owner": owner,
        "number": number,
        "closed": closed,
        "after": after,
        "limit": min(limit, MOST_AT_ONCE),
        "hidden": kinds_not_for_everyone() if hidden is None else list(hidden),
    }
    rows = await connection.execute(_LIST, {**scope, **values})
    return [dict(row) for row in rows.mappings()]


async def read_matter(
    connection: AsyncConnection, scope: Mapping[str, Any], matter_id: UUID, *, hidden: Sequence[str] | None = None
) -> dict[str, Any] | None:
    """One matter with its history, or None where there is none within the scope, or it is of a hidden kind."""
    values = {"id": matter_id, "hidden": kinds_not_for_everyone() if hidden is None else list(hidden)}
    row = (await connection.execute(_ONE, {**scope, **values})).mappings().one_or_none()
    if row is None:
        return None
    events = (await connection.execute(_EVENTS, {"id": matter_id})).mappings()
    return {**row, "events": [dict(event) for event in events]}


def matter_from_json(data: Mapping[str, Any]) -> Matter:
    """A matter from the JSON of its row."""
    return Matter(
        id=UUID(data["id"]),
        kind=data["kind"],
        version=data["version"],
        state=data["state"],
        patient_id=UUID(data["patient_id"]) if data["patient_id"] else None,
        practice_id=UUID(data["practice_id"]) if data["practice_id"] else None,
        trigger_on=date.fromisoformat(data["trigger_on"]),
        opened_at=datetime.fromisoformat(data["opened_at"]),
        due_at=datetime.fromisoformat(data["due_at"]) if data["due_at"] else None,
        facts=data["facts"],
        owner=data["owner"],
        priority=data["priority"],
        other_patient_id=UUID(data["other_patient_id"]) if data["other_patient_id"] else None,
    )
