"""Interchanges that a crash left half done are taken on."""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import Uuid

from registry.database import unit_of_work
from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, job_actor, schedule
from registry.links.receive_interchange import go_on
from registry.policies.store import PolicyStore
from registry.retry import is_out_of_reach
from registry.transactions.context import Context
from registry.transactions.due.failing import failing, note_failing, note_mended
from registry.values.clock import Clock

STALE_AFTER = timedelta(seconds=30)
"""How old a stored interchange is when whoever stored it is thought to be gone."""

_LEFT = text("select id from interchanges where state = 'stored' and id < :before order by id").bindparams(
    bindparam("before", type_=Uuid)
)

_WHAT = "resume_interchange"

log = structlog.get_logger("registry.links")


async def resume(
    engine: AsyncEngine, clock: Clock, policies: PolicyStore, older_than: timedelta = STALE_AFTER
) -> list[UUID]:
    """Finish what has been stored for so long, the oldest first; returns what came to its end.

    Safe beside the process that is at work on one: what either has done, the other finds done. One
    that cannot be finished time after time is put before a person.
    """
    async with engine.connect() as connection:
        left = list((await connection.execute(_LEFT, {"before": _first_id_since(older_than)})).scalars())
        failing_before = await failing(connection, _WHAT)
        context = Context(job_actor(names.RESUME_INTERCHANGES), clock, await policies.current(connection))
    finished: list[UUID] = []
    for interchange_id in left:
        try:
            await go_on(engine, clock, policies, interchange_id)
        except Exception as error:
            if is_out_of_reach(error):
                raise
            reason = type(error).__name__
            log.error("interchange.not_resumed", interchange_id=str(interchange_id), reason=reason)
            failing_before.discard(str(interchange_id))
            async with unit_of_work(engine) as connection:
                await note_failing(connection, context, _WHAT, str(interchange_id), reason)
        else:
            finished.append(interchange_id)
    if failing_before:
        async with unit_of_work(engine) as connection:
            await note_mended(connection, context, _WHAT, failing_before)
    return finished


@handler(names.RESUME_INTERCHANGES)
async def resume_interchanges(context: JobContext, payload: Payload) -> None:
    """Go on with what a crash left half done."""
    await resume(context.engine, context.clock, PolicyStore(context.settings.profile))


schedule(names.RESUME_INTERCHANGES, "* * * * *")


def _first_id_since(age: timedelta) -> UUID:
    """The smallest id that can have been given since. Ids tell the machine's time, whatever `--at` says."""
    milliseconds = int((time.time() - age.total_seconds()) * 1000)
    return UUID(int=milliseconds << 80)
