"""Who may do what on the scheme over HTTP."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office
from tests.support.scheme_office import NARRATIVE, SchemeOffice


@pytest_asyncio.fixture
async def scheme(database: Database, clock: FixedClock) -> dict:
    """Somebody of the scheme, and tokens of a clerk, of one entrusted with the scheme, and of the practice."""
    async with unit_of_work(database.engine) as connection:
        made = await SchemeOffice.at(Office(connection, clock))
        _, number, place = await made.placed()
        now = datetime.now(UTC)

        async def token(role: Role, practice_id: UUID | None = None) -> dict[str, str]:
            issued = await issue(connection, "test", role, now, practice_id=practice_id)
            return {"Authorization": f"Bearer {issued}"}

        return {
            "number": number,
            "place": place,
            "clerk": await token(Role.STAFF),
            "entrusted": await token(Role.SCHEME),
            "practice": await token(Role.STAFF, made.ordinary.id),
        }


async def test_only_those_entrusted_read_what_happened_and_say_why(client: httpx.AsyncClient, scheme: dict):
    body = {"nhs_number": scheme["number"], "reason": "papers for the panel"}
    for who in ("clerk", "practice"):
        refused = await client.post("/api/scheme/narrative", json=body, headers=scheme[who])
        assert refused.status_code == 403 and NARRATIVE not in refused.text
    silent = {"nhs_number": scheme["number"], "reason": ""}
    unsaid = await client.post("/api/scheme/narrative", json=silent, headers=scheme["entrusted"])
    assert unsaid.status_code == 400
    told = await client.post("/api/scheme/narrative", json=body, headers=scheme["entrusted"])
    assert told.status_code == 200 and told.json()["data"]["incidents"][0]["narrative"] == NARRATIVE
    assert (
        await client.post("/api/scheme/reads", json={"since": "2020-01-01"}, headers=scheme["clerk"])
    ).status_code == 403


async def test_a_matter_shows_nothing_of_it(client: httpx.AsyncClient, scheme: dict):
    shown = await client.get(f"/api/matters/{scheme['place']}", headers=scheme["clerk"])
    assert shown.status_code == 200 and "chair" not in shown.text and "0417" not in shown.text
    assert (await client.get(f"/api/matters/{scheme['place']}", headers=scheme["practice"])).status_code == 403


async def test_a_wrong_state_names_the_states_that_would_do_and_a_stale_look_the_version(
    client: httpx.AsyncClient, scheme: dict
):
    body = {"id": str(scheme["place"]), "version": 2, "area": "XD1"}
    refused = await client.post("/api/scheme/return", json=body, headers=scheme["clerk"])
    assert refused.status_code == 422 and "suspended" in refused.text
    stale = await client.post(
        "/api/scheme/discharge", json={"id": str(scheme["place"]), "version": 1}, headers=scheme["clerk"]
    )
    assert stale.status_code == 409 and stale.json()["version"] == 2
