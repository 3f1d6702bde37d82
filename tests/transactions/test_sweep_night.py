"""The nightly sweep, as the worker does it; and the command."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text
from typer.testing import CliRunner

from registry.cli import app
from registry.jobs import names
from registry.jobs.handlers import HANDLERS, JobContext
from registry.settings import Settings
from registry.settings import settings as settings_of_process
from registry.worker import load_handlers
from tests.support.committing_office import CommittingOffice
from tests.support.sweeping import ADA, AWAY, GRETA, pairs, queue, swept, taken_on


async def night(office: CommittingOffice, given: Settings) -> None:
    load_handlers()
    await HANDLERS[names.SWEEP_DUPLICATES](JobContext(office.engine, office.clock, given), {})


async def test_the_night_sweeps_and_is_done_twice_without_harm(committing: CommittingOffice, settings: Settings):
    await night(committing, settings)
    assert await committing.column("select id from match_sweeps") == [], "nobody is there"
    await taken_on(committing, ADA, replace(ADA, address=AWAY), GRETA)
    await night(committing, settings)
    await night(committing, settings)
    assert len(await queue(committing)) == len(await pairs(committing)) == 1
    assert await committing.column("select distinct author from match_sweeps") == [names.SWEEP_DUPLICATES]


async def test_a_night_without_a_sweep_fills_the_queue_all_the_same(committing: CommittingOffice, settings: Settings):
    await taken_on(committing, ADA, ADA)
    await swept(committing, at_most=0)
    async with committing.at_work() as office:
        off = text("update policies set value = 'false' where key = 'duplicate_sweep_nightly'")
        await office.connection.execute(off)
    await night(committing, settings)
    assert await committing.one("select count(*) from match_sweeps") == 1
    assert len(await queue(committing)) == 1


def run(*words: str) -> tuple[int, str, str]:
    settings_of_process.cache_clear()
    done = CliRunner().invoke(app, ["match", *words])
    return done.exit_code, done.stdout, done.stderr


async def told(*words: str) -> tuple[int, str, str]:
    """What a command says, in a thread of its own: it brings its own event loop."""
    return await asyncio.to_thread(run, *words)


async def test_the_command_tells_what_it_found_and_opened(committing: CommittingOffice, settings: Settings):
    await taken_on(committing, ADA, ADA, GRETA)
    code, said, _ = await told("sweep", "--json")
    assert code == 0
    report = json.loads(said)
    assert {name: report[name] for name in ("people", "changed", "pairs", "opened", "waiting", "skipped")} == {
        "people": 3, "changed": 3, "pairs": 1, "opened": 1, "waiting": 0, "skipped": [],
    }  # fmt: skip
    code, said, _ = await told("sweep", "--all", "--at-most", "0")
    assert code == 0
    assert "nothing is merged" in said
    assert "FEATHERSTONE" not in said.upper()


async def test_the_command_refuses_in_a_sentence(committing: CommittingOffice, settings: Settings, tmp_path: Path):
    await taken_on(committing, ADA)
    assert (await told("sweep", "--resume"))[0] == 1
    assert (await told("sweep", "--all", "--resume"))[0] == 2
    assert (await told("sweep", "--changed-since", "yesterday"))[0] == 2
    model = tmp_path / "model.json"
    model.write_text("{}")
    code, _, errors = await told("sweep", "--model", str(model))
    assert code == 2
    assert "model.json" in errors
    assert await committing.column("select id from match_sweeps") == []


async def test_keys_are_made_anew_by_a_command(committing: CommittingOffice, settings: Settings):
    await taken_on(committing, ADA, GRETA)
    async with committing.at_work() as office:
        await office.connection.execute(text("update match_keys set normaliser_version = '0'"))
    code, _, errors = await told("sweep")
    assert code == 1
    assert "rebuild-keys" in errors
    code, said, _ = await told("rebuild-keys", "--json")
    assert (code, json.loads(said)) == (0, {"rebuilt": 2})
    assert (await told("sweep"))[0] == 0
