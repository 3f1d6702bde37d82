"""Notices and files of them over HTTP: who may, what is answered, and what is refused."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office


@pytest_asyncio.fixture
async def desk(database: Database, clock: FixedClock) -> dict:
    """Somebody on a list, and tokens for the office, for a reader, and for the practice."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        _, number = await office.person(practice)
        tokens = {
            "clerk": await issue(connection, "clerk", Role.STAFF, datetime.now(UTC), practice_id=None),
            "reader": await issue(connection, "reader", Role.APP_READ, datetime.now(UTC), practice_id=None),
            "practice": await issue(connection, "practice", Role.STAFF, datetime.now(UTC), practice_id=practice.id),
        }
    return {"number": number, **{name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}}


def file_of(number: str, name: str = "week-44.csv", total: int = 1) -> dict[str, str]:
    content = f"reference,nhs_number,happened_on\nD1,{number},2026-10-20\nEND,{total}\n"
    return {"kind": "deaths", "name": name, "content": content}


async def test_a_file_is_handed_over_and_looked_at(client: httpx.AsyncClient, desk: dict):
    loaded = await client.post("/api/notice-files", json=file_of(desk["number"]), headers=desk["clerk"])
    assert loaded.status_code == 200 and (loaded.json()["done"], loaded.json()["notices"]) == (1, 1)
    again = await client.post("/api/notice-files", json=file_of(desk["number"]), headers=desk["clerk"])
    assert again.json()["was_complete"] is True

    [listed] = (await client.get("/api/notice-files", headers=desk["reader"])).json()["files"]
    shown = (await client.get(f"/api/notice-files/{listed['id']}?result=done", headers=desk["reader"])).json()
    assert [line["outcome"] for line in shown["lines"]] == ["death-recorded"] and shown["left_over"] == 0
    assert desk["number"] not in str(shown)


async def test_a_file_that_is_not_whole_is_refused_with_its_reason(client: httpx.AsyncClient, desk: dict):
    refused = await client.post("/api/notice-files", json=file_of(desk["number"], total=2), headers=desk["clerk"])
    assert refused.status_code == 422
    assert "trailer says 2" in refused.json()["issue"][0]["details"]["text"]
    unknown = await client.get(f"/api/notice-files/{uuid4()}", headers=desk["reader"])
    assert unknown.status_code == 404


async def test_only_the_office_loads_and_looks(client: httpx.AsyncClient, desk: dict):
    for caller in ("practice", "reader"):
        refused = await client.post("/api/notice-files", json=file_of(desk["number"]), headers=desk[caller])
        assert refused.status_code == 403
    assert (await client.get("/api/notice-files", headers=desk["practice"])).status_code == 403


async def test_notices_deaths_and_quarters_are_routes(client: httpx.AsyncClient, desk: dict):
    told = {"nhs_number": desk["number"], "cause": "death", "happened_on": "2026-10-20"}
    done = await client.post("/api/deductions/notify", json=told, headers=desk["clerk"])
    assert done.status_code == 200 and done.json()["state"] == "death-recorded"
    alive = {"nhs_number": desk["number"], "reason": "rang us"}
    back = await client.post("/api/deductions/reverse-death", json=alive, headers=desk["clerk"])
    assert back.json()["state"] == "death-reversed"
    short = {**told, "cause": "prison", "months": 3}
    refused = await client.post("/api/deductions/notify", json=short, headers=desk["clerk"])
    assert refused.status_code == 422
    found = await client.post("/api/quarters/blockers", json={"ends_on": "2026-12-31"}, headers=desk["clerk"])
    assert [each["name"] for each in found.json()["data"]["found"]] == ["national-requests"]
