"""Letters over HTTP: what was decided to be sent, and what became of it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.http.dependencies import Now, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import out_of_scope, scope_of
from registry.transactions.letters.look import MOST_AT_ONCE, letter_totals, list_letters, read_letter
from registry.transactions.matters.entrusted import kinds_hidden_from

router = APIRouter(prefix="/api", tags=["letters"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]


@router.get("/letters", summary="Letters")
async def list_all_letters(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    state: Annotated[Literal["queued", "handed-over", "posted", "suppressed", "returned"] | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=20, description="REM-1, REM-3 ...")] = None,
    batch: Annotated[int | None, Query(description="Only those of this batch.")] = None,
    after: Annotated[int | None, Query(description="The reference of the last letter of the page before.")] = None,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """In the order in which they were decided. `totals` are of all: decided = queued + handed over + posted
    + suppressed, and those suppressed are itemised by reason. `next` names where the next page starts."""
    scope = scope_of(caller)
    hidden = kinds_hidden_from(caller.may)
    found = await list_letters(
        connection, scope, state=state, kind=kind, batch=batch, after=after, limit=count, hidden=hidden
    )
    totals = await letter_totals(connection, scope)
    await _record(connection, caller, clock, found)
    following = found[-1]["reference"] if len(found) == count else None
    return _answer({"letters": found, "totals": totals, "next": following})


@router.get("/letters/{letter_id}", summary="One letter")
async def read_one_letter(
    caller: Reader, connection: UnitOfWork, clock: Now, letter_id: Annotated[UUID, Path(description="The letter's id.")]
) -> Response:
    """The letter with what it says, as frozen."""
    hidden = kinds_hidden_from(caller.may)
    found = await read_letter(connection, scope_of(caller), letter_id=letter_id, hidden=hidden)
    if found is None:
        raise out_of_scope("letter")
    await _record(connection, caller, clock, [found])
    return _answer(found)


async def _record(connection: UnitOfWork, caller: Caller, clock: Now, found: Any) -> None:
    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, caller.actor, "letters", clock.now(), seen)
    await writes.flush(connection)


def _answer(content: object) -> Response:
    return Response(to_json(content), media_type="application/json")
