"""Assignments by several clerks at once, with real commits; and the same acts over HTTP."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest_asyncio

from registry.database import unit_of_work
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.assignment import acts
from registry.values.clock import FixedClock
from registry.values.person import Name
from tests.support import acts as doing
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import ANNA, Practice


async def eligible(office: CommittingOffice, practice: Practice, each: int) -> UUID:
    """The application, found eligible, of somebody whom a practice refused."""
    async with office.at_work() as at_work:
        connection, context = at_work.connection, at_work.context()
        _, number = await at_work.person(like=replace(ANNA, name=Name(f"Quill{each}", "Bea")))
        refusal = {"practice": practice.ods_code, "refused_on": at_work.today, "ground": "list-full"}
        await doing.done(connection, context, acts.REFUSE, nhs_number=number, **refusal)
        applied = await doing.done(connection, context, acts.APPLY, nhs_number=number)
        await doing.done(connection, context, acts.FIND_ELIGIBLE, id=applied.id, version=1)
    assert applied.id is not None
    return applied.id


async def assign(office: CommittingOffice, matter: UUID, practice: Practice, reason: str = "") -> Answer:
    context = office.plan.context()
    details = {"id": matter, "version": 2, "practice": practice.ods_code, "reason": reason}
    return await office.act(lambda connection: doing.do(connection, context, acts.ASSIGN, **details))


async def test_two_clerks_who_choose_at_once_choose_once(committing: CommittingOffice):
    async with committing.at_work() as at_work:
        one, other = await at_work.practice(), await at_work.practice()
    matter = await eligible(committing, one, 1)
    answers = await asyncio.gather(
        assign(committing, matter, one, "near"),
        assign(committing, matter, other, "near"),
        assign(committing, matter, one),
    )
    assert Counter(type(each).__name__ for each in answers)["Done"] == 1
    assert await committing.one("select count(*) from assignment_decisions") == 1
    assert await committing.one("select count(*) from list_movements") == 1


async def test_shares_are_counted_one_after_the_other(committing: CommittingOffice):
    """Two lists of one size: of five assigned to one of them at once, each sees those before."""
    async with committing.at_work() as at_work:
        one, other = await at_work.practice(), await at_work.practice()
        for practice in (one, other):
            for _ in range(3):
                await at_work.person(practice)
    matters = [await eligible(committing, other, each) for each in range(5)]
    answers = await asyncio.gather(*(assign(committing, matter, one) for matter in matters))
    done = [each for each in answers if isinstance(each, Done)]
    refused = [each for each in answers if isinstance(each, Impossible)]
    assert len(done) + len(refused) == 5 and all(each.field == "reason" for each in refused)
    places = await committing.column("select place from assignment_candidates where chosen")
    assert places == [1] * len(done) and 1 <= len(done) < 5


@pytest_asyncio.fixture
async def tokens(database: Database, clock: FixedClock) -> dict[str, dict[str, str]]:
    """Of a clerk of the office, of a system that may only read, and of a practice."""
    office = CommittingOffice(database.engine, clock)
    async with office.at_work() as at_work:
        practice = await at_work.practice()
    async with unit_of_work(database.engine) as connection:
        now = datetime.now(UTC)
        asked = {"clerk": (None, Role.STAFF), "reader": (None, Role.APP_READ), "practice": (practice.id, Role.STAFF)}
        return {
            name: {"Authorization": f"Bearer {await issue(connection, 'test', role, now, practice_id=practice_id)}"}
            for name, (practice_id, role) in asked.items()
        }


async def test_the_office_may_and_a_practice_may_not(
    client: httpx.AsyncClient, tokens: dict[str, dict[str, str]], committing: CommittingOffice
):
    report = await client.post("/api/assignments/fairness", json={"from": "2026-01-01"}, headers=tokens["reader"])
    assert report.status_code == 200 and report.json()["data"]["from"] == "2026-01-01"
    for path in ("fairness", "refusals"):
        refused = await client.post(f"/api/assignments/{path}", json={}, headers=tokens["practice"])
        assert refused.status_code == 403
    facilities = {"practice": "Y90001", "facility": ["step-free"]}
    said = [
        (await client.post("/api/assignments/facilities", json=facilities, headers=tokens[who])).status_code
        for who in ("clerk", "reader", "practice")
    ]
    assert said == [200, 403, 403]
    wrong = await client.post("/api/assignments/facilities", json={"practice": "Y9"}, headers=tokens["clerk"])
    assert wrong.status_code == 422 and "No practice of the register has this code" in wrong.text
