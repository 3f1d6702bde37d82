"""The shared cases of the token endpoint, each as the change that it describes."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.values.clock import FixedClock
from tests.support.clients import System, registered
from tests.support.databases import Database

FILE = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "fhir" / "examples" / "auth" / "token-cases.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text())["cases"] if FILE.is_file() else []
ABOUT: dict[str, Any] = json.loads(FILE.read_text()) if FILE.is_file() else {}

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no shared cases at {FILE}; set REGISTRY_SHARED")


def _expires(seconds: int) -> Callable[[System], str]:
    return lambda system: system.assertion(claims={"exp": int(system.clock.now().timestamp()) + seconds})


ASSERTIONS: dict[str, Callable[[System], str]] = {
    "good": lambda system: system.assertion(),
    "grant-unknown": lambda system: system.assertion(),
    "jti-reuse": lambda system: system.assertion(),
    "alg-rs256": lambda system: system.assertion({"alg": "RS256"}),
    "kid-missing": lambda system: system.assertion({"kid": None}),
    "kid-unknown": lambda system: system.assertion({"kid": "another"}),
    "iss-ne-sub": lambda system: system.assertion(claims={"sub": "another"}),
    "unknown-client": lambda system: system.assertion(claims={"iss": "another", "sub": "another"}),
    "aud-wrong": lambda system: system.assertion(claims={"aud": "https://another.test/oauth2/token"}),
    "exp-past": _expires(-20),
    "exp-360": _expires(360),
    "assertion-garbage": lambda _: "invalid",
}


def test_every_case_is_run():
    assert {case["id"] for case in CASES} == set(ASSERTIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_case(case: dict[str, Any], database: Database, client: httpx.AsyncClient, clock: FixedClock):
    system = await registered(database, client, clock)
    assertion = ASSERTIONS[case["id"]](system)
    if case["id"] == "jti-reuse":
        assert (await system.ask(assertion)).status_code == 200
    form = {"grant_type": "invalid"} if case["id"] == "grant-unknown" else {}
    answer = await system.ask(assertion, **form)
    body = answer.json()
    assert (answer.status_code, body.get("error")) == (case["status"], case["error"])
    if case["error"] is None:
        assert body.keys() == ABOUT["success_body"].keys()
        assert (body["expires_in"], body["token_type"]) == ("599", "Bearer")
    else:
        assert sorted(body) == sorted(ABOUT["error_body_keys"])
        assert case["error_description_contains"] in body["error_description"]
