"""`POST /oauth2/token`: a signed assertion in, a token out."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.errors import RequestError
from registry.http.answers import json_answer
from registry.http.dependencies import clock_of, engine_of, settings_of
from registry.http.token_errors import NEVER_KEPT, TOKEN_PATH
from registry.security.clients.describe import RESPONSES, TAKES
from registry.security.clients.give_token import TokenDesk
from registry.security.clients.key_sets import KeySets
from registry.security.clients.note import RefusalBudget
from registry.security.clients.refusals import refused

router = APIRouter(tags=["tokens"])

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


@router.post(
    TOKEN_PATH,
    summary="A token for ten minutes, for an assertion that a registered system has signed",
    response_class=Response,
    responses=RESPONSES,
    openapi_extra=TAKES,
)
async def give_token(request: Request) -> Response:
    form = _form(request, await request.body())
    body = await _desk(request).give(form, _audience(request))
    return json_answer(body, headers=NEVER_KEPT)


def _form(request: Request, body: bytes) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != _FORM:
        raise refused(f"The body must be sent as {_FORM}", "Content-Type")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise refused("The body cannot be read as a form", "form") from None


def _audience(request: Request) -> str:
    """The address of this endpoint, which assertions are made for.

    In production it is never taken from the request: an assertion that was made for somebody else's endpoint would
    come with that one's name in Host. Raises RequestError (503) where nobody has set it.
    """
    settings = settings_of(request)
    if settings.public_url is None and not settings.is_development:
        text = "This register gives no tokens until REGISTRY_PUBLIC_URL is set"
        raise RequestError(503, "temporarily_unavailable", text, "REGISTRY_PUBLIC_URL")
    return (settings.public_url or str(request.base_url)).rstrip("/") + TOKEN_PATH


def _desk(request: Request) -> TokenDesk:
    """The desk of this process, with what it remembers."""
    state, settings = request.app.state, settings_of(request)
    if not hasattr(state, "key_sets"):
        state.key_sets, state.refusals = KeySets(allow_http=settings.is_development), RefusalBudget()
    return TokenDesk(
        engine_of(request), clock_of(request), state.key_sets, state.refusals, development=settings.is_development
    )
