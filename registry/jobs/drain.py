"""Doing all the work that is due now, in this process: for commands and tests."""

import asyncio
import time
from datetime import timedelta
from uuid import uuid4

from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job, TracebackRecord
from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import unit_of_work
from registry.jobs.driver import ConnectionDriver
from registry.jobs.handlers import HANDLERS, JobContext
from registry.jobs.perform import JobFailed, perform, wait_before_retry

STALE_AFTER = timedelta(seconds=30)
"""A job whose worker has not been heard of for so long is taken over."""

_TURNS = 5
"""How many turns' jobs are taken from the queue in one go."""

_OTHERS_AT_WORK = text(
    "select exists (select from pgqueuer where status = 'picked' and heartbeat > now() - interval '30 seconds')"
)


async def drain(context: JobContext, *, wait_for_others: float = 30.0, at_once: int = 1) -> int:
    """Do every job that is due, and what those enqueue, until none is left. Returns how many succeeded.

    `at_once` are done side by side. One that fails is put back for later, as the worker does, and
    does not hold up the rest.
    Jobs that a worker has in hand are waited for, at most `wait_for_others` seconds, so that
    what follows from a command has happened when this returns.
    """
    me = QueueManagerId(uuid4())
    done = 0
    patience = time.monotonic() + wait_for_others
    while True:
        if jobs := await _take(context, me, at_once * _TURNS):
            done += await _do_all(jobs, context, at_once)
            continue
        async with context.engine.connect() as connection:
            if not (await connection.execute(_OTHERS_AT_WORK)).scalar_one() or time.monotonic() > patience:
                return done
        await asyncio.sleep(0.05)


async def _take(context: JobContext, me: QueueManagerId, number: int) -> list[Job]:
    if not HANDLERS:
        return []
    unlimited = EntrypointExecutionParameter(concurrency_limit=0)
    async with unit_of_work(context.engine) as connection:
        return await _queries(connection).dequeue(
            batch_size=number,
            entrypoints={QueueEntrypoint(name): unlimited for name in HANDLERS},
            queue_manager_id=me,
            global_concurrency_limit=None,
            heartbeat_timeout=STALE_AFTER,
        )


async def _do_all(jobs: list[Job], context: JobContext, at_once: int) -> int:
    """Do some jobs, and note all that succeeded in one unit of work. A job done twice does no more than once."""
    succeeded: list[Job] = []
    for begin in range(0, len(jobs), at_once):
        some = jobs[begin : begin + at_once]
        ends = await asyncio.gather(*(_do(job, context) for job in some))
        succeeded += [job for job, end in zip(some, ends, strict=True) if end]
    if succeeded:
        async with unit_of_work(context.engine) as connection:
            await _queries(connection).log_jobs([(job, "successful", None) for job in succeeded])
    return len(succeeded)


async def _do(job: Job, context: JobContext) -> bool:
    try:
        await perform(job.entrypoint, job.payload, job.id, job.attempts, context)
    except JobFailed as failure:
        record = TracebackRecord.from_exception(failure, job.id)
        wait = wait_before_retry(job.attempts)
        async with unit_of_work(context.engine) as connection:
            if wait is None:
                await _queries(connection).log_jobs([(job, "failed", record)])
            else:
                await _queries(connection).retry_job(job, wait, record)
        return False
    return True


def _queries(connection: AsyncConnection) -> Queries:
    return Queries(ConnectionDriver(connection))
