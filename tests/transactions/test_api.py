"""The queue over HTTP: who may see it, what it shows, and how it is decided."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import ANNA, Office, Practice


@pytest_asyncio.fixture
async def queue(database: Database, clock: FixedClock) -> dict:
    """One acceptance with a text in the queue, and tokens for the office and for two practices."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        old, new = await office.practice(), await office.practice()
        _, number = await office.person(old)
        outcome = await office.send(office.acceptance(new, number=number, free_text="PLEASE CALL"))
        case = await office.one("select id from anomalies")
        now = datetime.now(UTC)

        async def token(practice: Practice | None, role: Role = Role.STAFF) -> dict[str, str]:
            issued = await issue(connection, "test", role, now, practice_id=practice.id if practice else None)
            return {"Authorization": f"Bearer {issued}"}

        return {
            "case": case,
            "number": number,
            "transaction": outcome.transaction_id,
            "old": old,
            "new": new,
            "clerk": await token(None),
            "reader": await token(None, Role.APP_READ),
            "old_practice": await token(old),
        }


async def test_the_queue_needs_a_token_and_the_permission(client: httpx.AsyncClient, queue: dict):
    assert (await client.get("/api/anomalies")).status_code == 401
    refused = await client.get("/api/anomalies", headers=queue["old_practice"])
    assert refused.status_code == 403 and refused.json()["resourceType"] == "OperationOutcome"


async def test_a_case_shows_what_was_asked_and_who_may_be_meant(client: httpx.AsyncClient, queue: dict):
    listed = (await client.get("/api/anomalies?state=open", headers=queue["clerk"])).json()
    assert [each["id"] for each in listed["cases"]] == [str(queue["case"])]

    case = (await client.get(f"/api/anomalies/{queue['case']}", headers=queue["clerk"])).json()

    assert (case["kind"], case["version"], case["practice"]) == ("free-text", 1, queue["new"].ods_code)
    assert case["transaction"]["command"]["free_text"] == "PLEASE CALL"
    assert case["candidates"][0]["person"]["nhs_number"] == queue["number"]
    assert case["candidates"][0]["reasons"]


async def test_reading_is_audited_with_the_people_shown(client: httpx.AsyncClient, database: Database, queue: dict):
    await client.get(f"/api/anomalies/{queue['case']}", headers=queue["reader"])

    async with database.engine.connect() as connection:
        row = (
            await connection.execute(
                text("select actor_name, patient_ids from audit_events where action = 'anomaly.read'")
            )
        ).one()
    assert row.actor_name == "test" and len(row.patient_ids) == 1


async def test_an_accepted_case_registers_and_closes(client: httpx.AsyncClient, queue: dict):
    url = f"/api/anomalies/{queue['case']}/decision"
    body = {"version": 1, "action": "accept", "nhs_number": queue["number"], "reason": "called, it is her"}

    decided = await client.post(url, json=body, headers=queue["clerk"])

    assert decided.status_code == 200 and decided.json()["outcome"]["state"] == "accepted"
    again = await client.post(url, json=body, headers=queue["clerk"])
    assert again.status_code == 409 and again.json()["state"] == "decided"
    late = await client.post(url, json={**body, "version": 2}, headers=queue["clerk"])
    assert late.status_code == 422
    case = (await client.get(f"/api/anomalies/{queue['case']}", headers=queue["clerk"])).json()
    assert (case["state"], case["decided_by"], case["decision_reason"]) == ("decided", "test", "called, it is her")


async def test_a_decision_on_facts_that_have_moved_is_sent_back_with_the_new_ones(
    client: httpx.AsyncClient, database: Database, clock: FixedClock, queue: dict
):
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock, _sent=iter(range(900, 999)))
        moved = replace(ANNA, address=replace(ANNA.address, lines=("", "1 New Road", "", "Saltholme", "")))
        await office.send(office.acceptance(queue["new"], like=moved, number=queue["number"]))
    url = f"/api/anomalies/{queue['case']}/decision"
    body = {"version": 1, "action": "accept", "nhs_number": queue["number"], "reason": "it is her"}

    stale = await client.post(url, json=body, headers=queue["clerk"])

    assert stale.status_code == 409 and stale.json()["version"] == 2
    assert stale.json()["candidates"][0]["person"]["line_2"] == "1 New Road"
    settled = await client.post(url, json={**body, "version": 2}, headers=queue["clerk"])
    assert settled.json()["outcome"]["outcome"] == "already-there"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"version": 1, "action": "accept", "reason": "x"}, 400, "nhs_number"),
        ({"version": 1, "action": "accept", "nhs_number": "9990009996", "reason": "x"}, 422, "number"),
        ({"version": 1, "action": "reject", "code": "99", "reason": "x"}, 422, "code"),
        ({"version": 1, "action": "close", "reason": "x"}, 422, "action"),
        ({"version": 1, "action": "close", "reason": ""}, 400, "reason"),
        ({"version": 1, "action": "burn", "reason": "x"}, 400, "action"),
        ({"action": "close", "reason": "x"}, 400, "version"),
    ],
)
async def test_a_decision_that_cannot_be_taken_names_the_field_and_changes_nothing(
    client: httpx.AsyncClient, queue: dict, body: dict, status: int, field: str
):
    answer = await client.post(f"/api/anomalies/{queue['case']}/decision", json=body, headers=queue["clerk"])

    assert answer.status_code == status
    assert field in str(answer.json()["issue"][0])
    case = (await client.get(f"/api/anomalies/{queue['case']}", headers=queue["clerk"])).json()
    assert (case["state"], case["version"]) == ("open", 1)


async def test_a_case_that_nobody_opened_is_not_found(client: httpx.AsyncClient, queue: dict):
    assert (await client.get(f"/api/anomalies/{uuid4()}", headers=queue["clerk"])).status_code == 404
    assert (await client.get("/api/anomalies/not-an-id", headers=queue["clerk"])).status_code in (400, 404)
