"""What a search found as a page of resources."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fhir.bundles import Entry, searchset
from registry.fhir.outcomes import Json
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.paging import next_url


async def bundle_of(
    call: Call,
    connection: AsyncConnection,
    resources: Sequence[Json],
    size: int,
    place_of: Callable[[Json], list[Any]],
) -> Answer:
    """A page of at most `size` resources; one more than that means that there is another page."""
    shown = resources[:size]
    following = await next_url(call, connection, place_of(shown[-1])) if len(resources) > size else None
    entries = [Entry(each, call.url(f"{each['resourceType']}/{each['id']}"), {"mode": "match"}) for each in shown]
    now = call.clock.now().isoformat(timespec="seconds")
    return Answer(searchset(entries, self_url=call.self_url, timestamp=now, next_url=following))
