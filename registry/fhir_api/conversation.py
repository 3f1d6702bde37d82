"""The conversation around a request: headers that must be there, formats, parameters that are known.

Source: PDS FHIR API, headers and errors. What a gateway would set (trust headers) is never read here: who asks
is told by the token alone.
"""

import re
from collections.abc import Iterable
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
        "application/ndjson",
        "*/*",
        "application/*",
    }
)
_SESSION = "NHSD-Session-URID"
_ORGANISATION = "NHSD-End-User-Organisation-ODS"
_FORM = "application/x-www-form-urlencoded"
_GENERAL = frozenset({"_format", "_pretty"})
"""Parameters that any interaction takes."""
_CORRELATION = re.compile(r"[!-~]([ -~]{0,253}[!-~])?\Z")
_ODS_CODE = re.compile(r"[0-9A-Z]{3,10}\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")


async def read_call(request: Request, caller: Caller, declared: Interaction, policies: Policies) -> Call:
    """The call of a request. Raises RequestError where the conversation is not as it should be."""
    request_id = _request_id(request)
    _check_correlation(request)
    _check_session(request, caller)
    _check_organisation(request, caller)
    check_format(request)
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
        base=base_of(request),
    )


def check_open(request: Request, declared: Interaction) -> None:
    """What of the conversation is checked where anybody may ask. Raises RequestError."""
    check_format(request)
    if "x-request-id" in request.headers:
        _request_id(request)
    _check_correlation(request)
    _query(request, declared, b"", lenient="handling=lenient" in (request.headers.get("prefer") or ""))
    for each in declared.parameters:
        value = request.query_params.get(each.name)
        if value is not None and each.choices and value not in each.choices:
            raise refusals.invalid(value, each.name)


def base_of(request: Request) -> str:
    """The address of the API as its callers reach it, without a slash at the end."""
    return (settings_of(request).public_url or str(request.base_url)).rstrip("/") + FHIR_BASE


def _request_id(request: Request) -> str:
    text = request.headers.get("x-request-id")
    if text is None:
        raise refusals.missing_header("X-Request-ID")
    if not _UUID.match(text):
        raise refusals.invalid_header(text, "X-Request-ID")
    return str(UUID(text))


def _check_correlation(request: Request) -> None:
    text = request.headers.get("x-correlation-id")
    if text is not None and not _CORRELATION.match(text):
        raise refusals.invalid_header(text, "X-Correlation-ID")


def _check_session(request: Request, caller: Caller) -> None:
    """The role that a person has chosen for the session: digits, and one of those that their token names."""
    text = request.headers.get(_SESSION)
    if text is None:
        return
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise refusals.invalid_header(text, _SESSION)
    if caller.role_ids and text not in caller.role_ids:
        raise refusals.invalid_header(text, _SESSION)


def _check_organisation(request: Request, caller: Caller) -> None:
    """Whom the request is made for: the caller's own practice. The office asks for everybody, and is not narrowed."""
    text = request.headers.get(_ORGANISATION)
    if text is None:
        return
    if not _ODS_CODE.match(text):
        raise refusals.invalid_header(text, _ORGANISATION)
    if not caller.is_office and text != caller.actor.practice_ods:
        raise refusals.denied(f"The header {_ORGANISATION} does not name the practice that this token is for")


def check_format(request: Request) -> None:
    """Raises RequestError (406) where no format is asked for that is offered."""
    asked = request.query_params.get("_format")
    accepted = asked.replace(" ", "+") if asked is not None else request.headers.get("accept") or "*/*"
    kinds = {each.partition(";")[0].strip().lower() for each in accepted.split(",")}
    if not kinds & JSON_FORMATS:
        raise refusals.refusal(406, "NOT_ACCEPTABLE", "Only application/fhir+json is offered", "Accept")


def _check_content_type(request: Request, declared: Interaction, body: bytes) -> None:
    media = (_FORM,) if declared.form else declared.body.media if declared.body is not None else ()
    if not media or not body:
        return
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in media:
        # PDS has 400 for it, and no 415.
        taken = " or ".join(media)
        raise refusals.refusal(400, "UNSUPPORTED_SERVICE", f"The body must be sent as {taken}", "Content-Type")


def _query(request: Request, declared: Interaction, body: bytes, *, lenient: bool) -> tuple[tuple[str, str], ...]:
    pairs = list(request.query_params.multi_items())
    if declared.form:
        pairs += parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    known = {each.name for each in declared.parameters}
    unknown = [name for name, _ in pairs if name not in known and name not in _GENERAL]
    if unknown and not lenient:
        raise refusals.additional(*dict.fromkeys(unknown))
    taken = tuple((name, value) for name, value in pairs if name in known)
    _check_values(taken, declared)
    return taken


def _check_values(pairs: Iterable[tuple[str, str]], declared: Interaction) -> None:
    """No value is empty, and each is of the form that the published description gives its parameter."""
    patterns = {each.name: each.pattern for each in declared.parameters}
    for name, value in pairs:
        pattern = patterns[name]
        if not value or (pattern is not None and not re.fullmatch(pattern, value)):
            raise refusals.invalid(value, name)
