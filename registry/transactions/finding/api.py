"""The matcher over HTTP: who somebody is, why two records are alike, and why a decision was as it was.

What names people travels in bodies alone, so that no address bar and no log of requests holds it.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from registry.audit.record import record_read
from registry.database import Writes, to_json
from registry.errors import bad_request, not_found, unprocessable
from registry.http.dependencies import Now, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.security.scope import out_of_scope
from registry.transactions.finding.asked import DescribedPerson, NumberedPair
from registry.transactions.finding.explain_pair import NOBODY, Unknown, explain_pair
from registry.transactions.finding.find import Found, find
from registry.transactions.finding.replay_stored import replay_stored

router = APIRouter(prefix="/api/match", tags=["matching"])

Finder = Annotated[Caller, Depends(require(Permission.FIND_PEOPLE))]


@router.post("", summary="Who is this?")
async def match_person(caller: Finder, connection: UnitOfWork, clock: Now, body: DescribedPerson) -> Response:
    """Look for a described person, without doing anything.

    `outcome` is what a registration would be told: certain, possible or none. Each candidate has a score
    (log2 odds), a probability, a grade (certain, probable, possible) and the waterfall that leads to them.
    Of somebody protected only the grade is told, and where they live has no part in it.
    """
    return await _answer(connection, caller, clock, "match", await find(connection, body.demographics()))


@router.post(
    "/explain",
    summary="Why are two records alike?",
    responses={
        404: {"description": "Nobody who may be compared here has one of the numbers."},
        422: {"description": "Both numbers are of one record."},
    },
)
async def explain_match(caller: Finder, connection: UnitOfWork, clock: Now, body: NumberedPair) -> Response:
    """The waterfall of two records of the register, by both sets of weights. The order of the two makes no difference
    but for whose number stands first."""
    match await explain_pair(connection, body.first, body.second):
        case Unknown(sentence=sentence, field=field, is_malformed=True):
            raise bad_request(sentence, field)
        case Unknown(sentence=sentence) if sentence == NOBODY:
            raise not_found(sentence)
        case Unknown(sentence=sentence, field=field):
            raise unprocessable(sentence, field)
        case Found() as found:
            return await _answer(connection, caller, clock, "match-explanation", found)


@router.get("/decisions/{handle}", summary="Replay a decision")
async def replay_decision(
    caller: Finder,
    connection: UnitOfWork,
    clock: Now,
    handle: Annotated[UUID, Path(description="The id of a decision, or of the transaction for which it was taken.")],
) -> Response:
    """Decisions of the matcher as they were stored, and decided again from the stored levels.

    `is_same` says that the same weights gave the same scores and outcome; `model_at_hand` and
    `normaliser_at_hand` whether the versions that decided are still in use.
    """
    found = await replay_stored(connection, handle)
    if found is None:
        raise out_of_scope("decision")
    return await _answer(connection, caller, clock, "match-decision", found)


async def _answer(connection: UnitOfWork, caller: Caller, clock: Now, what: str, found: Found) -> Response:
    writes = Writes()
    record_read(writes, caller.actor, what, clock.now(), found.patient_ids)
    await writes.flush(connection)
    content: Any = found.answer
    return Response(to_json(content), media_type="application/json")
