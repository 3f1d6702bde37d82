"""Jobs commit with the fact that asks for them, are done once, and are not lost when they fail."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes, unit_of_work
from registry.jobs.drain import drain
from registry.jobs.enqueue import NewJob, enqueue, enqueue_all, enqueue_with
from registry.jobs.handlers import JobContext, Payload, handler
from registry.jobs.housekeeping import queue_lengths
from registry.jobs.perform import MOST_ATTEMPTS, wait_before_retry
from registry.jobs.work import run_worker
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.jobs import replaced

NAME = "test.note"


@pytest.fixture
def context(database: Database, clock: FixedClock) -> JobContext:
    return JobContext(database.engine, clock, Settings())  # pyright: ignore[reportCallIssue]


async def waiting(connection: AsyncConnection) -> list[str]:
    return list((await connection.execute(text("select entrypoint from pgqueuer order by id"))).scalars())


async def test_a_job_commits_with_the_fact_and_not_without_it(context: JobContext):
    with pytest.raises(RuntimeError):
        async with context.unit_of_work() as connection:
            # The first statement of its transaction: it must not commit by itself.
            await enqueue(connection, NAME, {"n": 1})
            raise RuntimeError("the fact could not be written")
    async with context.unit_of_work() as connection:
        assert await waiting(connection) == []
        await enqueue(connection, NAME, {"n": 2})
    async with context.engine.connect() as connection:
        assert await waiting(connection) == [NAME]


async def test_draining_does_what_jobs_enqueue_in_turn(context: JobContext):
    seen: list[int] = []

    async def count_down(context: JobContext, payload: Payload) -> None:
        seen.append(payload["n"])
        if payload["n"]:
            async with context.unit_of_work() as connection:
                await enqueue(connection, NAME, {"n": payload["n"] - 1})

    with replaced(NAME, count_down):
        async with context.unit_of_work() as connection:
            await enqueue(connection, NAME, {"n": 3})
        assert await drain(context) == 4
        assert await drain(context) == 0
    assert seen == [3, 2, 1, 0]


async def test_a_job_in_a_batch_of_writes_is_done_like_any_other(context: JobContext):
    seen: list[Payload] = []

    async def note(_: JobContext, payload: Payload) -> None:
        seen.append(payload)

    with replaced(NAME, note):
        async with context.unit_of_work() as connection:
            writes = Writes()
            enqueue_with(writes, NAME, {"n": 1, "text": "it's"})
            enqueue_with(writes, NAME, {"n": 2})
            await writes.flush(connection)
        assert await drain(context) == 2
    assert seen == [{"n": 1, "text": "it's"}, {"n": 2}]


async def test_the_same_key_waits_once(context: JobContext):
    async with context.unit_of_work() as connection:
        await enqueue_all(connection, [NewJob(NAME, dedupe_key="k"), NewJob(NAME, dedupe_key="other")])
        await enqueue(connection, NAME, {}, dedupe_key="k")
        assert len(await waiting(connection)) == 2


async def test_what_is_to_wait_is_not_due(context: JobContext):
    async def never(_: JobContext, payload: Payload) -> None:
        raise AssertionError("it was not due")

    with replaced(NAME, never):
        async with context.unit_of_work() as connection:
            await enqueue(connection, NAME, {}, execute_after=timedelta(minutes=5))
        assert await drain(context) == 0


async def test_a_failing_job_is_put_back_without_what_it_was_about(context: JobContext):
    async def fail(_: JobContext, payload: Payload) -> None:
        raise ValueError("Mrs Somebody has no number")

    with replaced(NAME, fail):
        async with context.unit_of_work() as connection:
            await enqueue(connection, NAME, {})
        assert await drain(context) == 0
    async with context.engine.connect() as connection:
        row = (await connection.execute(text("select status::text, attempts from pgqueuer"))).one()
        assert row == ("queued", 1)
        traces = (await connection.execute(text("select traceback::text from pgqueuer_log"))).scalars()
        told = " ".join(trace for trace in traces if trace)
    assert "ValueError" in told
    assert "Somebody" not in told


async def test_a_job_that_keeps_failing_is_held_and_counted(context: JobContext):
    async def fail(_: JobContext, payload: Payload) -> None:
        raise ValueError

    with replaced(NAME, fail):
        async with context.unit_of_work() as connection:
            await enqueue(connection, NAME, {})
            await connection.execute(text("update pgqueuer set attempts = :n"), {"n": MOST_ATTEMPTS - 1})
        await drain(context)
    async with context.engine.connect() as connection:
        assert [(row.name, row.state, row.jobs) for row in await queue_lengths(connection)] == [(NAME, "failed", 1)]


def test_waits_grow_and_end():
    waits = [wait_before_retry(attempts) for attempts in range(MOST_ATTEMPTS)]
    assert waits[:3] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert waits[-1] is None
    assert max(wait for wait in waits if wait) == timedelta(minutes=10)


async def test_two_handlers_for_one_name_are_refused():
    async def note(_: JobContext, payload: Payload) -> None: ...

    async def other(_: JobContext, payload: Payload) -> None: ...

    with replaced(NAME, note), pytest.raises(ValueError, match="two handlers"):
        handler(NAME)(other)


async def test_the_worker_does_jobs_retries_and_stops_when_told(database: Database, context: JobContext):
    seen: list[int] = []
    stop = asyncio.Event()

    async def second_time_lucky(_: JobContext, payload: Payload) -> None:
        seen.append(payload["n"])
        if payload["n"] == 2 and seen.count(2) == 1:
            raise ConnectionError
        if len(seen) == 4:
            stop.set()

    with replaced(NAME, second_time_lucky):
        worker = asyncio.create_task(run_worker(database.url, context, stop))
        for number in (1, 2, 3):
            async with unit_of_work(database.engine) as connection:
                await enqueue(connection, NAME, {"n": number})
        await asyncio.wait_for(worker, timeout=20)
    assert sorted(seen) == [1, 2, 2, 3]
    async with database.engine.connect() as connection:
        assert await waiting(connection) == []


async def test_draining_waits_for_what_a_worker_has_in_hand(context: JobContext):
    async with context.unit_of_work() as connection:
        await enqueue(connection, NAME, {})
        await connection.execute(text("update pgqueuer set status = 'picked', heartbeat = now()"))

    async def finish_elsewhere() -> None:
        await asyncio.sleep(0.3)
        async with context.unit_of_work() as connection:
            await connection.execute(text("delete from pgqueuer"))

    finishing = asyncio.create_task(finish_elsewhere())
    assert await drain(context) == 0
    assert finishing.done() or await asyncio.wait_for(finishing, 1) is None
    async with context.engine.connect() as connection:
        assert await waiting(connection) == []
