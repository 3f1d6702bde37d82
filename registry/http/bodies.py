"""What a body may be: how large, of which kind, and made of what."""

from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.errors import RequestError, bad_request
from registry.http.answers import error_answer, is_fhir
from registry.http.errors import request_error

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes. The largest message of the exchange is a few thousand."""

_JSON_TYPES = frozenset(
    {"application/json", "application/fhir+json", "application/json-patch+json", "application/merge-patch+json"}
)
_FORM = "application/x-www-form-urlencoded"
_FORM_SUFFIXES = ("/_search", "/oauth2/token")
"""Where FHIR and OAuth 2 send forms."""


class BodyGuard:
    """Refuses a body that is too large (413) or of an unknown kind (415) before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        status = _refusal(scope["path"], Headers(scope=scope))
        if status == 415 and scope["method"] == "PATCH" and is_fhir(scope["path"]):
            status = None  # PDS has 400 for it, which the interaction tells
        if status:
            answer = error_answer(scope["path"], request_error(HTTPException(status)))
            await answer(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)


def _refusal(path: str, headers: Headers) -> int | None:
    declared = headers.get("content-length", "0")
    length = int(declared) if declared.isascii() and declared.isdigit() else 0
    if length > LARGEST_BODY:
        return 413
    if length == 0 and "transfer-encoding" not in headers:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _JSON_TYPES or (kind == _FORM and path.endswith(_FORM_SUFFIXES)):
        return None
    return 415


def _counted(receive: Receive) -> Receive:
    """Count what really arrives: a length that was declared need not be true, or may be missing."""
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return count


async def read_json(request: Request) -> Any:
    """The body as JSON. Raises RequestError (400) when there is none, when it is not JSON, or has NUL characters."""
    return parse_json(await request.body())


def parse_json(body: bytes) -> Any:
    """JSON that can be stored. Raises RequestError (400)."""
    if not body.strip():
        raise bad_request("A body is needed.", code="structure")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(400, "structure", f"The body is not JSON: see line {error.lineno}.") from None
    if b"\\u0000" in body and _holds_nul(content):
        raise bad_request("A text holds a NUL character.", code="structure")
    return content


def _holds_nul(content: Any) -> bool:
    """Without recursion: a body may nest deeper than the interpreter's stack."""
    left = [content]
    while left:
        match left.pop():
            case str() as text if "\0" in text:
                return True
            case dict() as fields:
                left += [*fields, *fields.values()]
            case list() as items:
                left += items
            case _:
                pass
    return False
