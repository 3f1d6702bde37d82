"""Matters and acts over HTTP: see what is open, and do what the office does."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.http.dependencies import Now, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import out_of_scope, scope_of
from registry.transactions.acts.api import routes_of
from registry.transactions.counter_fraud.api import router as counter_fraud
from registry.transactions.letters.api import router as letters
from registry.transactions.liaison.look import cases_about
from registry.transactions.matters.entrusted import kinds_hidden_from
from registry.transactions.matters.read import MOST_AT_ONCE, list_matters, read_matter
from registry.transactions.office_acts import OFFICE_ACTS
from registry.transactions.removals.api import router as removals

router = APIRouter()
_look = APIRouter(prefix="/api", tags=["matters"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]


@_look.get("/matters", summary="The office's matters")
async def list_open_matters(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    owner: Annotated[str | None, Query(max_length=60)] = None,
    closed: Annotated[bool, Query(description="Those that are at their end too.")] = False,
    after: Annotated[UUID | None, Query(description="The last matter of the page before.")] = None,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """Open matters in the order in which they were opened. `next` names where the next page starts."""
    hidden = kinds_hidden_from(caller.may)
    found = await list_matters(
        connection, scope_of(caller), kind=kind, owner=owner, closed=closed, after=after, limit=count, hidden=hidden
    )
    await _record(connection, caller, clock, found)
    return _answer({"matters": found, "next": found[-1]["id"] if len(found) == count else None})


@_look.get("/matters/{matter_id}", summary="One matter with its history")
async def read_one_matter(
    caller: Reader, connection: UnitOfWork, clock: Now, matter_id: Annotated[UUID, Path(description="The matter's id.")]
) -> Response:
    """The matter as it stands, every event of it, and the cases with other bodies that were opened for its sake."""
    hidden = kinds_hidden_from(caller.may)
    found = await read_matter(connection, scope_of(caller), matter_id, hidden=hidden)
    if found is None:
        raise out_of_scope("matter")
    await _record(connection, caller, clock, [found])
    return _answer({**found, "cases": await cases_about(connection, matter_id, hidden=hidden)})


async def _record(connection: UnitOfWork, caller: Caller, clock: Now, found: Any) -> None:
    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, caller.actor, "matters", clock.now(), seen)
    await writes.flush(connection)


def _answer(content: object) -> Response:
    return Response(to_json(content), media_type="application/json")


router.include_router(_look)
router.include_router(removals)
router.include_router(letters)
router.include_router(counter_fraud)
router.include_router(routes_of(OFFICE_ACTS))
