"""The pattern report over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from registry.database import to_json
from registry.errors import unprocessable
from registry.http.dependencies import Now, PoliciesInForce, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.transactions.acts.act import Done, Impossible
from registry.transactions.context import Context
from registry.transactions.counter_fraud.acts import patterns
from registry.transactions.counter_fraud.asked import Patterns

router = APIRouter(prefix="/api", tags=["counter-fraud"])

Entrusted = Annotated[Caller, Depends(require(Permission.WORK_FRAUD))]


@router.get("/counter-fraud/patterns", summary="What is out of the ordinary in practices' lists")
async def read_patterns(
    caller: Entrusted,
    connection: UnitOfWork,
    clock: Now,
    policies: PoliciesInForce,
    from_: Annotated[date | None, Query(alias="from", description="The first day.")] = None,
    to: Annotated[date | None, Query(description="The last day.")] = None,
    practice: Annotated[str, Query(max_length=10, description="Only this practice, and all its figures.")] = "",
) -> Response:
    """Figures beside their thresholds, the median of the other practices, and what explains them. No patients."""
    context = Context(caller.actor, clock, await policies.current(connection))
    asked = Patterns.model_validate({"from": from_, "to": to, "practice": practice})
    answer = await patterns(connection, context, asked)
    match answer:
        case Done(data=data):
            return Response(to_json({"patterns": data}), media_type="application/json")
        case Impossible(sentence=sentence, field=field):
            raise unprocessable(sentence, field)
        case _:
            raise AssertionError(answer)
