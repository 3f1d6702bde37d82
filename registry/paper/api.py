"""Paper over HTTP: the batches, and what may be done with them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.http.dependencies import Now, UnitOfWork
from registry.paper.acts import PAPER
from registry.paper.read import MOST_AT_ONCE, list_batches, read_batch
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import out_of_scope, scope_of
from registry.transactions.acts.api import routes_of

router = APIRouter()
_look = APIRouter(prefix="/api/paper", tags=["paper"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]


@_look.get("/batches", summary="Batches of paper forms")
async def list_paper_batches(
    caller: Reader,
    connection: UnitOfWork,
    practice: Annotated[str | None, Query(max_length=10, description="ODS code.")] = None,
    closed: Annotated[bool, Query(description="Those that are closed too.")] = False,
    after: Annotated[UUID | None, Query(description="The last batch of the page before.")] = None,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """Batches with their control totals, in the order in which they were opened."""
    found = await list_batches(connection, scope_of(caller), practice=practice, closed=closed, after=after, limit=count)
    return _answer({"batches": found, "next": found[-1]["id"] if len(found) == count else None})


@_look.get("/batches/{batch_id}", summary="One batch with its forms")
async def read_paper_batch(
    caller: Reader, connection: UnitOfWork, clock: Now, batch_id: Annotated[UUID, Path(description="The batch's id.")]
) -> Response:
    """The batch, and what became of each form that was dealt with."""
    found = await read_batch(connection, scope_of(caller), batch_id)
    if found is None:
        raise out_of_scope("batch of forms")
    writes = Writes()
    seen = {form["patient_id"] for form in found["forms"] if form["patient_id"] is not None}
    record_read(writes, caller.actor, "paper-batch", clock.now(), seen, subject={"paper_batch": str(batch_id)})
    await writes.flush(connection)
    return _answer(found)


def _answer(content: object) -> Response:
    return Response(to_json(content), media_type="application/json")


router.include_router(_look)
router.include_router(routes_of((PAPER,)))
