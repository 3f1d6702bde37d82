"""Whatever is sent, the answer is an OperationOutcome that says what is wrong and repeats nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
import pytest_asyncio
from fastapi import Body, FastAPI, Request
from fhir.resources.R4B.operationoutcome import OperationOutcome
from pydantic import BaseModel
from sqlalchemy import text

from registry.errors import conflict
from registry.http.bodies import LARGEST_BODY, read_json
from registry.http.dependencies import UnitOfWork


class Letter(BaseModel):
    sender: str
    pages: int


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application with routes that go wrong in every way."""

    @app.post("/api/parcels")
    async def letters(letter: Letter) -> dict[str, int]:
        return {"pages": letter.pages}

    @app.post("/api/raw")
    async def raw(request: Request) -> Any:
        return await read_json(request)

    @app.get("/FHIR/R4/Broken")
    async def broken() -> None:
        raise ValueError("Mrs Somebody, 999 000 0018")

    @app.get("/api/refused")
    async def refused() -> None:
        raise conflict("The anomaly has moved to version 3.", "version")

    @app.post("/api/store")
    async def store(connection: UnitOfWork, name: Annotated[str, Body(embed=True)]) -> None:
        await connection.execute(text("select cast(:name as text)"), {"name": name})

    @app.post("/api/deferred")
    async def deferred(connection: UnitOfWork) -> dict[str, str]:
        await connection.execute(text("create table once (n int unique deferrable initially deferred)"))
        await connection.execute(text("insert into once values (1), (1)"))
        return {"answer": "done"}

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry.test") as client:
        yield client


def issue_of(answer: httpx.Response, status: int, media_type: str = "application/json") -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == media_type
    OperationOutcome.model_validate(answer.json())
    assert answer.headers["x-request-id"]
    return answer.json()["issue"][0]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/nothing", "application/json"),
        ("/fhir/nothing", "application/json"),
        ("/api/nothing", "application/json"),
    ],
)
async def test_an_unknown_address(client: httpx.AsyncClient, path: str, media_type: str):
    assert issue_of(await client.get(path), 404, media_type)["code"] == "not-found"


async def test_a_method_that_is_not_taken_names_those_that_are(client: httpx.AsyncClient):
    answer = await client.get("/api/parcels")
    assert issue_of(answer, 405)["code"] == "not-supported"
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("body", [b"{", b"[1,", b"\xff\xfe", b"nul", b"[" * 100_000])
async def test_a_body_that_is_not_json(client: httpx.AsyncClient, body: bytes):
    for path in ("/api/parcels", "/api/raw"):
        answer = await client.post(path, content=body, headers={"content-type": "application/json"})
        assert issue_of(answer, 400)["code"] == "structure"


async def test_no_body(client: httpx.AsyncClient):
    assert issue_of(await client.post("/api/parcels"), 400)["code"] == "required"
    assert issue_of(await client.post("/api/raw"), 400)["code"] == "structure"


async def test_a_field_that_is_wrong_is_named_and_not_repeated(client: httpx.AsyncClient):
    answer = await client.post("/api/parcels", json={"sender": "x", "pages": "Mrs Somebody"})
    assert issue_of(answer, 400)["expression"] == ["pages"]
    assert "Somebody" not in answer.text
    answer = await client.post("/api/parcels", json={"pages": 1})
    assert issue_of(answer, 400)["expression"] == ["sender"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_an_unknown_kind(client: httpx.AsyncClient, kind: str):
    answer = await client.post("/api/parcels", content=b"{}", headers={"content-type": kind} if kind else {})
    assert issue_of(answer, 415)["code"] == "not-supported"


async def test_a_body_that_is_too_large_whether_or_not_it_says_so(client: httpx.AsyncClient):
    large = json.dumps({"sender": "x" * LARGEST_BODY, "pages": 1}).encode()

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    for content in (large, in_pieces()):
        answer = await client.post("/api/parcels", content=content, headers={"content-type": "application/json"})
        assert issue_of(answer, 413)["code"] == "too-long"


async def test_a_refusal_names_its_field(client: httpx.AsyncClient):
    issue = issue_of(await client.get("/api/refused"), 409)
    assert issue["expression"] == ["version"]
    assert issue["details"]["text"] == "The anomaly has moved to version 3."


async def test_what_nobody_foresaw_tells_nothing_but_the_request(client: httpx.AsyncClient):
    answer = await client.get("/FHIR/R4/Broken", headers={"x-request-id": "request-12345678"})
    assert issue_of(answer, 500, "application/fhir+json")["code"] == "exception"
    assert answer.headers["x-request-id"] == "request-12345678"
    assert "Somebody" not in answer.text


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
async def test_text_that_cannot_be_stored_is_the_callers_error(client: httpx.AsyncClient, name: str):
    body = json.dumps({"name": name}).encode()
    headers = {"content-type": "application/json"}
    assert issue_of(await client.post("/api/store", content=body, headers=headers), 400)
    assert issue_of(await client.post("/api/raw", content=body, headers=headers), 400)["code"] == "structure"


async def test_a_commit_that_fails_is_not_answered_with_success(client: httpx.AsyncClient):
    assert issue_of(await client.post("/api/deferred"), 500)["code"] == "exception"


async def test_a_database_that_is_busy_is_told_as_such(client: httpx.AsyncClient, app: FastAPI):
    @app.post("/api/impatient")
    async def impatient(connection: UnitOfWork) -> None:
        await connection.execute(text("set local lock_timeout = '50ms'"))
        await connection.execute(text("lock table audit_events"))

    async with app.state.engine.begin() as other:
        await other.execute(text("lock table audit_events"))
        answer = await client.post("/api/impatient")
    assert issue_of(answer, 503)["code"] == "transient"
    await asyncio.sleep(0)
