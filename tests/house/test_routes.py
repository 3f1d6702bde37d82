"""Every route names the permission that it asks for, and openapi.yaml is the application's own description."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from registry.app import create_app
from registry.cli_service import OPENAPI_FILE
from registry.openapi import description
from registry.security.authenticate import Require
from registry.settings import Settings

OPEN = {
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/oauth2-redirect", "/oauth2/token",
    "/FHIR/R4/metadata", "/FHIR/R4/.well-known/smart-configuration", "/.well-known/smart-configuration",
}  # fmt: skip
"""What may be asked without a token: it tells nothing of anybody."""


def routes() -> list[RouteContext]:
    return list(iter_route_contexts(create_app(Settings()).routes))  # pyright: ignore[reportCallIssue]


def permissions(dependant: Dependant) -> Iterator[Require]:
    for below in dependant.dependencies:
        if isinstance(below.call, Require):
            yield below.call
        yield from permissions(below)


def closed_routes() -> list[RouteContext]:
    return [route for route in routes() if route.path not in OPEN]


def test_there_are_routes_to_speak_of():
    assert {"/healthz", "/readyz", "/metrics"} <= {route.path for route in routes()}


@pytest.mark.parametrize("route", closed_routes(), ids=lambda route: f"{route.methods} {route.path}")
def test_every_route_asks_for_one_permission(route: RouteContext):
    assert isinstance(route.original_route, APIRoute), "a route of another kind cannot ask for a permission"
    asked = list(permissions(route.dependant))
    assert len(asked) == 1, "give the route one dependency on registry.security.authenticate.require(...)"


def test_openapi_yaml_is_current():
    assert OPENAPI_FILE.read_text() == description(), "run `registry openapi`"


def test_the_description_does_not_depend_on_the_run():
    assert description() == description()
