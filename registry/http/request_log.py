"""Around every request: its id, its line in the log, its figures, and an answer whatever happens."""

import re
import time
from uuid import uuid4

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.http.answers import error_answer
from registry.http.errors import request_error
from registry.logs import current_request
from registry.metrics import REQUEST_SECONDS

log = structlog.get_logger("registry.access")

_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}\Z")
_GOOD_CORRELATION = re.compile(rb"[ -~]{1,255}\Z")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: counted, not logged."""


class RequestLog:
    """The outermost layer that answers. Logs the route's template, never the path, which may hold a person's number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, mirrored = _request_id(scope), _correlation_id(scope)
        token = current_request.set(request_id.decode())
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] += [(b"x-request-id", request_id), *mirrored]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:
            if status:
                raise
            await error_answer(scope["path"], request_error(error))(scope, receive, send_with_id)
        finally:
            _note(scope, status, time.perf_counter() - started)
            current_request.reset(token)


def _request_id(scope: Scope) -> bytes:
    """The caller's own id where it has sent a harmless one, so that both logs tell of the same request."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GOOD_ID.match(value):
            return value
    return uuid4().hex.encode()


def _correlation_id(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The caller's text that ties several requests together; it comes back as it was sent."""
    return [
        (name, value)
        for name, value in scope["headers"]
        if name == b"x-correlation-id" and _GOOD_CORRELATION.match(value)
    ][:1]


_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""What a label may say: a caller's own inventions would each be a figure for ever."""


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = route_template(scope)
    REQUEST_SECONDS.labels(
        scope["method"] if scope["method"] in _METHODS and status != 405 else "other", route, str(status)
    ).observe(seconds)
    if route not in _QUIET:
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            caller=scope.get("state", {}).get("caller"),
        )


def route_template(scope: Scope) -> str:
    """The path of the route as it was declared, with its prefix, or `unmatched`."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    found = getattr(context, "path_format", None) or getattr(scope.get("route"), "path_format", None)
    return found or "unmatched"
