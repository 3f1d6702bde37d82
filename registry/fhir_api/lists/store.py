"""The rows of exports: what was asked for, how far it is, what there is to fetch.

An export is its owner's: the practice for which it was made, or the office. Nobody else finds it, the office not that
of a practice either, which has more people on it than the office is told of.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Text, Uuid

from registry.security.callers import Caller

_OWNED = "owner_id is not distinct from cast(:owner_id as uuid)"
# One that is asked for again while it is being made is the same one.
_SAME = text(
    f"""
    select id from list_exports where practice_id = :practice_id and {_OWNED} and state = 'asked'
      and types = :types and since is not distinct from :since
    """
).bindparams(
    bindparam("practice_id", type_=Uuid),
    bindparam("owner_id", type_=Uuid),
    bindparam("types", type_=ARRAY(Text)),
    bindparam("since", type_=DateTime(timezone=True)),
)
_BEING_MADE = text(f"select count(*) from list_exports where state = 'asked' and {_OWNED}").bindparams(
    bindparam("owner_id", type_=Uuid)
)
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('list_exports'), hashtext(:owner))")
_ASK = text(
    """
    insert into list_exports (id, practice_id, owner_id, actor_kind, actor_name, types, since, request, asked_at)
    values (:id, :practice_id, :owner_id, :actor_kind, :actor_name, :types, :since, :request, :asked_at)
    """
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("practice_id", type_=Uuid),
    bindparam("owner_id", type_=Uuid),
    bindparam("types", type_=ARRAY(Text)),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("asked_at", type_=DateTime(timezone=True)),
)
# Somebody who became hidden after the export was made may be on it with an address: it is not offered any longer.
_FIND = text(
    f"""
    select e.id, e.practice_id, e.owner_id, e.types, e.since, e.request, e.state, e.asked_at, e.snapshot_at, e.done_at,
      coalesce(g.people, 0) as people, coalesce(g.of, 0) as of,
      e.state = 'asked' and e.queued_at < now() - interval '2 seconds'
        and coalesce(g.at < now() - interval '20 seconds', true) as waits
    from list_exports e left join list_export_progress g on g.export_id = e.id
    where e.id = :id and e.state <> 'cancelled' and {_OWNED} and not exists (
      select from hidden_people h join patients p on p.id = h.id
      where p.updated_at > e.snapshot_at
        and exists (select from list_memberships m where m.patient_id = p.id and m.list_id = e.practice_id))
    """
).bindparams(bindparam("id", type_=Uuid), bindparam("owner_id", type_=Uuid))
_FILES = text(
    "select number, part, type, lines from list_export_files where export_id = :id order by number"
).bindparams(bindparam("id", type_=Uuid))
_CANCEL = text(
    f"""
    update list_exports set state = 'cancelled', snapshot_at = null, done_at = null
    where id = :id and {_OWNED} and state <> 'cancelled' returning id
    """
).bindparams(bindparam("id", type_=Uuid), bindparam("owner_id", type_=Uuid))
_LET_GO = text("delete from list_export_files where export_id = :id").bindparams(bindparam("id", type_=Uuid))
_PIECE = text(
    "select content from list_export_chunks where export_id = :id and number = :number and place = :place"
).bindparams(bindparam("id", type_=Uuid))


async def ask(
    connection: AsyncConnection,
    caller: Caller,
    practice_id: UUID,
    types: Sequence[str],
    since: datetime | None,
    request: str,
    now: datetime,
    at_once: int,
) -> tuple[UUID, bool] | None:
    """Note an export that somebody asks for; returns its id, and whether it is a new one. None: too many are made."""
    asked = {"practice_id": practice_id, "owner_id": caller.practice_id, "types": list(types), "since": since}
    await connection.execute(_ONE_AT_A_TIME, {"owner": str(caller.practice_id)})
    same: UUID | None = (await connection.execute(_SAME, asked)).scalars().first()
    if same is not None:
        return same, False
    if (await connection.execute(_BEING_MADE, {"owner_id": caller.practice_id})).scalar_one() >= at_once:
        return None
    actor = {"actor_kind": caller.actor.kind.value, "actor_name": caller.actor.name}
    new = uuid4()
    await connection.execute(_ASK, {**asked, **actor, "id": new, "request": request, "asked_at": now})
    return new, True


async def find(connection: AsyncConnection, caller: Caller, export_id: UUID) -> Mapping[str, Any] | None:
    """An export that the caller may see; None for any other. `waits`: nobody seems to be making it."""
    asked = {"id": export_id, "owner_id": caller.practice_id}
    row = (await connection.execute(_FIND, asked)).mappings().one_or_none()
    return None if row is None else {**row}


async def files_of(connection: AsyncConnection, export_id: UUID) -> Sequence[Mapping[str, Any]]:
    """The files of an export, in order."""
    return [{**row} for row in (await connection.execute(_FILES, {"id": export_id})).mappings()]


async def cancel(connection: AsyncConnection, caller: Caller, export_id: UUID) -> bool:
    """End an export, or let go of its files; False where the caller has none."""
    asked = {"id": export_id, "owner_id": caller.practice_id}
    if (await connection.execute(_CANCEL, asked)).one_or_none() is None:
        return False
    await connection.execute(_LET_GO, {"id": export_id})
    return True


async def piece(connection: AsyncConnection, export_id: UUID, number: int, place: int) -> bytes | None:
    """One piece of a file, deflated; None after the last."""
    asked = {"id": export_id, "number": number, "place": place}
    found: bytes | None = (await connection.execute(_PIECE, asked)).scalar_one_or_none()
    return found
