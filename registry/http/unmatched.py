"""Requests that no route takes: which methods the address does take, and what the FHIR API says of it.

Source: PDS FHIR API, UNSUPPORTED_REQUEST for a path that it does not have (400). A 405 names in Allow every method of
the address, and not only those of the first route that has its path.
"""

import re
from collections.abc import Sequence
from re import Pattern

from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import compile_path

from registry.errors import RequestError
from registry.fhir import refusals
from registry.http.answers import FHIR_BASE, is_fhir

_Known = Sequence[tuple[Pattern[str], frozenset[str]]]
_WORD = re.compile(r"[$A-Za-z_.-]{1,40}\Z")
"""What may be repeated of a path: a word, and nothing that could be anybody's number."""


def methods_at(request: Request) -> list[str]:
    """The methods that the address of a request takes, in order."""
    path = request.url.path
    return sorted({method for pattern, methods in _known(request) if pattern.match(path) for method in methods})


def unmatched_in_fhir(request: Request, error: HTTPException) -> RequestError | None:
    """What the FHIR API says of a path that it does not have, or of a method; None for anything else."""
    if not is_fhir(request.url.path) or (request.scope.get("route") is not None and error.status_code == 404):
        return None
    if error.status_code == 404:
        first = request.url.path.removeprefix(FHIR_BASE).lstrip("/").partition("/")[0]
        told = first if _WORD.match(first) else ""
        return refusals.refusal(400, "UNSUPPORTED_REQUEST", f"Unsupported path - '/{told}'")
    if error.status_code == 405:
        taken = ", ".join(methods_at(request))
        text = f"This address takes {taken}"
        if "PATCH" in taken and request.method in ("PUT", "DELETE"):
            text += "; amend by PATCH: nothing here is replaced as a whole, or deleted"
        return refusals.refusal(405, "INVALID_METHOD", text)
    return None


def _known(request: Request) -> _Known:
    """Every path of the application with its methods, made once."""
    state = request.app.state
    if not hasattr(state, "paths_and_methods"):
        state.paths_and_methods = [
            (compile_path(route.path)[0], frozenset(route.methods))
            for route in iter_route_contexts(request.app.routes)
            if route.path and route.methods
        ]
    return state.paths_and_methods
