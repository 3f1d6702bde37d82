"""A sweep that is killed at any moment and run again finds every pair, and each of them once."""

import asyncio
import sys

from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.sweeping import pairs, queue
from tests.transactions.dying_sweep import DOUBLES, PARTS


async def test_dying_before_any_step_loses_no_pair_and_does_none_twice(
    committing: CommittingOffice, database: Database
):
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.transactions.dying_sweep", database.url, stdout=-1, stderr=-1
    )
    said, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    assert int(said) >= 10
    sweeps = "select to_jsonb(w) from match_sweeps w order by started_at"
    sweep, *others = await committing.column(sweeps)
    assert (sweep["state"], sweep["chunks"], sweep["chunks_done"]) == ("finished", PARTS, PARTS)
    assert all(each["state"] == "finished" for each in others), "those who died when the first was done began anew"
    assert len(others) <= 3
    assert len(await pairs(committing, "offered")) == len(await pairs(committing)) == DOUBLES
    assert sorted(await queue(committing), key=sorted) == sorted(await pairs(committing), key=sorted)
    opened = "select patient_ids from audit_events where action = 'anomaly.opened'"
    assert len(await committing.column(opened)) == DOUBLES
    told = "select (subject ->> 'pairs')::integer from audit_events where action = 'register.swept' order by at, id"
    assert await committing.column(told) == [DOUBLES] * (1 + len(others))
