"""What every interaction does alike: headers and parameters, the unit of work, the audit of refusals, the answer.

1. The conversation is checked: X-Request-ID, Accept, Content-Type, parameters that nobody knows.
2. The handler works in one unit of work, which is done again where a neighbour stood in the way.
3. An interaction that changes something is done once: the same request again gets the stored answer.
4. A refusal is audited, since asking for what one may not see tells something too; all but that one asks too often.
"""

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from registry.audit.record import record
from registry.database import Writes, unit_of_work
from registry.errors import RequestError
from registry.fhir_api.call import Answer, Call
from registry.fhir_api.conversation import check_open, read_call
from registry.fhir_api.interaction import Handler, Interaction
from registry.fhir_api.once import StoredAnswer, once
from registry.fhir_api.rates import spend
from registry.http.dependencies import engine_of, policies_of
from registry.jobs.enqueue import enqueue
from registry.policies.store import Policies
from registry.retry import IN_THE_WAY, OVERTAKEN, retrying
from registry.security.callers import Caller


async def carry_out(request: Request, caller: Caller, declared: Interaction, handler: Handler) -> Response:
    """Answer a request. Raises RequestError, which is audited first."""
    engine = engine_of(request)
    policies = await _policies(request)
    spend(request, caller, declared, policies)
    try:
        call = await read_call(request, caller, declared, policies)

        async def work(connection: AsyncConnection) -> Response:
            return await _answered(connection, call, declared, handler)

        return await retrying(engine, work, OVERTAKEN if declared.changes else IN_THE_WAY)
    except RequestError as error:
        await _note_refusal(request, caller, declared, error)
        raise


async def tell(request: Request, declared: Interaction, handler: Handler) -> Response:
    """Answer a request that anybody may send. Raises RequestError."""
    check_open(request, declared)
    answer: Answer = await handler(request)
    headers = {"Cache-Control": "public, max-age=60", **answer.headers}
    return Response(orjson.dumps(answer.resource), answer.status, headers, answer.media)


async def _policies(request: Request) -> Policies:
    store = policies_of(request)
    known = store.known()
    if known is not None:
        return known
    async with engine_of(request).connect() as connection:
        return await store.current(connection)


async def _answered(connection: AsyncConnection, call: Call, declared: Interaction, handler: Handler) -> Response:
    async def work() -> StoredAnswer:
        return _stored(call, await handler(call, connection))

    if declared.changes:
        stored = await once(connection, call, work)
    else:
        answer = await handler(call, connection)
        stored = _stored(call, answer)
        if answer.stream is not None:
            return StreamingResponse(answer.stream, stored.status, dict(stored.headers), stored.media)
    return Response(stored.body, stored.status, dict(stored.headers), stored.media)


def _stored(call: Call, answer: Answer) -> StoredAnswer:
    headers = {"Cache-Control": "no-store", **answer.headers}
    if answer.version is not None:
        headers["ETag"] = f'W/"{answer.version}"'
    if answer.location is not None:
        headers["Location"] = call.url(answer.location)
    wanted = call.header("prefer") or ""
    minimal = "return=minimal" in wanted and answer.status in (200, 201) and call.request.method in ("POST", "PATCH")
    body = (
        b"" if answer.resource is None or (minimal and _is_what_was_written(answer)) else orjson.dumps(answer.resource)
    )
    return StoredAnswer(answer.status, headers, answer.media, body)


def _is_what_was_written(answer: Answer) -> bool:
    """Whether the body only repeats what was written, so that a caller may do without it: never an outcome."""
    kind = answer.resource.get("resourceType") if isinstance(answer.resource, dict) else None
    return kind not in (None, "OperationOutcome", "Bundle", "Parameters")


async def _note_refusal(request: Request, caller: Caller, declared: Interaction, error: RequestError) -> None:
    writes = Writes()
    asked = {"method": declared.method, "route": declared.path, "status": error.status, "code": error.spine}
    async with unit_of_work(engine_of(request)) as connection:
        record(writes, caller.actor, "fhir.refused", request.app.state.clock.now(), subject=asked)
        await writes.flush(connection)
        if error.mended_by is not None:
            await enqueue(connection, error.mended_by, {}, dedupe_key=error.mended_by)
