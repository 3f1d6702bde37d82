"""Changes of identity over HTTP: for those who are entrusted with them, and with answers that name nobody."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.transactions.identities.acts import IDENTITIES
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office

ASKED = {"kind": "adoption", "authority": "nbo", "reference": "NBO/17", "evidence": "weekly list", "reason": "told so"}


@pytest_asyncio.fixture
async def desk(database: Database, clock: FixedClock) -> dict[str, Any]:
    """Somebody on a list, and a token for every role, and for a practice."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        _, number = await office.person(practice)
        tokens = {
            role.value: await issue(connection, f"{role.value}-person", role, clock.now(), practice_id=None)
            for role in Role
        }
        tokens["practice"] = await issue(connection, "surgery", Role.STAFF, clock.now(), practice_id=practice.id)
        tokens["second"] = await issue(connection, "second", Role.IDENTITY, clock.now(), practice_id=None)
        headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
        return {"number": number, "new": office.number(), "headers": headers}


@pytest.mark.parametrize("act", [act.name for act in IDENTITIES.acts])
async def test_nobody_else_is_let_in(client: httpx.AsyncClient, desk: dict[str, Any], act: str):
    path = f"/api/identities/{act}"
    assert (await client.post(path, json={})).status_code == 401
    for name, headers in desk["headers"].items():
        expected = {403} if name not in ("identity", "second") else {200, 400}
        assert (await client.post(path, json={}, headers=headers)).status_code in expected, name


async def test_no_answer_names_anybody_but_what_is_shown_before_approval(
    client: httpx.AsyncClient, desk: dict[str, Any]
):
    async def post(act: str, by: str = "identity", **body: Any) -> httpx.Response:
        return await client.post(f"/api/identities/{act}", json=body, headers=desk["headers"][by])

    notified = await post("notify", nhs_number=desk["number"], **ASKED)
    case = notified.json()["id"]
    new = {"surname": "Markedname", "first_forename": "Ash", "address": ["", "1 Marked Street"]}
    numbered = await post("number", id=case, version=1, new_number=desk["new"], **new)
    seen = await post("look", by="second", id=case, reason="to approve")
    own = await post("approve", id=case, version=2)
    approved = await post("approve", by="second", id=case, version=2)
    listed = await post("list")
    again = await post("notify", nhs_number=desk["number"], **ASKED)
    late = await post("withdraw", id=case, version=3, reason="no")
    stale = await post("close", id=case, version=1)
    nobody = await post("look", id="7f1a8cb0-6f0c-4ad0-8f3c-6f1d5a3c2b11", reason="curious")

    assert [each.status_code for each in (notified, numbered, seen, own, approved, listed)] == [
        200, 200, 200, 422, 200, 200,
    ]  # fmt: skip
    assert [each.status_code for each in (again, late, stale, nobody)] == [422, 422, 409, 404]
    assert seen.json()["data"]["old"]["nhs_number"] == desk["number"]
    assert seen.json()["data"]["new"]["name"]["surname"] == "Markedname"
    for answer in (notified, numbered, own, approved, listed, again, late, stale, nobody):
        for word in (desk["number"], desk["new"], "Marked", "Harrowgate", "Quillet"):
            assert word not in answer.text
    [row] = listed.json()["data"]
    assert set(row) == {"id", "version", "kind", "state", "owner", "expects", "due_at", "risen"}


async def test_unusable_input_is_told_by_its_field(client: httpx.AsyncClient, desk: dict[str, Any]):
    headers = desk["headers"]["identity"]
    for wrong in (
        {"nhs_number": "9990000019"},
        {"notified_on": "2031-01-01"},
        {"kind": "marriage"},
        {"by_practice": "Y99999"},
        {"practice": "Y99999"},
        {"reference": ""},
    ):
        body = {"nhs_number": desk["number"], **ASKED, **wrong}
        answer = await client.post("/api/identities/notify", json=body, headers=headers)
        assert answer.status_code in (400, 422) and next(iter(wrong)) in json.dumps(answer.json()), answer.text
