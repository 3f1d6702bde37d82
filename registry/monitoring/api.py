"""Monitoring over HTTP: what is open, the run sheet, the balances, and signing one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.errors import not_found
from registry.http.dependencies import Now, PoliciesInForce, UnitOfWork
from registry.monitoring.acts import MONITOR
from registry.monitoring.read_balance import read_balance
from registry.monitoring.run_sheet import run_sheet
from registry.monitoring.work import MOST_AT_ONCE, count_work, list_work
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import scope_of
from registry.transactions.acts.api import routes_of
from registry.transactions.context import Context
from registry.transactions.matters.entrusted import kinds_hidden_from

router = APIRouter()
_look = APIRouter(prefix="/api", tags=["monitor"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]
Owner = Annotated[str | None, Query(max_length=40, description="Whose move it is.")]
Kind = Annotated[str | None, Query(max_length=40, description="transaction, case, matter, letter, message ...")]
Ods = Annotated[str | None, Query(max_length=10, description="ODS code.")]


@_look.get("/work", summary="Everything that is open")
async def list_open_work(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    owner: Owner = None,
    practice: Ods = None,
    kind: Kind = None,
    late: Annotated[bool, Query(description="Only what is late.")] = False,
    skip: Annotated[int, Query(ge=0, le=100_000, description="How many to pass over.")] = 0,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """What is open, in the order in which it falls due: whose move it is, what is waited for, by when.

    `counts` tells of all that was asked for, by owner and kind.
    """
    scope, now = scope_of(caller), clock.now()
    hidden = kinds_hidden_from(caller.may)
    found = await list_work(
        connection, scope, now, owner=owner, practice=practice, kind=kind, late=late, skip=skip, limit=count,
        hidden=hidden,
    )  # fmt: skip
    counts = await count_work(connection, scope, now, owner=owner, practice=practice, kind=kind, late=late)
    writes = Writes()
    seen = {each["patient_id"] for each in found if each["patient_id"] is not None}
    record_read(writes, caller.actor, "work", now, seen)
    await writes.flush(connection)
    return _answer({"work": found, "counts": counts})


@_look.get("/monitor/run-sheet", summary="The morning's run sheet")
async def read_run_sheet(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    policies: PoliciesInForce,
    on: Annotated[date | None, Query(description="Another day than today.")] = None,
) -> Response:
    """What the office begins the day with. Counts, codes and ids only."""
    context = Context(caller.actor, clock, await policies.current(connection))
    return _answer(await run_sheet(connection, context, on))


@_look.get("/monitor/balances/{day}", summary="A day's balance")
async def read_daily_balance(
    caller: Reader,
    connection: UnitOfWork,
    day: Annotated[date, Path(description="The London day.")],
    differing: Annotated[bool, Query(description="Only the practices that do not balance.")] = False,
) -> Response:
    """The day's figures, practice by practice, and who signed them."""
    found = await read_balance(connection, scope_of(caller), day, differing=differing)
    if found is None:
        raise not_found("This day was not balanced.")
    return _answer(found)


def _answer(content: object) -> Response:
    return Response(to_json(content), media_type="application/json")


router.include_router(_look)
router.include_router(routes_of((MONITOR,)))
