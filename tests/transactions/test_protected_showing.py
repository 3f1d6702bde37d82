"""Planted whereabouts of a protected person are looked for in everything that shows people, as every kind of caller."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text
from typer.testing import CliRunner

from registry import settings as settings_module
from registry.cli import app as command
from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.transactions.assignment.acts import ASSIGNMENT
from registry.transactions.look.list_numbers import list_numbers
from registry.transactions.look.lists import find_list, members, movements
from registry.transactions.look.person import look_at_person
from registry.transactions.special_registrations.counted import count_list
from registry.values.clock import FixedClock
from registry.values.nhs_number import NHSNumber
from tests.support.acts import do
from tests.support.databases import Database
from tests.support.office import Office
from tests.transactions.protected_scene import Scene, build, plain, seen

GETS = (
    "/api/anomalies?state=any&count=200",
    "/api/anomalies?state=any&practice={former}",
    "/api/anomalies?state=any&practice={holding}",
    "/api/matters?closed=true&count=200",
    "/api/letters?count=200",
    "/api/removals?closed=true&count=200",
    "/api/removals?practice={holding}",
    "/api/work?count=200",
    "/api/work?practice={holding}",
    "/api/monitor/run-sheet",
    "/api/paper/batches",
    "/api/notice-files",
    "/metrics",
    "/healthz",
    "/readyz",
)
BY_ID = {"anomalies": "/api/anomalies/{}", "matters": "/api/matters/{}", "letters": "/api/letters/{}"}
COMMANDS = (
    ("people", "show", "{number}"),
    ("people", "show", "{number}", "--json"),
    ("lists", "movements", "elsewhere"),
    ("lists", "show", "{third}"),
    ("lists", "movements", "{third}"),
    ("anomalies", "list", "--state", "any"),
    ("anomalies", "list", "--state", "any", "--json"),
    ("matters", "list", "--closed"),
    ("matters", "list", "--closed", "--json"),
    ("matters", "list", "--nhs", "{number}"),
    ("letters", "list"),
    ("letters", "list", "--json"),
    ("letters", "list", "--nhs", "{number}", "--json"),
    ("removals", "list", "--closed"),
    ("removals", "list", "--nhs", "{number}", "--json"),
    ("work", "list"),
    ("work", "list", "--json"),
    ("monitor", "run-sheet"),
    ("links", "inbox", "{third}"),
    ("check-invariants",),
)


@dataclass(slots=True)
class At:
    scene: Scene
    tokens: dict[str, dict[str, str]]

    def fill(self, template: str) -> str:
        scene = self.scene
        return template.format(
            number=scene.number,
            former=scene.former.ods_code,
            holding=scene.holding.ods_code,
            third=scene.third.ods_code,
        )


@pytest_asyncio.fixture
async def at(app: FastAPI, database: Database, clock: FixedClock) -> AsyncIterator[At]:
    """The scene, committed, and a token for every role of the office, and for practices."""
    async with unit_of_work(database.engine) as connection:
        scene = await build(Office(connection, clock))
        now = datetime.now(UTC)
        tokens: dict[str, dict[str, str]] = {}
        for role in Role:
            tokens[role.value] = {
                "Authorization": f"Bearer {await issue(connection, 'test', role, now, practice_id=None)}"
            }
        for name, practice in (("holding", scene.holding), ("former", scene.former), ("third", scene.third)):
            token = await issue(connection, name, Role.STAFF, now, practice_id=practice.id)
            tokens[name] = {"Authorization": f"Bearer {token}"}
    settings_module.settings.cache_clear()
    yield At(scene, tokens)
    settings_module.settings.cache_clear()


@pytest.mark.parametrize("role", [*(role.value for role in Role), "third"])
async def test_no_route_shows_where_she_is(client: httpx.AsyncClient, at: At, role: str):
    asked = [at.fill(each) for each in GETS]
    asked += [path.format(each) for table, path in BY_ID.items() for each in at.scene.ids[table]]
    answered = 0
    for path in asked:
        answer = await client.get(path, headers=at.tokens[role])
        if path.endswith((at.scene.holding.ods_code, at.scene.former.ods_code)) and answer.status_code == 200:
            # What was asked for by her practice finds nothing of hers.
            told = answer.json()
            listed = next(value for name, value in told.items() if isinstance(value, list))
            assert not [each for each in listed if str(at.scene.patient_id) in json.dumps(each)], path
        assert seen(at.scene, answer.text) == [], (role, path, answer.text[:3000])
        answered += answer.status_code == 200
    assert answered >= (3 if role == "third" else 14)


async def test_no_command_shows_where_she_is(at: At):
    asked = [tuple(at.fill(part) for part in line) for line in COMMANDS]
    asked += [("anomalies", "show", each, *json_) for each in at.scene.ids["anomalies"] for json_ in ((), ("--json",))]
    asked += [("matters", "show", each, *json_) for each in at.scene.ids["matters"] for json_ in ((), ("--json",))]
    asked += [("transactions", "show", each, "--json") for each in at.scene.ids["transactions"]]
    asked += [("letters", "show", str(n + 1), "--json") for n in range(len(at.scene.ids["letters"]))]
    for line in asked:
        ended = await asyncio.to_thread(CliRunner().invoke, command, list(line))
        assert ended.exit_code in (0, 1), (line, ended.output)
        assert "Traceback" not in ended.output
        marks = seen(at.scene, ended.output)
        if line == ("monitor", "run-sheet"):
            # It names practices for what their links wait for, and nobody.
            assert at.scene.number not in ended.output and "Protectedson" not in ended.output
            marks = [each for each in marks if not each.startswith("Y9")]
        assert marks == [], (line, ended.output)


async def test_what_may_be_seen_of_her_is(at: At, database: Database):
    async with database.engine.connect() as connection:
        shown = await look_at_person(connection, NHSNumber(at.scene.number))
        other = await look_at_person(connection, NHSNumber(at.scene.others))
    assert shown is not None and other is not None
    answer = shown.answer
    assert (answer["name"]["surname"], answer["date_of_birth"], answer["sex"]) == ("Protectedson", "1979-04-03", "2")
    assert answer["restricted"] and answer["whereabouts_hidden"]
    assert answer["practice"] is None and not any(answer["address"]["lines"]) and answer["address"]["postcode"] is None
    assert (answer["movements"], answer["stays"], answer["former_addresses"]) == ([], [], [])
    assert answer["open_work"]["open_matters"] and answer["open_work"]["open_cases"]
    assert other.answer["practice"] == at.scene.third.ods_code and other.answer["address"]["postcode"]


async def test_lists_count_her_and_leave_her_out(at: At, database: Database, clock: FixedClock):
    today = clock.now().date()
    for practice, counted, moved in ((at.scene.holding, 1, (1, 0)), (at.scene.former, 0, (1, 1))):
        async with database.engine.connect() as connection:
            found = await find_list(connection, practice.ods_code)
            assert found is not None
            assert await members(connection, found.id, today, today) == []
            assert (await count_list(connection, found.id, today)).on_list == counted
            assert await movements(connection, found.id, date.min, today) == []
            numbers = await list_numbers(connection, found.id, date.min, today)
            assert (numbers.came, numbers.went) == moved
    done = await asyncio.to_thread(CliRunner().invoke, command, ["lists", "show", at.scene.holding.ods_code])
    assert (
        "1 on the list" in done.output and "1 of them not shown" in done.output and at.scene.number not in done.output
    )
    done = await asyncio.to_thread(CliRunner().invoke, command, ["lists", "movements", at.scene.former.ods_code])
    assert "out 1" in done.output and "2 of them not shown" in done.output and at.scene.number not in done.output


async def test_a_clerk_can_still_work_her_cases(client: httpx.AsyncClient, at: At):
    listed = (await client.get("/api/anomalies?state=open&count=200", headers=at.tokens["staff"])).json()["cases"]
    assert {each["kind"] for each in listed} >= {"free-text"}
    case = (await client.get(f"/api/anomalies/{listed[0]['id']}", headers=at.tokens["staff"])).json()
    assert case["practice"] is None and case["candidates"][0]["person"]["surname"] == "Protectedson"
    assert case["candidates"][0]["person"]["nhs_number"] == at.scene.number


async def test_the_practice_that_holds_her_hears_nothing_of_her_address(client: httpx.AsyncClient, at: At):
    """By the link it learns what is its own: that it has her. Her address does not leave by API."""
    inbox = await client.get("/fhir/$nhais.inbox", headers=at.tokens["holding"])
    assert inbox.status_code == 200 and len(inbox.json()["entry"]) >= 2
    for each in ("Secretmark", "ZX7", "Formermark", "ZX6"):
        assert each not in inbox.text


async def test_a_person_of_the_office_finds_her_in_no_inbox(client: httpx.AsyncClient, at: At):
    """The office's system carries for practices; whoever looks, and acknowledges, does not learn that she is there."""
    whose = {"gpTradingPartnerCode": at.scene.holding.partner_code}
    everything = (await client.get("/fhir/$nhais.inbox", params=whose, headers=at.tokens["app"])).json()["entry"]
    for role in ("staff", "scheme", "identity", "counter-fraud"):
        seen_by = await client.get("/fhir/$nhais.inbox", params=whose, headers=at.tokens[role])
        assert "entry" not in seen_by.json(), role
    last = {"name": "message", "valueUri": everything[-1]["fullUrl"]}
    body = {"resourceType": "Parameters", "parameter": [last]}
    await client.post("/fhir/$nhais.acknowledge", json=body, headers=at.tokens["staff"])
    again = (await client.get("/fhir/$nhais.inbox", headers=at.tokens["holding"])).json()["entry"]
    assert len(again) == len(everything)


