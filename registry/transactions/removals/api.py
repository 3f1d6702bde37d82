"""The pending removals over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.http.dependencies import Now, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import scope_of
from registry.transactions.removals.look import MOST_AT_ONCE, list_removals

router = APIRouter(prefix="/api", tags=["removals"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]


@router.get("/removals", summary="Pending removals")
async def list_pending_removals(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    practice: Annotated[str | None, Query(max_length=10, description="ODS code.")] = None,
    due_on: Annotated[date | None, Query(description="Only those of this day.")] = None,
    held: Annotated[bool, Query(description="Only those whose day has come, and which wait for something.")] = False,
    closed: Annotated[bool, Query(description="Those that are at their end too.")] = False,
    after: Annotated[UUID | None, Query(description="The last removal of the page before.")] = None,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """By day, then by number; those that have no day yet come last. `next` names where the next page starts."""
    found = await list_removals(
        connection,
        scope_of(caller),
        practice=practice,
        due_on=due_on,
        held=held,
        closed=closed,
        after=after,
        limit=count,
    )
    writes = Writes()
    record_read(writes, caller.actor, "removals", clock.now(), {each["patient_id"] for each in found})
    await writes.flush(connection)
    content = {"removals": found, "next": found[-1]["id"] if len(found) == count else None}
    return Response(to_json(content), media_type="application/json")
