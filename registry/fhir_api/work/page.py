"""A page of a search for work: by id, the newest first, with a signed link to the next."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.bundles import Entry, searchset
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.paging import next_url, page_size, position
from registry.fhir_api.work.references import instant

Rows = list[dict[str, Any]]


async def page_of(
    call: Call,
    connection: AsyncConnection,
    kind: str,
    find: Callable[[int, UUID | None], Awaitable[Rows]],
    note: Callable[[Rows], Awaitable[None]],
    to_fhir: Callable[[dict[str, Any]], Json],
) -> Answer:
    """The page that the call asks for. `find` gets how many rows and the id of the last one before them; whoever
    stands in the rows that are shown is noted first. There is no total. Raises RequestError (400) for a bad page."""
    size = page_size(call)
    after = await position(call, connection)
    rows = await find(size + 1, None if after is None else UUID(after[0]))
    shown = rows[:size]
    await note(shown)
    following = await next_url(call, connection, [shown[-1]["id"]]) if len(rows) > size else None
    entries = [Entry(to_fhir(row), call.url(f"{kind}/{row['id']}"), {"mode": "match"}) for row in shown]
    now = instant(call.clock.now())
    return Answer(searchset(entries, self_url=call.self_url, timestamp=now, next_url=following))
