"""How a system gets a token, for machines to read (SMART App Launch 2.0, conformance)."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.http.answers import FHIR_BASE, json_answer
from registry.http.dependencies import settings_of
from registry.http.token_errors import TOKEN_PATH
from registry.security.clients.keys import ALGORITHMS
from registry.security.clients.rules import GRANTS
from registry.security.clients.scopes import SUPPORTED

router = APIRouter(tags=["tokens"])

WELL_KNOWN = "/.well-known/smart-configuration"


def smart_configuration(base: str) -> dict[str, Any]:
    """What is told of the register that others reach at `base` (no slash at its end)."""
    return {
        "token_endpoint": base + TOKEN_PATH,
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": list(SUPPORTED),
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
    }


_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Where tokens are given, for what, and by which signatures.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "title": "SmartConfiguration",
                    "required": ["token_endpoint", "capabilities", "grant_types_supported"],
                },
                "example": smart_configuration("https://registry.example"),
            }
        },
    }
}


@router.get(
    FHIR_BASE + WELL_KNOWN,
    summary="How a system gets a token",
    response_class=Response,
    responses=_ANSWER,
)
async def of_fhir(request: Request) -> Response:
    return _told(request)


@router.get(
    WELL_KNOWN, summary="The same, for those who look beside the API", response_class=Response, responses=_ANSWER
)
async def of_host(request: Request) -> Response:
    return _told(request)


def _told(request: Request) -> Response:
    base = (settings_of(request).public_url or str(request.base_url)).rstrip("/")
    return json_answer(smart_configuration(base), headers={"Cache-Control": "public, max-age=60"})