async def test_another_candidate_of_the_same_case_is_not_told_apart_by_place(at: At, database: Database):
    async with database.engine.connect() as connection:
        rows = await connection.execute(text("select evidence::text, whereabouts_hidden from shown_anomalies"))
        for evidence, hidden in rows:
            assert not hidden or '"reasons": ["' not in evidence


async def test_assignment_tells_nothing_of_how_near(database: Database, clock: FixedClock):
    from registry.transactions.protected.acts import CANDIDATES, SET
    from tests.support.acts import done

    acts = {act.name: act for act in ASSIGNMENT.acts}
    async with unit_of_work(database.engine) as connection:
        office = Office(connection, clock)
        scene = await build(office)
        homeless, number = await office.person(None)
        await done(
            connection, office.context(), SET, nhs_number=number, on_the_word_of="pds", reason="came from PDS so"
        )
        assert scene.patient_id != homeless
        applied = await done(connection, office.context(), acts["apply"], nhs_number=number)
        refused = await do(connection, office.context(), acts["candidates"], id=applied.id)
        assert "protected candidates" in plain(refused)
        shown: Any = await done(
            connection, office.context(), CANDIDATES, id=applied.id, reason="to find her a practice, ticket 8"
        )
        assert len(shown.data) == 3
        assert await office.one("select code from protected_openings") == "placing"
