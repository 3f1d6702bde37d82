"""Whoever asks is told by the token alone: what a gateway would add has no effect when a client writes it."""

import httpx
import pytest
from fastapi import FastAPI, Request

from registry.http.trust_headers import TrustHeaders
from tests.fhir_api.conftest import Fhir, fhir
from tests.fhir_api.population import HERE, THERE

__all__ = ["fhir"]

FORGED = {
    "NHSD-Identity-UUID": "9999",
    "NHSD-ASID": "200000000001",
    "Nhse-Pds-Custom-Attributes": '{"allow_removal": true}',
    "NHSD-End-User-Role": "R0001",
    "X-Forwarded-User": "governance",
    "X-Remote-User": "governance",
    "x_remote_user": "governance",
    "X-Userinfo": "e30=",
    "X-SSL-Client-Verify": "SUCCESS",
    "X-Auth-Request-Email": "a@b.test",
}
KEPT = {
    "X-Request-ID": "60e0b220-8136-4ca5-ae46-1d97ef59d068",
    "X-Correlation-ID": "a",
    "NHSD-Session-URID": "1",
    "NHSD-End-User-Organisation-ODS": "Y90001",
    "If-Match": 'W/"1"',
}


async def test_they_reach_nobody():
    inner = FastAPI()

    @inner.get("/")
    async def told(request: Request) -> list[str]:
        return sorted(request.headers)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(TrustHeaders(inner)), base_url="http://x.test"
    ) as client:
        plain = (await client.get("/")).json()
        found = (await client.get("/", headers={**FORGED, **KEPT})).json()
    assert set(found) - set(plain) == {name.lower() for name in KEPT}


async def test_they_make_no_difference(fhir: Fhir):
    number = (await fhir.rows("select nhs_number from patients where status <> 'invalidated' limit 1"))[0][0]
    for who in ("app-read", "there", "nobody"):
        plain = await fhir.get(f"Patient/{number}", who)
        forged = await fhir.get(f"Patient/{number}", who, headers=dict(FORGED))
        if plain.status_code == 200:
            assert forged.json() == plain.json()
        assert forged.status_code == plain.status_code
    refused = await fhir.ask("GET", "/api/anomalies", "staff", headers=dict(FORGED))
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("who", "named", "status"),
    [
        ("staff", HERE, 200),
        ("staff", THERE, 403),
        ("there", HERE, 403),
        ("staff", "y90001", 400),
        ("staff", "", 400),
        ("office", THERE, 200),
    ],
)
async def test_the_organisation_of_the_end_user_is_the_callers_own(fhir: Fhir, who: str, named: str, status: int):
    number = (await fhir.rows("select nhs_number from patients where status <> 'invalidated' limit 1"))[0][0]
    answer = await fhir.get(f"Patient/{number}", who, headers={"NHSD-End-User-Organisation-ODS": named})
    assert answer.status_code == status
