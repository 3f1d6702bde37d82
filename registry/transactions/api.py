"""The queue over HTTP: see it, look at a case, decide it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from registry.anomalies.store import MOST_AT_ONCE, list_cases
from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.errors import bad_request, unprocessable
from registry.http.dependencies import Engine, Now, PoliciesInForce, UnitOfWork
from registry.retry import retrying
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import out_of_scope, scope_of
from registry.transactions.context import Context
from registry.transactions.judging.decide_pair import Judgement
from registry.transactions.settle import Action, Decision, Impossible, NoSuchCase, Settled, Stale, settle
from registry.transactions.show_case import show_case

router = APIRouter(prefix="/api", tags=["anomalies"])

Reader = Annotated[Caller, Depends(require(Permission.READ_ANOMALIES))]
Decider = Annotated[Caller, Depends(require(Permission.DECIDE_ANOMALIES))]
CaseId = Annotated[UUID, Path(description="The case's id.")]


class DecisionBody(BaseModel):
    """What a person decided, and why."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(description="The version of the case that was looked at.", examples=[1])
    action: Action = Field(
        description="`accept` a person as the one meant; `create` a new one; `reject` to the practice; `close` a case"
        " that asks for no remedy. Of two records: `same` person, `different` people, two of one `household`,"
        " `undecided` for a later day, `escalate` to another person."
    )
    nhs_number: str | None = Field(None, description="With `accept`: the person.", examples=["9990000018"])
    patient_id: UUID | None = Field(None, description="With `accept`: somebody of the case who has no number.")
    code: str | None = Field(None, description="With `reject`: a code of the case's `reject_codes`.", examples=["7"])
    reason: str = Field(min_length=1, max_length=2000, description="Why; kept, and never sent.")


@router.get("/anomalies", summary="The queue")
async def list_anomalies(
    caller: Reader,
    connection: UnitOfWork,
    clock: Now,
    state: Annotated[Literal["open", "decided", "any"] | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    practice: Annotated[str | None, Query(max_length=10, description="ODS code.")] = None,
    after: Annotated[UUID | None, Query(description="The last case of the page before.")] = None,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Response:
    """Cases in the order in which they were opened. `next` names where the next page starts."""
    cases = await list_cases(
        connection,
        scope_of(caller),
        state=None if state == "any" else state,
        kind=kind,
        practice=practice,
        after=after,
        limit=count,
    )
    writes = Writes()
    seen = {patient_id for case in cases for patient_id in case["patient_ids"]}
    record_read(writes, caller.actor, "anomalies", clock.now(), seen)
    await writes.flush(connection)
    return _answer({"cases": cases, "next": cases[-1]["id"] if len(cases) == count else None})


@router.get("/anomalies/{case_id}", summary="One case with its evidence")
async def read_anomaly(caller: Reader, connection: UnitOfWork, clock: Now, case_id: CaseId) -> Response:
    """The case, what the practice asked, and the people it may concern."""
    return _answer(await _shown(connection, caller, clock, case_id))


@router.post(
    "/anomalies/{case_id}/decision",
    summary="Decide a case",
    responses={
        409: {"description": "The facts have moved since they were looked at: here they are as they are now."},
        422: {"description": "The decision cannot be carried out; the sentence says why, and the case stays open."},
    },
)
async def decide_anomaly(
    caller: Decider, engine: Engine, clock: Now, policies: PoliciesInForce, case_id: CaseId, body: DecisionBody
) -> Response:
    """Carry out a decision. It names the version of the case that was seen."""
    if body.action == "accept" and not (body.nhs_number or body.patient_id):
        raise bad_request("nhs_number or patient_id is missing: whom does it mean?", "nhs_number", code="required")
    decision = Decision(body.action, body.version, body.reason, body.nhs_number, body.code, body.patient_id)

    async def work(connection: AsyncConnection) -> Response:
        context = Context(caller.actor, clock, await policies.current(connection))
        match await settle(connection, context, case_id, decision):
            case NoSuchCase():
                raise out_of_scope("case")
            case Impossible(sentence=sentence, field=field):
                raise unprocessable(sentence, field)
            case Stale():
                return _answer(await _shown(connection, caller, clock, case_id), status=409)
            case Settled(judgement=Judgement() as judged):
                told = {"sentence": judged.sentence, "matter": judged.matter_id}
                return _answer({"id": case_id, "state": judged.state, "outcome": None, **told})
            case Settled(outcome=outcome):
                return _answer({"id": case_id, "state": "decided", "outcome": outcome})

    # A neighbour may stand in the way: the clerk need not know.
    return await retrying(engine, work)


async def _shown(connection: UnitOfWork, caller: Caller, clock: Now, case_id: UUID) -> dict[str, Any]:
    found = await show_case(connection, scope_of(caller), case_id)
    if found is None:
        raise out_of_scope("case")
    case, seen = found
    writes = Writes()
    record_read(writes, caller.actor, "anomaly", clock.now(), seen, subject={"anomaly": case_id})
    await writes.flush(connection)
    return case


def _answer(content: object, status: int = 200) -> Response:
    return Response(to_json(content), status, media_type="application/json")
