"""The token endpoint as the published description tells of it."""

from typing import Any

from registry.http.token_errors import TOKEN_ERROR_SCHEMA
from registry.security.clients.refusals import KEY_ERROR
from registry.security.clients.rules import ASSERTION_TYPE, GRANTS

_ANSWER: dict[str, Any] = {
    "type": "object",
    "title": "Token",
    "required": ["access_token", "expires_in", "token_type", "issued_at"],
    "properties": {
        "access_token": {"type": "string"},
        "expires_in": {"type": "string", "description": "Seconds."},
        "token_type": {"const": "Bearer"},
        "issued_at": {"type": "string", "description": "Milliseconds since 1970."},
        "scope": {"type": "string", "description": "What was granted, where scopes were asked for or are registered."},
    },
}
_GOOD = {"access_token": "nr_…", "expires_in": "599", "token_type": "Bearer", "issued_at": "1793611800000"}


def _error(text: str, error: str, told: str) -> dict[str, Any]:
    example = {"error": error, "error_description": told, "message_id": "60e0b220-8136-4ca5-ae46-1d97ef59d068"}
    return {
        "description": text,
        "content": {"application/json": {"schema": TOKEN_ERROR_SCHEMA, "example": example}},
    }


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A token for the header Authorization of other requests.",
        "content": {"application/json": {"schema": _ANSWER, "example": _GOOD}},
    },
    400: _error("The request or the assertion is not as it should be.", "invalid_request", "Missing grant_type"),
    401: _error(
        "The assertion is not from a client that is known here, or not for this address, or not signed by its key.",
        "invalid_request",
        "Invalid 'iss'/'sub' claims in JWT",
    ),
    403: _error("The client's keys cannot be had.", KEY_ERROR, "No public key is registered for this client"),
    413: _error("The body is too large.", "invalid_request", "The body is larger than this interface takes."),
    415: _error("The body is of a kind that is not taken.", "invalid_request", "The body must be sent as a form."),
    429: _error("Too many requests; Retry-After says when to go on.", "temporarily_unavailable", "Too many requests"),
    503: _error("The register is busy, or not set up to give tokens.", "temporarily_unavailable", "Send it again."),
    "default": _error("Anything else.", "server_error", "The register failed to answer this request."),
}

TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type", "client_assertion_type", "client_assertion"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": list(GRANTS)},
                        "client_assertion_type": {"type": "string", "enum": [ASSERTION_TYPE]},
                        "client_assertion": {
                            "type": "string",
                            "description": "A JSON Web Token: header alg, kid, typ; claims iss, sub, aud, jti, exp.",
                        },
                        "scope": {"type": "string", "description": "Scopes with blanks between them."},
                        "client_id": {"type": "string", "description": "As in the assertion, or left out."},
                    },
                },
            }
        },
    }
}
