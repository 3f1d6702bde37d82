"""The façade's routes. Paths, headers and status codes are those of the public GP Links adaptor."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from registry.database import unit_of_work
from registry.errors import RequestError, conflict, not_found
from registry.fhir.outcomes import outcome
from registry.http.answers import error_answer, json_answer
from registry.http.dependencies import Engine, Now, clock_of, engine_of, policies_of
from registry.links.facade import published
from registry.links.facade.acknowledge import acknowledge, read_message_name
from registry.links.facade.faults import Fault, refusal_of
from registry.links.facade.inbox import read_inbox
from registry.links.facade.read_request import read_amendment, read_operation
from registry.links.facade.receive_body import CONVERSATION, content_hash, conversation_id, read_document
from registry.links.facade.request_numbers import NumberedRequest, OtherContent
from registry.links.facade.sender import PARTNER_FIELD, practice_named, sender_of
from registry.links.facade.submit import Busy, Submission, Taken, submit
from registry.links.items import Items, TransactionType
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.values.clock import today

router = APIRouter(prefix="/fhir", tags=["GP Links façade"])

Sender = Annotated[Caller, Depends(require(Permission.SEND_TRANSACTIONS))]
Reader = Annotated[Caller, Depends(require(Permission.READ_INBOX))]

OPERATIONS = {
    "acceptance": TransactionType.G1,
    "removal": TransactionType.G3,
    "deduction": TransactionType.G5,
}
"""Operations on Patient that a practice posts, by the last part of their name."""

DEFAULT_COUNT = 50
MOST_COUNT = 200
RETRY_AFTER_SECONDS = 1


Read = Callable[[object, date], Items | list[Fault]]
"""From a body and today's date to the items, or to what is wrong."""


async def _answer(request: Request, caller: Caller, name: str, read: Read) -> Response:
    """Read, find the practice, and consider: 202 with the two ids, or why not."""
    engine, clock = engine_of(request), clock_of(request)
    document = await read_document(request)
    items = read(document, today(clock))
    if isinstance(items, list):
        raise refusal_of(items)
    sender = await sender_of(engine, caller, items)
    body, number = await request.body(), conversation_id(request)
    numbered = NumberedRequest(sender, number, body, content_hash(name, document), clock.now())
    match await submit(engine, policies_of(request), clock, Submission(numbered, items, caller.actor)):
        case Taken(operation_id=operation_id):
            return Response(status_code=202, headers={"OperationId": operation_id, CONVERSATION: number})
        case OtherContent():
            raise conflict(f"The {CONVERSATION} was used before for a request with other content.", CONVERSATION)
        case Busy():
            busy = RequestError(503, "transient", "The register is busy; send the same request again in a moment.")
            return error_answer(request.url.path, busy, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _operation(name: str, kind: TransactionType) -> Callable[..., Awaitable[Response]]:
    async def operation(request: Request, caller: Sender) -> Response:
        return await _answer(request, caller, name, partial(read_operation, kind))

    return operation


for _name, _kind in OPERATIONS.items():
    router.add_api_route(
        f"/Patient/$nhais.{_name}",
        _operation(_name, _kind),
        methods=["POST"],
        name=_name,
        status_code=202,
        response_class=Response,
        summary=published.SUMMARIES[_name],
        responses=published.TAKEN,
        openapi_extra=published.request_body(_name),
    )


@router.post("/Patient/{operation:path}", include_in_schema=False)
async def unknown_operation(operation: str, caller: Sender) -> Response:
    """Any other name is no operation of the façade."""
    raise not_found("There is no such operation; known are $nhais." + ", $nhais.".join(OPERATIONS) + ".")


@router.patch(
    "/Patient/{nhsNumber:path}",
    status_code=202,
    response_class=Response,
    summary=published.SUMMARIES["amendment"],
    responses=published.TAKEN,
    openapi_extra=published.request_body("amendment"),
)
async def amendment(
    nhs_number: Annotated[str, Path(alias="nhsNumber", description="As in the body; old formats may hold slashes.")],
    request: Request,
    caller: Sender,
) -> Response:
    if nhs_number.startswith("$"):
        raise HTTPException(405, headers={"Allow": "POST"})
    return await _answer(request, caller, "amendment", partial(read_amendment, nhs_number))


@router.get("/$nhais.inbox", summary=published.SUMMARIES["inbox"], responses=published.INBOX, response_class=Response)
async def inbox(
    caller: Reader,
    engine: Engine,
    clock: Now,
    count: Annotated[
        str | None, Query(alias="_count", description="Most messages to return: 50 unless given, 200 at most.")
    ] = None,
    partner_code: Annotated[
        str | None, Query(alias=PARTNER_FIELD, description="Whose inbox; needed with a token of the office.")
    ] = None,
) -> Response:
    practice_id = caller.practice_id
    if partner_code is not None:
        practice_id = (await practice_named(engine, caller, partner_code)).id
    if practice_id is None:
        raise refusal_of([Fault("invalid", PARTNER_FIELD, "missing; the office says whose inbox it wants")])
    wanted = _count(count)
    async with unit_of_work(engine) as connection:
        bundle = await read_inbox(connection, practice_id, wanted, caller, clock)
    return json_answer(bundle, headers={"Cache-Control": "no-store"})


def _count(text: str | None) -> int:
    if text is None:
        return DEFAULT_COUNT
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise refusal_of([Fault("invalid", "_count", "must be a whole number above 0")])
    return min(int(text), MOST_COUNT)


@router.post(
    "/$nhais.acknowledge",
    summary=published.SUMMARIES["acknowledge"],
    responses=published.ACKNOWLEDGED,
    openapi_extra=published.request_body("acknowledge"),
    response_class=Response,
)
async def acknowledgement(request: Request, caller: Reader, engine: Engine, clock: Now) -> Response:
    message = read_message_name(await read_document(request))
    if isinstance(message, list):
        raise refusal_of(message)
    async with unit_of_work(engine) as connection:
        known = await acknowledge(connection, caller, message, clock)
    if not known:
        raise not_found("The inbox has given out no such message, or not to this practice.")
    text = "Every message up to and with this one is acknowledged."
    return json_answer(outcome("informational", text, severity="information"))
