"""Who looked at very many people in a day is named, once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes
from registry.transactions.trail.watch_reading import ACTION, name_readers, readers_above
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.values.period import london_date

HERE = Actor(ActorKind.PRACTICE, "staff:here", "Y90101")
OFFICE = Actor(ActorKind.STAFF, "staff:office")


async def look(
    connection: AsyncConnection, who: Actor, people: list[UUID], at: datetime, what: str = "patient"
) -> None:
    writes = Writes()
    record_read(writes, who, what, at, people)
    await writes.flush(connection)


async def named(connection: AsyncConnection) -> list[dict[str, Any]]:
    rows = await connection.execute(
        text("select subject from audit_events where action = :action order by id"), {"action": ACTION}
    )
    return list(rows.scalars())


async def test_different_people_are_counted_and_each_caller_is_named_once(
    connection: AsyncConnection, clock: FixedClock
):
    now, people = clock.now(), [uuid4() for _ in range(6)]
    await look(connection, HERE, people[:3], now)
    await look(connection, HERE, people[:3], now, "search")
    assert await name_readers(connection, london_date(now), now, 3) == 0
    await look(connection, HERE, people[3:4], now)
    await look(connection, OFFICE, people[:2], now)
    assert await name_readers(connection, london_date(now), now, 3) == 1
    assert await name_readers(connection, london_date(now), now, 3) == 0
    who = {"actor": "staff:here", "practice": "Y90101"}
    assert await named(connection) == [{**who, "day": "2026-11-02", "people": 4, "ceiling": 3}]
    (told,) = await readers_above(connection, 2**62, 10)
    assert told["people"] == 4


async def test_other_days_and_whole_lists_do_not_count(connection: AsyncConnection, clock: FixedClock):
    now, people = clock.now(), [uuid4() for _ in range(6)]
    await look(connection, HERE, people, now, "list-export")
    await look(connection, HERE, people[:2], now - timedelta(days=1))
    await look(connection, HERE, people[2:], now + timedelta(days=1))
    assert await name_readers(connection, london_date(now), now, 3) == 0
    assert await name_readers(connection, london_date(now + timedelta(days=1)), now, 3) == 1
