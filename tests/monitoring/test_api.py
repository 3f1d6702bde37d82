"""Paper and monitoring over HTTP: who may see what is open, and do something about it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office, Practice

Headers = dict[str, str]


@pytest_asyncio.fixture
async def at_work(database: Database, clock: FixedClock) -> tuple[Practice, Headers, Headers]:
    """A practice of whose patients one is in the queue, and tokens for the office and for the practice."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        _, number = await office.person(None)
        await office.send(office.acceptance(practice, number=number, free_text="PLEASE CALL"))
        now = datetime.now(UTC)
        clerk = await issue(connection, "test", Role.STAFF, now, practice_id=None)
        theirs = await issue(connection, "test", Role.STAFF, now, practice_id=practice.id)
    return practice, {"Authorization": f"Bearer {clerk}"}, {"Authorization": f"Bearer {theirs}"}


async def test_what_is_open_is_listed_and_counted(
    client: httpx.AsyncClient, at_work: tuple[Practice, Headers, Headers], clock: FixedClock
):
    practice, clerk, theirs = at_work
    assert (await client.get("/api/work")).status_code == 401
    assert (await client.get("/api/work", headers=theirs)).status_code == 403

    found = (await client.get("/api/work", headers=clerk)).json()
    assert {(each["kind"], each["owner"], each["expects"]) for each in found["work"]} == {
        ("transaction", "registration", "decision"),
        ("case", "registration", "decision"),
    }
    assert all(each["practice"] == practice.ods_code and not each["late"] for each in found["work"])
    assert [(each["kind"], each["open"], each["late"]) for each in found["counts"]] == [
        ("case", 1, 0), ("transaction", 1, 0),
    ]  # fmt: skip
    assert (await client.get("/api/work?late=true", headers=clerk)).json()["work"] == []
    assert (await client.get("/api/work?owner=practice", headers=clerk)).json()["work"] == []
    assert len((await client.get("/api/work?kind=case&count=1", headers=clerk)).json()["work"]) == 1
    assert len((await client.get("/api/work?skip=1", headers=clerk)).json()["work"]) == 1
    clock.instant += timedelta(days=10)
    assert len((await client.get("/api/work?late=true", headers=clerk)).json()["work"]) == 2
    assert (await client.get("/api/work?count=0", headers=clerk)).status_code == 400


async def test_the_run_sheet_and_the_balance_over_http(
    client: httpx.AsyncClient, at_work: tuple[Practice, Headers, Headers], database: Database, clock: FixedClock
):
    _practice, clerk, _theirs = at_work
    sheet = (await client.get("/api/monitor/run-sheet?on=2026-11-16", headers=clerk)).json()
    assert sheet["unanswered"] == {"0-2": 0, "3-5": 0, "6-10": 1, ">10": 0}
    assert [each["count"] for each in sheet["late"] if each["kind"] == "case"] == [1]
    assert (await client.get("/api/monitor/balances/2026-11-02", headers=clerk)).status_code == 404

    missing = await client.post("/api/monitor/sign", headers=clerk, json={"day": "2026-11-02"})
    assert missing.status_code == 404
    early = await client.post("/api/monitor/sign", headers=clerk, json={"day": "2026-13-02"})
    assert early.status_code == 400


async def test_paper_over_http(client: httpx.AsyncClient, at_work: tuple[Practice, Headers, Headers]):
    practice, clerk, theirs = at_work
    opening = {"practice": practice.ods_code, "received_on": "2026-11-02", "forms": 1}
    assert (await client.post("/api/paper/open-batch", headers=theirs, json=opening)).status_code == 403
    opened = await client.post("/api/paper/open-batch", headers=clerk, json=opening)
    assert opened.status_code == 200
    batch = opened.json()["id"]

    refused = await client.post("/api/paper/close-batch", headers=clerk, json={"id": batch})
    assert refused.status_code == 422 and "1 to be dealt with" in refused.text
    wrong = await client.post(
        "/api/paper/key-acceptance", headers=clerk, json={"id": batch, "form": "F 1", "type": "3", "sex": "F"}
    )
    assert wrong.status_code == 400
    turned = await client.post(
        "/api/paper/reject", headers=clerk, json={"id": batch, "form": "F-1", "reason": "illegible"}
    )
    assert turned.json()["state"] == "rejected"

    [listed] = (await client.get("/api/paper/batches", headers=clerk)).json()["batches"]
    assert (listed["received"], listed["rejected"], listed["left_over"]) == (1, 1, 0)
    shown = (await client.get(f"/api/paper/batches/{batch}", headers=clerk)).json()
    assert [(form["reference"], form["state"], form["expects"]) for form in shown["forms"]] == [
        ("F-1", "rejected", "form again")
    ]
    nothing = await client.get("/api/paper/batches/0190d9b2-6f3e-7c35-8a5a-3f1f6f0d9c11", headers=clerk)
    assert nothing.status_code == 404
