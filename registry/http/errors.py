"""Every error that can end a request, turned into one family of answers.

No answer repeats what was sent: the text of a validation error would bring a patient's data
into logs of whoever called.
"""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from registry.errors import RequestError, bad_request
from registry.http.answers import error_answer
from registry.http.unmatched import methods_at, unmatched_in_fhir
from registry.logs import places

log = structlog.get_logger("registry.http")

_BY_STATUS = {
    400: ("structure", "The body cannot be read."),
    404: ("not-found", "There is nothing at this address."),
    405: ("not-supported", "This address does not take this method; the header Allow lists those it takes."),
    413: ("too-long", "The body is larger than this interface takes."),
    415: ("not-supported", "The body must be sent as JSON, with the header Content-Type saying so."),
}
"""Code and sentence for the framework's own refusals."""

_BUSY_STATES = ("40", "53", "55", "57", "08")
"""Classes of SQLSTATE that pass by themselves: serialization, resources, locks, shutdown, connection."""


def install_error_answers(app: FastAPI) -> None:
    """Have the application answer every error as an OperationOutcome."""
    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        RequestError: _answer,
        HTTPException: _answer,
        RequestValidationError: _answer,
        DBAPIError: _answer,
        PoolTimeoutError: _answer,
        UnicodeEncodeError: _answer,
    }
    for kind, answer in handlers.items():
        app.add_exception_handler(kind, answer)


async def _answer(request: Request, error: Exception) -> Response:
    headers = error.headers if isinstance(error, HTTPException) else None
    told: RequestError | None = None
    if isinstance(error, HTTPException):
        told = unmatched_in_fhir(request, error)
        if error.status_code == 405:
            headers = {**(headers or {}), "Allow": ", ".join(methods_at(request))}
    return error_answer(request.url.path, told or request_error(error), headers)


def request_error(error: Exception) -> RequestError:
    """What the caller is told about an error. One that nobody foresaw is logged, and is a 500."""
    match error:
        case RequestError():
            return error
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException(status_code=status):
            code, sentence = _BY_STATUS.get(status, ("processing", "The request was refused."))
            return RequestError(status, code, sentence)
        case UnicodeEncodeError():
            return bad_request("A text holds a character that is none: half of a surrogate pair.")
        case PoolTimeoutError():
            return RequestError(503, "throttled", "The register is busy; send the request again in a moment.")
        case DBAPIError():
            return _of_database(error)
        case _:
            return _unforeseen(error)


def _of_validation(error: RequestValidationError) -> RequestError:
    first = error.errors()[0]
    where, *path = (str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return bad_request("The body is not JSON.", code="structure")
    field = ".".join(path) or where
    if first["type"] == "missing" and not path:
        return bad_request("A body is needed.", field, code="required")
    if first["type"] == "missing":
        return bad_request(f"{field} is missing.", field, code="required")
    return bad_request(f"{field} has a value that is not allowed here.", field, code="value")


def _of_database(error: DBAPIError) -> RequestError:
    state: str = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("22"):
        return bad_request("A value holds something that cannot be stored, such as a NUL character.")
    if state.startswith(_BUSY_STATES) or error.connection_invalidated:
        log.warning("database.busy", sqlstate=state, at=places(error))
        return RequestError(503, "transient", "The register could not finish this just now; send the request again.")
    return _unforeseen(error)


def _unforeseen(error: Exception) -> RequestError:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    log.error("request.failed", error=type(error).__name__, sqlstate=state, at=places(error))
    return RequestError(
        500, "exception", "The register failed to answer this request. Quote the header X-Request-ID to its operator."
    )
