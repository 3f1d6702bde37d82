"""In production: no token of development, no address taken from a request."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from registry.app import create_app
from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.issue_token import issue_for
from registry.security.tokens import issue
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.support.clients import System, registered
from tests.support.databases import Database


@pytest_asyncio.fixture
async def production(
    settings: Settings, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    monkeypatch.setenv("REGISTRY_ENV", "production")
    app = create_app(Settings(), engine=database.engine, clock=clock)  # pyright: ignore[reportCallIssue]
    async with app.router.lifespan_context(app):
        yield app


def talk(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry.test")


async def status(app: FastAPI, token: str) -> int:
    async with talk(app) as client:
        return (await client.get("/api/anomalies", headers={"authorization": f"Bearer {token}"})).status_code


@pytest.mark.parametrize(("development", "found"), [(True, 401), (False, 200)])
async def test_what_was_issued_in_development_opens_nothing_in_production(
    app: FastAPI, production: FastAPI, database: Database, clock: FixedClock, development: bool, found: int
):
    async with unit_of_work(database.engine) as connection:
        token = await issue(connection, "x", Role.STAFF, clock.now(), practice_id=None, development=development)
    assert await status(app, token) == 200
    assert await status(production, token) == found


async def test_the_command_marks_what_it_issues_in_development(settings: Settings, production: FastAPI, app: FastAPI):
    for_development = await issue_for(settings, None, "staff")
    for_production = await issue_for(production.state.settings, None, "staff")
    assert [await status(production, each) for each in (for_development, for_production)] == [401, 200]
    assert [await status(app, each) for each in (for_development, for_production)] == [200, 200]


async def test_a_token_that_a_system_got_in_development_opens_nothing_either(
    app: FastAPI, production: FastAPI, database: Database, clock: FixedClock
):
    async with talk(app) as client:
        system = await registered(database, client, clock, role=Role.STAFF)
        token = await system.token()
    assert [await status(app, token), await status(production, token)] == [200, 401]


async def test_the_address_of_the_endpoint_is_never_the_senders_own_in_production(
    production: FastAPI, database: Database, clock: FixedClock
):
    async with talk(production) as client:
        system = await registered(database, client, clock)
        refused = await system.ask()
        assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
        settings = production.state.settings.model_copy(update={"public_url": "https://registry.example/"})
        production.state.settings = settings
        assert (await system.ask()).status_code == 401
        good = system.assertion(claims={"aud": ["https://registry.example/oauth2/token"]})
        assert (await system.ask(good)).status_code == 200
        told = (await client.get("/FHIR/R4/.well-known/smart-configuration")).json()
        assert told["token_endpoint"] == "https://registry.example/oauth2/token"


async def test_how_to_get_a_token_is_told_to_everybody(app: FastAPI, system_of_office: System):
    async with talk(app) as client:
        told = (await client.get("/FHIR/R4/.well-known/smart-configuration")).json()
        assert told == (await client.get("/.well-known/smart-configuration")).json()
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert set(told["token_endpoint_auth_signing_alg_values_supported"]) == {"RS512", "RS384", "ES384"}
    assert {"client-confidential-asymmetric", "permission-v2"} <= set(told["capabilities"])
    assertion = system_of_office.assertion(claims={"aud": told["token_endpoint"]})
    answer = await system_of_office.ask(assertion, scope=" ".join(told["scopes_supported"]))
    assert (answer.status_code, "system/*.rs" in answer.json()["scope"]) == (200, True)


@pytest_asyncio.fixture
async def system_of_office(database: Database, client: httpx.AsyncClient, clock: FixedClock) -> System:
    return await registered(database, client, clock)
