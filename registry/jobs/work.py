"""The worker's loop: takes jobs as they come, keeps the schedules, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.core.executors import AbstractEntrypointExecutor
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context, Job, Schedule

from registry.database import unit_of_work
from registry.jobs.drain import STALE_AFTER
from registry.jobs.enqueue import enqueue
from registry.jobs.handlers import HANDLERS, SCHEDULES, JobContext
from registry.jobs.perform import JobFailed, perform, wait_before_retry

POLL_EVERY = timedelta(seconds=0.25)
"""How long a job may wait for an idle worker (see migration 0001 for why it is not notified)."""
_BATCH = 4


async def run_worker(url: str, context: JobContext, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set, then finish those in hand. `url` is the database's, for a pool of the queue's own.

    Raises when the database goes away; whoever supervises the worker starts it again.
    """
    async with asyncpg.create_pool(url, min_size=1, max_size=3) as pool:
        queuer = PgQueuer.from_asyncpg_pool(pool)
        for name in HANDLERS:
            queuer.entrypoint(name, on_failure="hold", executor_factory=_executor(context))(_done_by_executor)
        for name, cron in SCHEDULES.items():
            queuer.schedule(f"schedule:{name}", cron, clean_old=True)(_enqueuer(name, context))
        stopper = asyncio.create_task(_stop(queuer, stop))
        try:
            await queuer.run(
                dequeue_timeout=POLL_EVERY,
                batch_size=_BATCH,
                max_concurrent_tasks=2 * _BATCH,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=STALE_AFTER,
            )
        finally:
            stopper.cancel()


async def _stop(queuer: PgQueuer, stop: asyncio.Event) -> None:
    await stop.wait()
    queuer.shutdown.set()


async def _done_by_executor(job: Job) -> None:
    """Stands for the function that the library wants; the executor below does the work."""


@dataclass
class _Executor(AbstractEntrypointExecutor):
    """Does a job in this context; asks for it to be tried again later when it fails."""

    work: JobContext | None = None

    async def execute(self, job: Job, context: Context) -> None:
        assert self.work is not None  # noqa: S101  (given by _executor)
        try:
            await perform(job.entrypoint, job.payload, job.id, job.attempts, self.work)
        except JobFailed as failure:
            wait = wait_before_retry(job.attempts)
            if wait is None:
                raise
            raise RetryRequested(wait, str(failure)) from None


def _executor(context: JobContext) -> Callable[..., AbstractEntrypointExecutor]:
    return lambda parameters: _Executor(parameters, context)


def _enqueuer(name: str, context: JobContext) -> Callable[[Schedule], Awaitable[None]]:
    async def enqueue_scheduled(_: Schedule) -> None:
        async with unit_of_work(context.engine) as connection:
            await enqueue(connection, name, {}, dedupe_key=f"schedule:{name}")

    return enqueue_scheduled
