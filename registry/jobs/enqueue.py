"""Putting work into the queue, in the unit of work of whoever asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, to_json
from registry.jobs.driver import ConnectionDriver
from registry.jobs.handlers import Payload
from registry.jobs.models import queue


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to enqueue. With a `dedupe_key`, one that waits or runs under the same key stands for it."""

    name: str
    payload: Payload = field(default_factory=dict)
    dedupe_key: str | None = None
    execute_after: timedelta | None = None


async def enqueue(
    connection: AsyncConnection,
    name: str,
    payload: Payload,
    *,
    dedupe_key: str | None = None,
    execute_after: timedelta | None = None,
) -> None:
    """Enqueue one job: it is there when the connection's transaction commits, and only then.

    `execute_after` is a wait from now, for trying again later; what falls due on a date is a
    row of its domain and not a job that waits.
    """
    await enqueue_all(connection, [NewJob(name, payload, dedupe_key, execute_after)])


async def enqueue_all(connection: AsyncConnection, jobs: Sequence[NewJob]) -> None:
    """Enqueue several jobs in one round trip. None: nothing is sent."""
    if not jobs:
        return
    await Queries(ConnectionDriver(connection)).enqueue(
        entrypoint=[job.name for job in jobs],
        payload=[_bytes(job.payload) for job in jobs],
        priority=[0] * len(jobs),
        execute_after=[job.execute_after for job in jobs],
        dedupe_key=[job.dedupe_key for job in jobs],
        on_conflict="skip",
    )


def enqueue_with(writes: Writes, name: str, payload: Payload) -> None:
    """Add a job to a batch of writes, so that it costs no round trip. Always a job of its own."""
    writes.insert(queue, entrypoint=name, payload=_bytes(payload), priority=0, status="queued")


def _bytes(payload: Payload) -> bytes:
    return to_json(payload).encode()


def payload_of(stored: bytes | None) -> Payload:
    """The payload of a stored job."""
    decoded: dict[str, Any] = orjson.loads(stored) if stored else {}
    return decoded
