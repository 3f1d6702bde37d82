"""Removals and letters over HTTP: who may look and act, and what a refusal says."""

from typing import Any

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office


@pytest_asyncio.fixture
async def desk(database: Database, clock: FixedClock) -> dict[str, Any]:
    """A practice with a patient who is asked to leave, and tokens for the office and for the practice."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        _, number = await office.person(practice)
        await office.send(office.removal(practice, number))
        _, other = await office.person(practice)
        clerk = await issue(connection, "clerk", Role.STAFF, clock.now(), practice_id=None)
        surgery = await issue(connection, "surgery", Role.STAFF, clock.now(), practice_id=practice.id)
        return {
            "ods": practice.ods_code,
            "number": number,
            "other": other,
            "clerk": {"Authorization": f"Bearer {clerk}"},
            "surgery": {"Authorization": f"Bearer {surgery}"},
        }


async def test_the_list_and_the_letters_are_the_offices(client: httpx.AsyncClient, desk: dict[str, Any]):
    for path in ("/api/removals", "/api/letters"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=desk["surgery"])).status_code == 403

    removals = (await client.get("/api/removals", headers=desk["clerk"])).json()
    letters = (await client.get("/api/letters?state=queued", headers=desk["clerk"])).json()

    [removal] = removals["removals"]
    assert (removal["stage"], removal["version"], removal["nhs_number"]) == ("waiting-for-letter", 1, desk["number"])
    assert [each["kind"] for each in letters["letters"]] == ["REM-3", "REM-3P"]
    assert letters["totals"]["decided"] == 2 and letters["totals"]["suppressed_because"] == {}
    one = await client.get(f"/api/letters/{letters['letters'][0]['id']}", headers=desk["clerk"])
    assert one.json()["content"] == {"removal": "OPA", "days": 30, "only_you": True}
    assert (await client.get(f"/api/letters/{removal['id']}", headers=desk["clerk"])).status_code == 404


async def test_a_request_is_keyed_put_off_and_taken_back(client: httpx.AsyncClient, desk: dict[str, Any]):
    asked = {
        "nhs_number": desk["other"],
        "practice": desk["ods"],
        "received_on": "2026-11-02",
        "ground": "breakdown",
        "reasons_given": True,
        "warned_on": "2026-06-01",
    }
    done = await client.post("/api/removals/by-practice", json=asked, headers=desk["clerk"])
    assert done.status_code == 200 and done.json()["sentence"] == "Falls due on 2026-11-10."

    on = {"nhs_number": desk["other"], "version": 1}
    early = await client.post(
        "/api/removals/reschedule", json={**on, "due_on": "2026-11-09", "reason": "quick"}, headers=desk["clerk"]
    )
    assert early.status_code == 422 and "before 2026-11-10" in early.text
    late = await client.post("/api/removals/reschedule", json={**on, "due_on": "2026-12-01"}, headers=desk["clerk"])
    assert late.json()["version"] == 2
    call = {"asked_by": "practice", "told_by": "manager", "told_on": "2026-11-02"}
    stale = await client.post("/api/removals/cancel", json={**on, **call}, headers=desk["clerk"])
    assert stale.status_code == 409 and stale.json()["version"] == 2
    gone = await client.post("/api/removals/cancel", json={**on, "version": 2, **call}, headers=desk["clerk"])
    assert gone.json()["state"] == "cancelled"
    again = await client.post("/api/removals/cancel", json={**on, "version": 2, **call}, headers=desk["clerk"])
    assert again.status_code == 422 and "It is cancelled" in again.text


async def test_what_is_mistyped_is_told_by_its_field(client: httpx.AsyncClient, desk: dict[str, Any]):
    asked = {"nhs_number": "9990000019", "practice": desk["ods"], "received_on": "2026-11-02", "ground": "breakdown"}

    wrong = await client.post("/api/removals/by-practice", json=asked, headers=desk["clerk"])
    medium = await client.post("/api/removals/by-practice", json={**asked, "medium": "link"}, headers=desk["clerk"])
    batch = await client.post("/api/letters/posted", json={"batch": 7, "on": "2026-11-02"}, headers=desk["clerk"])
    surgery = await client.post("/api/removals/by-practice", json=asked, headers=desk["surgery"])

    assert wrong.status_code == 422 and "nhs_number" in wrong.text
    assert medium.status_code in (400, 422) and "medium" in medium.text
    assert batch.status_code == 404 and surgery.status_code == 403
