"""The conversation around a request: headers that must be there, formats, parameters that are known.

Source: PDS FHIR API, headers and errors. What a gateway would set (trust headers) is never read here: who asks
is told by the token alone.
"""

import re
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.requests import Request

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Interaction
from registry.http.answers import FHIR_BASE
from registry.http.dependencies import clock_of, engine_of, settings_of
from registry.policies.store import Policies
from registry.security.callers import Caller
from registry.transactions.context import Context

JSON_FORMATS = frozenset(
    {
        "application/fhir+json",
        "application/json",
        "json",
        "text/json",
        "application/fhir+ndjson",
        "*/*",
        "application/*",
    }
)
_SESSION = "NHSD-Session-URID"
_GENERAL = frozenset({"_format", "_pretty"})
"""Parameters that any interaction takes."""
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")


async def read_call(request: Request, caller: Caller, declared: Interaction, policies: Policies) -> Call:
    """The call of a request. Raises RequestError where the conversation is not as it should be."""
    request_id = _request_id(request)
    _check_session(request, caller)
    _check_format(request)
    body = await request.body() if declared.is_unsafe else b""
    _check_content_type(request, declared, body)
    lenient = "handling=lenient" in (request.headers.get("prefer") or "").replace(" ", "")
    settings = settings_of(request)
    return Call(
        request=request,
        caller=caller,
        context=Context(caller.actor, clock_of(request), policies, request_id),
        engine=engine_of(request),
        settings=settings,
        query=_query(request, declared, body, lenient=lenient),
        body=body,
        request_id=request_id,
        lenient=lenient,
        base=(settings.public_url or str(request.base_url)).rstrip("/") + FHIR_BASE,
    )


def _request_id(request: Request) -> str:
    text = request.headers.get("x-request-id")
    if text is None:
        raise refusals.missing_header("X-Request-ID")
    if not _UUID.match(text):
        raise refusals.invalid_header(text, "X-Request-ID")
    return str(UUID(text))


def _check_session(request: Request, caller: Caller) -> None:
    """The role that a person has chosen for the session: digits, and one of those that their token names."""
    text = request.headers.get(_SESSION)
    if text is None:
        return
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise refusals.invalid_header(text, _SESSION)
    if caller.role_ids and text not in caller.role_ids:
        raise refusals.invalid_header(text, _SESSION)


def _check_format(request: Request) -> None:
    asked = request.query_params.get("_format")
    accepted = asked.replace(" ", "+") if asked is not None else request.headers.get("accept") or "*/*"
    kinds = {each.partition(";")[0].strip().lower() for each in accepted.split(",")}
    if not kinds & JSON_FORMATS:
        raise refusals.refusal(406, "NOT_ACCEPTABLE", "Only application/fhir+json is offered", "Accept")


def _check_content_type(request: Request, declared: Interaction, body: bytes) -> None:
    wanted = declared.body
    if wanted is None or not body:
        return
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in wanted.media:
        # PDS has 400 for it, and no 415.
        taken = " or ".join(wanted.media)
        raise refusals.refusal(400, "UNSUPPORTED_SERVICE", f"The body must be sent as {taken}", "Content-Type")


def _query(request: Request, declared: Interaction, body: bytes, *, lenient: bool) -> tuple[tuple[str, str], ...]:
    pairs = list(request.query_params.multi_items())
    if declared.form:
        pairs += parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    known = {each.name for each in declared.parameters}
    unknown = [name for name, _ in pairs if name not in known and name not in _GENERAL]
    if unknown and not lenient:
        raise refusals.additional(*dict.fromkeys(unknown))
    return tuple((name, value) for name, value in pairs if name in known)
