"""Answers in JSON, and errors as OperationOutcomes in the media type of their interface."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from registry.errors import RequestError
from registry.fhir.outcomes import Outcome, outcome_of
from registry.fhir.spine import spine_outcome_of
from registry.http.token_errors import NEVER_KEPT, TOKEN_PATH, token_error

FHIR_BASE = "/FHIR/R4"
FHIR_JSON = "application/fhir+json"
JSON = "application/json"
FACADE_BASE = "/fhir"
_BUSY_SECONDS = 5
"""When to come again, as PDS tells those whom it could not serve."""
_FACADE_CODES = {"not-supported": "unknown", "too-long": "unknown", "exception": "unknown"}
"""The façade gives the codes of the adaptor whose place it takes."""


def media_type_for(path: str) -> str:
    """The media type that answers under a path have: FHIR's own for the FHIR API alone."""
    return FHIR_JSON if is_fhir(path) else JSON


def is_fhir(path: str) -> bool:
    """Whether a path belongs to the FHIR API."""
    return path == FHIR_BASE or path.startswith(FHIR_BASE + "/")


def _outcome(path: str, error: RequestError) -> Outcome:
    """An error as the interface under a path tells it."""
    if path == TOKEN_PATH:
        return token_error(error)
    return spine_outcome_of(error) if is_fhir(path) else outcome_of(_in_dialect(path, error))


def _in_dialect(path: str, error: RequestError) -> RequestError:
    """The error with the code that the interface under a path has for it."""
    if not path.startswith(FACADE_BASE + "/"):
        return error
    return RequestError(error.status, _FACADE_CODES.get(error.code, error.code), error.text, error.field)


def json_answer(
    content: Any, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer with a body that orjson can write as it is."""
    return Response(orjson.dumps(content), status, dict(headers or {}), media_type)


def error_answer(path: str, error: RequestError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that could not be considered."""
    extra = dict(headers or {})
    if error.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if path == TOKEN_PATH:
        extra |= NEVER_KEPT
    wait = error.retry_after or (_BUSY_SECONDS if error.status == 503 and is_fhir(path) else None)
    if wait is not None:
        extra["Retry-After"] = str(wait)
    return json_answer(_outcome(path, error), error.status, media_type_for(path), extra)
