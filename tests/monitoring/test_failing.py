"""What fails for ever is put before a person, once, and taken back when it succeeds."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.links.resume import resume
from registry.policies.store import PolicyStore
from registry.transactions.context import Context
from registry.transactions.due import deductions
from registry.transactions.due.failing import note_failing, note_mended
from registry.transactions.settle import Decision
from registry.values.clock import Clock
from tests.monitoring.watched import Watched


class Broken(Exception):
    """A fault."""


async def test_a_clock_that_fails_each_time_has_one_case_until_it_succeeds(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
):
    office = watched.office
    async with office.at_work() as at_work:
        practice = await at_work.practice()
        _, number = await at_work.person(practice)
    await office.send(office.plan.deduction(practice, number))
    # Its thirty days begin with the evening's post.
    watched.at(watched.today, "17:30")
    await watched.strike()
    watched.at(watched.today + timedelta(days=30), "01:00")
    sound = deductions.deduction_falls_due

    async def deduction_falls_due(connection: AsyncConnection, context: Context, item: UUID) -> str:
        raise Broken

    monkeypatch.setattr(deductions, "deduction_falls_due", deduction_falls_due)
    for attempt in range(1, 6):
        assert (await watched.strike())["failed"] == 1
        assert await watched.cases("work-failing") == (["open"] if attempt >= 3 else [])
    [attempts, error] = await office.one(
        "select array[evidence ->> 'attempts', evidence ->> 'error'] from anomalies where kind = 'work-failing'"
    )
    assert (attempts, error) == ("5", "Broken")
    [line] = (await watched.sheet())["failing"]
    assert (line["what"], line["attempts"]) == ("deduction_falls_due", 5)

    monkeypatch.setattr(deductions, "deduction_falls_due", sound)
    assert (await watched.strike())["deducted"] == 1
    assert await watched.cases("work-failing") == ["decided"]
    assert await office.column("select item from failing_work") == []


async def test_an_interchange_that_cannot_be_resumed_is_told(watched: Watched, monkeypatch: pytest.MonkeyPatch):
    office = watched.office
    await watched.run(
        "insert into interchanges (id, direction, kind, content, content_hash, stored_at, state) values"
        " ('00000000-0000-7000-8000-000000000001', 'in', 'registration', '', 'x', now(), 'stored')"
    )
    going_on: Callable[..., Awaitable[Any]]

    async def fails(*_: Any) -> None:
        raise Broken

    async def goes_on(*_: Any) -> None:
        await watched.run("update interchanges set state = 'processed', closed_at = now()")

    policies = PolicyStore("current")
    for attempt, going_on in enumerate((fails, fails, fails, goes_on), start=1):
        monkeypatch.setattr("registry.links.resume.go_on", going_on)
        await resume(office.engine, office.clock, policies)
        assert await watched.cases("work-failing") == [[], [], ["open"], ["decided"]][attempt - 1]
    await watched.run("delete from interchanges")


async def test_a_case_that_was_closed_while_the_work_fails_on_comes_back_the_next_day(watched: Watched):
    office = watched.office

    async def fail(times: int) -> None:
        for _ in range(times):
            async with office.at_work() as at_work:
                await note_failing(at_work.connection, at_work.context(), "what", "item", "Broken")

    await fail(3)
    await office.settle(Decision("close", 1, "the power was cut"))
    office.clock.instant += timedelta(hours=23)
    await fail(2)
    assert await watched.cases("work-failing") == ["decided"]
    office.clock.instant += timedelta(hours=1)
    await fail(1)
    assert await watched.cases("work-failing") == ["decided", "open"]
    async with office.at_work() as at_work:
        await note_mended(at_work.connection, at_work.context(), "what", ["item"])
    assert await watched.cases("work-failing") == ["decided", "decided"]


async def test_an_update_that_the_national_side_refuses_for_a_day_is_told(watched: Watched, clock: Clock):
    office = watched.office
    for attempt in range(1, 13):
        async with office.at_work() as at_work:
            await note_failing(
                at_work.connection, at_work.context(), "national-update", "item", "refused", "failing_update_attempts"
            )
        assert await watched.cases("work-failing") == (["open"] if attempt == 12 else [])
    # Nobody asks any more: the morning takes it back.
    await watched.run("insert into failing_work values ('other', 'item', 1, now(), now(), 'x', null)")
    async with office.at_work() as at_work:
        await at_work.practice()
    await watched.days(1)
    assert await watched.cases("work-failing") == ["decided"]
    assert await office.column("select what from failing_work") == ["other"]
