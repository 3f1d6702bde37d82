"""Numbers have no gaps over what is committed, whoever writes, breaks off, numbers and reads at once."""

import asyncio
import random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.database import unit_of_work
from registry.events.number import number_all, number_events
from registry.events.read import events_after, last_number
from registry.events.topics import EVERY
from registry.monitoring.check import check
from registry.values.clock import FixedClock
from tests.fhir_api.events.support import Following, note
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database


@pytest.fixture
def following(database: Database, clock: FixedClock) -> Following:
    return Following(CommittingOffice(database.engine, clock))


class Undone(Exception):
    """A unit of work that is broken off."""


async def write(following: Following, practice_id: UUID, committed: set[UUID], seed: int) -> None:
    """Some units of work; a third of them break off after writing, and most take their time."""
    chance = random.Random(seed)
    for _ in range(6):
        written: set[UUID] = set()
        try:
            async with unit_of_work(following.office.engine) as connection:
                for _ in range(chance.randint(1, 4)):
                    written.add(await note(connection, practice_id))
                    await asyncio.sleep(chance.random() * 0.02)
                if chance.random() < 0.34:
                    raise Undone
            committed |= written
        except Undone:
            pass


async def follow(following: Following, practice_id: UUID, done: asyncio.Event) -> list[UUID]:
    """Read on from the last number that was seen, until everybody has written and nothing is left."""
    seen: list[UUID] = []
    while True:
        is_over = done.is_set()
        async with unit_of_work(following.office.engine) as connection:
            await number_events(connection, practice_id, following.office.clock.now())
            last = await last_number(connection, practice_id, EVERY)
            events = await events_after(connection, practice_id, EVERY, len(seen), last, most=7, outside=False)
        assert [each.number for each in events] == list(range(len(seen) + 1, len(seen) + 1 + len(events)))
        seen += [each.work_id for each in events if each.work_id is not None]
        if is_over and not events:
            return seen
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(3))
async def test_readers_see_every_committed_event_once(following: Following, seed: int):
    async with following.office.at_work() as office:
        here, there = await office.practice(), await office.practice()
    committed: dict[UUID, set[UUID]] = {here.id: set(), there.id: set()}
    done = asyncio.Event()
    readers = [asyncio.create_task(follow(following, each, done)) for each in (here.id, here.id, there.id)]
    await asyncio.gather(
        *(
            write(following, each, committed[each], seed * 100 + number)
            for each in (here.id, there.id)
            for number in range(10)
        )
    )
    done.set()
    first, second, others = await asyncio.gather(*readers)
    assert first == second
    assert len(first) == len(set(first))
    assert set(first) == committed[here.id]
    assert set(others) == committed[there.id]
    assert await following.office.breaches() == []


async def test_a_slow_unit_of_work_does_not_slip_in_under_a_reader(following: Following):
    async with following.office.at_work() as office:
        here = await office.practice()
    async with unit_of_work(following.office.engine) as slow:
        late = await note(slow, here.id)
        await following.note(here.id, 2)
        assert [each.number for each in await following.events(here)] == [1, 2]
    assert [(each.number, each.work_id) for each in await following.events(here, after=2)] == [(3, late)]


async def test_topics_have_numbers_of_their_own(following: Following):
    async with following.office.at_work() as office:
        here = await office.practice()
        _, number = await office.person(here)
    await following.note(here.id, 2)
    async with unit_of_work(following.office.engine) as connection:
        await connection.execute(text("update patients set version = version + 1 where nhs_number = :n"), {"n": number})
    await following.note(here.id)
    assert [each.number for each in await following.events(here)] == [1, 2, 3, 4]
    assert [each.number for each in await following.events(here, "task-update")] == [1, 2, 3]
    assert [(each.number, each.nhs_number) for each in await following.events(here, "demographic-change")] == [
        (1, number)
    ]


async def test_more_than_one_statement_numbers(following: Following, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("registry.events.number.MOST_AT_ONCE", 3)
    async with following.office.at_work() as office:
        here = await office.practice()
    await following.note(here.id, 8)
    assert await number_all(following.office.engine, following.office.clock.now()) == 8
    assert [each.number for each in await following.events(here)] == list(range(1, 9))


async def test_a_number_stands(following: Following):
    async with following.office.at_work() as office:
        here = await office.practice()
    await following.note(here.id)
    await following.events(here)
    for change in ("number = 7", "topic_number = 7", "topic = 'death'"):
        with pytest.raises(IntegrityError, match="keeps it"):
            async with unit_of_work(following.office.engine) as connection:
                await connection.execute(text(f"update practice_events set {change}"))


async def test_a_gap_is_found_by_the_check(following: Following):
    async with following.office.at_work() as office:
        here = await office.practice()
    await following.note(here.id, 3)
    await following.events(here)
    async with unit_of_work(following.office.engine) as connection:
        await connection.execute(text("delete from practice_events where number = 2"))
    async with following.office.engine.connect() as connection:
        assert "events_have_no_gaps" in {breach.name for breach in await check(connection)}
