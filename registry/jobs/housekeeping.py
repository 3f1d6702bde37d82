"""The queue looks after itself, and tells how long it is."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.jobs import names
from registry.jobs.handlers import JobContext, Payload, handler, schedule

_LENGTHS = text(
    "select entrypoint, status::text, count(*), max(extract(epoch from now() - execute_after))"
    " from pgqueuer group by entrypoint, status order by entrypoint, status"
)
_FORGET = text("delete from pgqueuer_log where aggregated and created < now() - interval '30 days'")


@dataclass(frozen=True, slots=True)
class QueueLength:
    """How many jobs of a name are in a state: `queued`, `picked`, or `failed` (held for a person)."""

    name: str
    state: str
    jobs: int
    oldest_seconds: float
    """How long the oldest has been due; negative when it is to wait."""


async def queue_lengths(connection: AsyncConnection) -> list[QueueLength]:
    """Every name and state that has jobs, by name and state."""
    rows = await connection.execute(_LENGTHS)
    return [QueueLength(name, state, jobs, float(oldest)) for name, state, jobs, oldest in rows]


@handler(names.FORGET_DONE_JOBS)
async def forget_done_jobs(context: JobContext, payload: Payload) -> None:
    """Remove the log of jobs that ended a month ago and are counted in the statistics."""
    async with context.unit_of_work() as connection:
        await connection.execute(_FORGET)


schedule(names.FORGET_DONE_JOBS, "17 3 * * *")
