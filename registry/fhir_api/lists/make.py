"""Making the files of an export: all of them in one unit of work that sees the register as it was at one instant.

Nothing of it is there before all of it is: whoever dies half-way leaves no file. How far it is, is written beside it,
over another connection; where nobody has been heard of for a while, another takes the work over, and a lock of the
database lets one at a time do it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Uuid

from registry.database import unit_of_work
from registry.fhir_api.lists.fill import fill
from registry.fhir_api.lists.members import Asked
from registry.policies.store import load
from registry.settings import Settings
from registry.values.actor import Actor, ActorKind
from registry.values.clock import Clock
from registry.values.period import london_date

MOST_FAILURES = 5
"""After so many an export is given up, and whoever asked is told so."""

_ALONE = text("select pg_try_advisory_xact_lock(hashtext('list_export'), hashtext(cast(:id as text)))")
_READ = text(
    """
    select e.practice_id, e.owner_id, e.actor_kind, e.actor_name, e.types, e.since, o.ods_code as for_ods
    from list_exports e left join practices o on o.id = e.owner_id where e.id = :id and e.state = 'asked'
    """
).bindparams(bindparam("id", type_=Uuid))
# What is being written while we look is not seen, and is to be told the next time: by when it began.
_OLDEST_WRITER = text(
    "select min(xact_start) from pg_stat_activity where datname = current_database() and backend_xid is not null"
    " and pid <> pg_backend_pid()"
)
_DONE = text(
    "update list_exports set state = 'done', snapshot_at = :at, done_at = :done where id = :id and state = 'asked'"
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("at", type_=DateTime(timezone=True)),
    bindparam("done", type_=DateTime(timezone=True)),
)
_FAILED = text(
    """
    update list_exports set failures = failures + 1,
      state = case when failures + 1 >= :most then 'failed' else state end
    where id = :id and state = 'asked'
    """
).bindparams(bindparam("id", type_=Uuid))
_PROGRESS = text(
    """
    insert into list_export_progress (export_id, people, of)
    select id, :people, :of from list_exports where id = :id and state = 'asked'
    on conflict (export_id) do update set people = excluded.people, of = excluded.of, at = now() returning export_id
    """
).bindparams(bindparam("id", type_=Uuid))

_turns: WeakKeyDictionary[AsyncEngine, asyncio.Lock] = WeakKeyDictionary()
"""One export at a time in a process: it holds one connection of the pool, and now and then a second."""


class NoLongerWanted(Exception):
    """The export was cancelled while it was being made."""


async def make_export(engine: AsyncEngine, clock: Clock, settings: Settings, export_id: UUID) -> bool:
    """Make an export that is asked for; False where it is made, cancelled, or another is at it.

    Raises whatever stands in the way; it can be tried again.
    """
    async with _turns.setdefault(engine, asyncio.Lock()):
        try:
            return await _make(engine, clock, settings, export_id)
        except NoLongerWanted:
            return False
        except Exception:
            async with unit_of_work(engine) as connection:
                await connection.execute(_FAILED, {"id": export_id, "most": MOST_FAILURES})
            raise


async def _make(engine: AsyncEngine, clock: Clock, settings: Settings, export_id: UUID) -> bool:
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        async with connection.begin():
            if not (await connection.execute(_ALONE, {"id": str(export_id)})).scalar_one():
                return False
            found = (await connection.execute(_READ, {"id": export_id})).mappings().one_or_none()
            if found is None:
                return False
            row = {**found}
            now = clock.now()
            at = await _told_until(connection, now)
            asked = await _asked(connection, settings, row, now)

            async def tell(people: int, of: int) -> None:
                # Another connection than ours is needed for it, and would be waited for in vain.
                if settings.pool_size > 1:
                    await _tell(engine, export_id, people, of)

            await fill(connection, export_id, asked, row["types"], _actor(row), now, tell)
            await connection.execute(_DONE, {"id": export_id, "at": at, "done": clock.now()})
    return True


async def _told_until(connection: AsyncConnection, now: datetime) -> datetime:
    """The instant up to which everything is told: now, or when the oldest began that is still being written."""
    oldest: datetime | None = (await connection.execute(_OLDEST_WRITER)).scalar_one()
    return now if oldest is None else min(now, oldest)


async def _asked(connection: AsyncConnection, settings: Settings, row: Mapping[str, Any], now: datetime) -> Asked:
    since: datetime | None = row["since"]
    if since is not None:
        policies = await load(connection, settings.profile)
        since -= timedelta(seconds=policies.on("list_export_since_overlap_seconds", london_date(now)))
    return Asked(row["practice_id"], own=row["owner_id"] is not None, since=since)


def _actor(row: Mapping[str, Any]) -> Actor:
    return Actor(ActorKind(row["actor_kind"]), row["actor_name"], row["for_ods"])


async def _tell(engine: AsyncEngine, export_id: UUID, people: int, of: int) -> None:
    """Say how far it is. Raises NoLongerWanted."""
    async with unit_of_work(engine) as connection:
        told = await connection.execute(_PROGRESS, {"id": export_id, "people": people, "of": of})
        if told.one_or_none() is None:
            raise NoLongerWanted
