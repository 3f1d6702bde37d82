"""Judging a pair over HTTP and at the command line: the same decision, the same answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from typer.testing import CliRunner

from registry.cli import app
from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import settings
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.judging import offered
from tests.support.merging import two
from tests.support.office import Office

Run = Any


@pytest_asyncio.fixture
async def pair(database: Database, clock: FixedClock) -> dict[str, Any]:
    """An open case about two records, and a clerk's token."""
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        _, _, (one, _), (other, _) = await two(office)
        case = await offered(office, one, other)
        token = await issue(connection, "clerk", Role.STAFF, datetime.now(UTC), practice_id=None)
    return {"case": case, "one": one, "other": other, "clerk": {"Authorization": f"Bearer {token}"}}


async def change(database: Database, person: UUID) -> None:
    async with unit_of_work(database.engine) as connection:
        await connection.execute(text("update patients set version = version + 1 where id = :id"), {"id": person})


async def test_a_pair_is_shown_side_by_side_and_judged(client: httpx.AsyncClient, pair: dict[str, Any]):
    path = f"/api/anomalies/{pair['case']}"
    shown = (await client.get(path, headers=pair["clerk"])).json()
    assert (shown["kind"], shown["version"]) == ("possible-duplicate", 1)
    assert [each["person"]["sex"] for each in shown["candidates"]] == ["2", "2"]
    assert shown["pair"]["waterfall"][0]["step"] == "prior" and shown["pair"]["model_version"]

    body = {"version": 1, "action": "same", "reason": "one handwriting"}
    done = await client.post(f"{path}/decision", headers=pair["clerk"], json=body)
    assert done.status_code == 200 and done.json()["state"] == "decided"
    matter = (await client.get(f"/api/matters/{done.json()['matter']}", headers=pair["clerk"])).json()
    assert (matter["kind"], matter["state"]) == ("duplicate", "triaged")


async def test_undecided_leaves_it_open(client: httpx.AsyncClient, pair: dict[str, Any]):
    body = {"version": 1, "action": "undecided", "reason": "nobody answers"}
    done = await client.post(f"/api/anomalies/{pair['case']}/decision", headers=pair["clerk"], json=body)
    assert (done.status_code, done.json()["state"], done.json()["matter"]) == (200, "open", None)


async def test_a_record_that_changed_is_shown_as_it_is_now(
    client: httpx.AsyncClient, database: Database, pair: dict[str, Any]
):
    await change(database, pair["one"])
    body = {"version": 1, "action": "different", "reason": "two of one name"}
    path = f"/api/anomalies/{pair['case']}/decision"
    stale = await client.post(path, headers=pair["clerk"], json=body)
    assert stale.status_code == 409 and stale.json()["version"] == 2 and stale.json()["pair"]["waterfall"]
    wrong = await client.post(path, headers=pair["clerk"], json={**body, "version": 2, "action": "create"})
    assert wrong.status_code == 422
    assert (await client.post(path, headers=pair["clerk"], json={**body, "version": 2})).status_code == 200


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on the test's database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])
    settings.cache_clear()


@pytest.fixture
def a_case(run: Run, pair: dict[str, Any]) -> str:
    return str(pair["case"])


def test_the_command_says_what_became_of_it(run: Run, a_case: str):
    shown = run("anomalies", "show", a_case)
    assert shown.exit_code == 0 and "household" in shown.stdout and "registry anomalies decide ID" in shown.stdout
    decide = ("anomalies", "decide", a_case)
    assert run(*decide, "household", "--version", 9, "--reason", "twins").exit_code == 3
    refused = run(*decide, "close", "--version", 1, "--reason", "twins")
    assert refused.exit_code == 1 and "two records" in refused.stderr
    assert run(*decide, "household", "x", "--version", 1, "--reason", "twins").exit_code == 2
    done = run(*decide, "household", "--version", 1, "--reason", "twins", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["state"], told["matter"]) == (0, "decided", None)
    again = run(*decide, "household", "--version", 2, "--reason", "twins")
    assert again.exit_code == 1 and "decided already" in again.stderr
