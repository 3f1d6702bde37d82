"""Paths, methods and bodies that nothing takes, in the words of PDS."""

import httpx
import pytest

from registry.http.answers import FHIR_BASE
from tests.fhir_api.conftest import Fhir, code_of


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/Parrot", "/Parrot"),
        ("/Parrot/9990000018", "/Parrot"),
        ("/Patient/9990000018/Parrot", "/Patient"),
        ("/9990000018", "/"),
        ("/Pa%22rrot%0a", "/"),
        ("", "/"),
    ],
)
async def test_an_unknown_path(client: httpx.AsyncClient, path: str, told: str):
    answer = await client.get(FHIR_BASE + path)
    assert answer.status_code == 400
    assert code_of(answer) == "UNSUPPORTED_REQUEST"
    assert answer.json()["issue"][0]["diagnostics"] == f"Unsupported path - '{told}'"
    assert answer.headers["content-type"] == "application/fhir+json"
    assert "9990000018" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_person_is_not_replaced_or_deleted(client: httpx.AsyncClient, method: str):
    answer = await client.request(method, f"{FHIR_BASE}/Patient/9990000018")
    assert answer.status_code == 405
    assert code_of(answer) == "INVALID_METHOD"
    assert answer.headers["allow"] == "GET, PATCH"
    assert "PATCH" in answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT"])
async def test_allow_names_every_method_of_the_address(client: httpx.AsyncClient, method: str):
    answer = await client.request(method, f"{FHIR_BASE}/Patient")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


async def test_a_path_outside_the_fhir_api_keeps_its_own_answer(client: httpx.AsyncClient):
    assert (await client.get("/FHIR/R5/Patient")).status_code == 404
    other = await client.get("/fhir/Patient/9990000018")
    assert other.status_code == 405
    assert other.headers["allow"] == "PATCH, POST"


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[" * 100_000, b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b"NaN"])
async def test_a_body_that_is_not_json(fhir: Fhir, body: bytes):
    for path in ("Patient/$match", "Task"):
        answer = await fhir.ask("POST", path, content=body, headers={"Content-Type": "application/fhir+json"})
        assert answer.status_code == 400, path
        assert code_of(answer)


async def test_a_body_of_another_kind(fhir: Fhir):
    answer = await fhir.ask("POST", "Patient/$match", content=b"<a/>", headers={"Content-Type": "application/fhir+xml"})
    assert answer.status_code == 415
    assert code_of(answer) == "UNSUPPORTED_SERVICE"


async def test_a_body_that_is_too_large(client: httpx.AsyncClient):
    headers = {"Content-Type": "application/fhir+json"}
    answer = await client.post(f"{FHIR_BASE}/Patient/$match", content=b" " * (2 * 1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 413
    assert code_of(answer) == "TOO_LARGE"
