"""A process that dies between any two steps has keyed a form or balanced a day wholly or not at all."""

import asyncio
import json
import sys

from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database


async def test_dying_at_any_step_neither_loses_a_form_nor_balances_a_day_twice(
    database: Database, clock: FixedClock, settings: Settings
):
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.monitoring.dying", database.url, stdout=-1, stderr=-1
    )
    said, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    told = {each["act"]: each for each in json.loads(said)}
    assert {act: each["left_something"] for act, each in told.items() if act != "evening"} == dict.fromkeys(
        [act for act in told if act != "evening"], 0
    )
    assert all(each["died"] >= 3 for each in told.values()), told

    office = CommittingOffice(database.engine, clock)
    tally = {
        "batches closed": "paper_batches where closed_at is not null",
        "forms": "paper_forms",
        "transactions from paper": "transactions where source = 'paper'",
        "answers by post": "letters where kind = 'PAP-1'",
        "forms sent back": "letters where kind = 'PAP-3'",
        "moves and deductions": "list_movements where reason <> 'take-on'",
        "days": "balance_days",
        "lines": "daily_balances",
        "differences": "daily_balances where differences <> '{}'",
        "signatures": "audit_events where action = 'daily-balance.signed'",
    }
    found = {name: await office.one(f"select count(*) from {what}") for name, what in tally.items()}
    assert found == {
        "batches closed": 1,
        "forms": 3,
        "transactions from paper": 2,
        "answers by post": 1,
        "forms sent back": 1,
        "moves and deductions": 2,
        "days": 2,
        "lines": 4,
        "differences": 0,
        "signatures": 1,
    }
    assert await office.breaches() == []
