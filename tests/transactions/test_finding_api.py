"""The matcher over HTTP and on the command line: who may ask, what is answered, and that asking is audited."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from typer.testing import CliRunner

from registry.cli import app as command
from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import settings
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import ANNA, Office

HER = {"surname": "harrowgate", "first_forename": "Anna", "date_of_birth": "1984-05-17", "postcode": "zx4 7qp"}


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> dict[str, Any]:
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        practice = await office.practice()
        patient_id, number = await office.person(practice)
        outcome = await office.send(office.acceptance(practice, like=ANNA, number=number))
        now = datetime.now(UTC)

        async def token(role: Role, practice_id: Any = None) -> dict[str, str]:
            return {"Authorization": f"Bearer {await issue(connection, 'test', role, now, practice_id=practice_id)}"}

        return {
            "her": patient_id,
            "number": number,
            "transaction": outcome.transaction_id,
            "clerk": await token(Role.STAFF),
            "reader": await token(Role.APP_READ),
            "practice": await token(Role.STAFF, practice.id),
        }


async def test_a_clerk_asks_and_it_is_audited(client: httpx.AsyncClient, database: Database, world: dict[str, Any]):
    answer = await client.post("/api/match", json=HER, headers=world["clerk"])
    assert answer.status_code == 200
    told = answer.json()
    assert told["outcome"] == "certain" and told["candidates"][0]["person"]["nhs_number"] == world["number"]
    async with database.engine.connect() as connection:
        read = text("select patient_ids from audit_events where action = 'match.read'")
        assert (await connection.execute(read)).scalars().all() == [[world["her"]]]


@pytest.mark.parametrize("who", ["reader", "practice"])
async def test_only_the_office_may_search_everybody(client: httpx.AsyncClient, world: dict[str, Any], who: str):
    assert (await client.post("/api/match", json=HER, headers=world[who])).status_code == 403
    pair = {"first": world["number"], "second": world["number"]}
    assert (await client.post("/api/match/explain", json=pair, headers=world[who])).status_code == 403
    path = f"/api/match/decisions/{world['transaction']}"
    assert (await client.get(path, headers=world[who])).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"surname": "", "first_forename": " "},
        {"surname": "Ж" * 300, "first_forename": "X", "date_of_birth": "1900-01-01"},
        {"surname": "A", "first_forename": "B", "sex": "other", "nhs_number": "\x00?", "address_lines": ["", "\x00"]},
        {"date_of_birth": "0001-01-01", "postcode": "\x00", "previous_postcode": "ZZ99 3VZ"},
    ],
)
async def test_absurd_descriptions_find_nobody(client: httpx.AsyncClient, world: dict[str, Any], body: dict[str, Any]):
    answer = await client.post("/api/match", json=body, headers=world["clerk"])
    assert answer.status_code == 200 and answer.json()["outcome"] == "none" and answer.json()["candidates"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [({"name": "X"}, "name"), ({"date_of_birth": "17/05/1984"}, "date_of_birth"), ({"sex": "f"}, "sex")],
)
async def test_what_is_no_description_is_refused(
    client: httpx.AsyncClient, world: dict[str, Any], body: dict[str, Any], field: str
):
    answer = await client.post("/api/match", json=body, headers=world["clerk"])
    assert answer.status_code == 400 and field in answer.text


async def test_explain_says_what_is_wrong_with_the_numbers(client: httpx.AsyncClient, world: dict[str, Any]):
    for pair, status in (
        ({"first": "123", "second": world["number"]}, 400),
        ({"first": world["number"], "second": "9990009996"}, 404),
        ({"first": world["number"], "second": world["number"]}, 422),
    ):
        answer = await client.post("/api/match/explain", json=pair, headers=world["clerk"])
        assert answer.status_code == status
        assert world["number"] not in answer.text


async def test_a_decision_is_replayed(client: httpx.AsyncClient, world: dict[str, Any]):
    answer = await client.get(f"/api/match/decisions/{world['transaction']}", headers=world["clerk"])
    assert answer.status_code == 200 and answer.json()["decisions"][0]["is_same"] is True
    nowhere = await client.get(f"/api/match/decisions/{world['her']}", headers=world["clerk"])
    assert nowhere.status_code == 404


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(command, ["match", *(str(argument) for argument in arguments)])
    settings.cache_clear()


def test_the_commands_say_the_same(world: dict[str, Any], run: Any):
    her = ("--surname", "Harrowgate", "--forename", "Anna", "--date-of-birth", "1984-05-17", "--postcode", "ZX4 7QP")
    found = run("find", *her, "--json")
    assert found.exit_code == 0 and json.loads(found.stdout)["outcome"] == "certain"
    assert "NHS number" in run("find", *her).stdout, "a waterfall in print"
    assert run("find", "--surname", "Nobody", "--forename", "Nemo").exit_code == 1
    assert run("find").exit_code == 2
    replayed = run("replay", world["transaction"])
    assert replayed.exit_code == 0 and "the same decision" in replayed.stdout
    assert run("replay", world["her"]).exit_code == 1
    assert run("explain", "123", world["number"]).exit_code == 2
    assert run("explain", world["number"], world["number"]).exit_code == 1
