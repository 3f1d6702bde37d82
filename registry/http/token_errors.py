"""Errors of the token endpoint: OAuth's form and not FHIR's, whoever raises them (RFC 6749, 5.2).

NHS England's endpoint adds `message_id`, by which the operator finds the request.
"""

from typing import Any

from registry.errors import RequestError
from registry.logs import current_request

TOKEN_PATH = "/oauth2/token"  # noqa: S105  (an address)
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""Headers of everything that the endpoint answers."""

_CODES = frozenset(
    {
        "invalid_request",
        "invalid_scope",
        "unsupported_grant_type",
        "temporarily_unavailable",
        "public_key error",
    }
)
_BY_STATUS = {429: "temporarily_unavailable", 500: "server_error", 503: "temporarily_unavailable"}
"""For errors that were not raised in OAuth's words."""

TOKEN_ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "TokenError",
    "required": ["error", "error_description", "message_id"],
    "properties": {
        "error": {"type": "string"},
        "error_description": {"type": "string"},
        "message_id": {"type": "string"},
    },
}


def token_error(error: RequestError) -> dict[str, str]:
    """The body for an error."""
    code = error.code if error.code in _CODES else _BY_STATUS.get(error.status, "invalid_request")
    return {"error": code, "error_description": error.text, "message_id": current_request.get() or ""}
