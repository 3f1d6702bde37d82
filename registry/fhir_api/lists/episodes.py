"""The registrations of people of one list, as EpisodeOfCare: what the list's practice would read of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.outcomes import Json
from registry.fhir_api.work.dates import Between
from registry.fhir_api.work.episodes.store import Wanted, find_episodes
from registry.fhir_api.work.episodes.to_fhir import episode_resource
from registry.security.callers import Caller, Role
from registry.values.actor import Actor

_PRESENT = Wanted(statuses=("active", "onhold"))
_PAST = Wanted(statuses=("finished",))
_AT_ONCE = 1_000


async def registrations_of(
    connection: AsyncConnection, actor: Actor, list_id: UUID, people: Sequence[UUID], since: datetime | None
) -> list[Json]:
    """The present registrations of people on a list, and with `since` those on it that ended from then on."""
    reader = Caller(actor, list_id, Role.APP_READ)
    found = await _all(connection, reader, replace(_PRESENT, people=people))
    if since is not None:
        found += await _all(connection, reader, replace(_PAST, people=people, changed=Between(since=since)))
    return found


async def _all(connection: AsyncConnection, reader: Caller, wanted: Wanted) -> list[Json]:
    found: list[Json] = []
    after: UUID | None = None
    while True:
        rows = await find_episodes(connection, reader, wanted, limit=_AT_ONCE, after=after)
        found += [episode_resource(row) for row in rows]
        if len(rows) < _AT_ONCE:
            return found
        after = rows[-1]["id"]
