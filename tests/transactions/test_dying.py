"""A process that dies between any two statements has done an act wholly or not at all."""

import asyncio
import json
import sys

from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database


async def test_dying_before_any_statement_loses_and_doubles_nothing(committing: CommittingOffice, database: Database):
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.transactions.dying", database.url, stdout=-1, stderr=-1
    )
    said, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    told = {each["act"]: each for each in json.loads(said)}

    single = {act: each for act, each in told.items() if act not in ("post", "due")}
    assert {act: each["left_something"] for act, each in single.items()} == dict.fromkeys(single, 0)
    assert all(each["died"] >= 4 for each in told.values()), told
    assert told["due"]["left_something"] >= 2, "each deduction is a unit of work of its own"

    tally = {
        "acceptances": "transactions where kind = 'acceptance' and state = 'accepted'",
        "people": "patients",
        "moves and deductions": "list_movements where reason <> 'take-on'",
        "approvals": "practice_messages where kind = 'F4'",
        "deductions told": "practice_messages where kind = 'F2'",
        "requests answered": "practice_messages where kind = 'F11'",
        "open cases about people": "anomalies where state = 'open' and kind <> 'receipt-missing'",
        "open pending deductions": "pending_deductions where state = 'pending'",
    }
    found = {name: await committing.one(f"select count(*) from {what}") for name, what in tally.items()}
    assert found == {
        "acceptances": 3,
        "people": 5,
        "moves and deductions": 5,
        "approvals": 3,
        "deductions told": 4,
        "requests answered": 3,
        "open cases about people": 0,
        "open pending deductions": 0,
    }
