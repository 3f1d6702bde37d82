"""Every night: whoever changed is compared with everybody, and the queue of pairs is filled.

The sweep is done in a process of its own: it computes for seconds or minutes, and what it needs of
memory is given back whole. Where the policy switches the sweep off, the queue is filled all the same.
"""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import structlog
from sqlalchemy import text

from registry.database import create_engine
from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, job_actor, schedule
from registry.policies.store import load
from registry.transactions.context import Context
from registry.values.clock import FixedClock

log = structlog.get_logger("registry.sweep")

_ANYBODY = text("select exists (select from patients)")


@dataclass(frozen=True, slots=True)
class Night:
    """What the process is told. `now` stands still while it works."""

    url: str
    profile: str
    model: Path | None
    now: datetime


@handler(names.SWEEP_DUPLICATES)
async def sweep_duplicates(context: JobContext, payload: Payload) -> None:
    """Sweep, or go on with the sweep that was broken off. Done twice, it finds nothing more to do."""
    async with context.engine.connect() as connection:
        if not (await connection.execute(_ANYBODY)).scalar_one():
            return
        policies = await load(connection, context.settings.profile)
    here = Context(job_actor(names.SWEEP_DUPLICATES), context.clock, policies)
    if not policies.on("duplicate_sweep_nightly", here.today):
        from registry.transactions.sweep.run import tidy_and_offer

        await tidy_and_offer(context.engine, here)
        return
    url = context.engine.url.render_as_string(hide_password=False)
    night = Night(url, context.settings.profile, context.settings.model, context.clock.now())
    # Forking a process that has threads and connections would copy both; a new one has neither.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        said = await asyncio.get_running_loop().run_in_executor(pool, sweep_in_process, night)
    log.info("sweep.done", **said)


schedule(names.SWEEP_DUPLICATES, "30 1 * * *")


def sweep_in_process(night: Night) -> dict[str, object]:
    """Do a night's sweep in this process; returns what came of it, in counts."""
    return asyncio.run(_sweep(night))


async def _sweep(night: Night) -> dict[str, object]:
    from registry.matching.model.load import model_in_use
    from registry.transactions.sweep.begin import Refused
    from registry.transactions.sweep.run import run_sweep

    engine = create_engine(night.url, pool_size=2)
    try:
        async with engine.connect() as connection:
            policies = await load(connection, night.profile)
        context = Context(job_actor(names.SWEEP_DUPLICATES), FixedClock(night.now), policies)
        report = await run_sweep(engine, context, model_in_use(night.model))
    finally:
        await engine.dispose()
    if isinstance(report, Refused):
        return {"refused": report.sentence}
    return {name: getattr(report, name) for name in ("people", "changed", "pairs", "opened", "closed", "waiting")}
