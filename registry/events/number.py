"""The one sequencer: it numbers the events of a practice that are committed, and leaves no gap.

A number drawn when a row is written would be lost with a unit of work that is undone, and a slow unit of work would
slip in under a reader who has gone past it. So rows are written without one. Whoever numbers holds the practice's row
of `event_counters`, and then looks (ADR 0011): it sees every row that is committed, and nobody else numbers until
its own unit of work is. What a reader sees under the last number is therefore whole, and never grows.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import DateTime, Integer, Uuid

from registry.database import unit_of_work
from registry.events.topics import EVERY

MOST_AT_ONCE = 5_000
"""How many events are numbered by one statement."""

_PRACTICE = bindparam("practice", type_=Uuid)
_WAITS = text(
    "select exists (select from practice_events where practice_id = :practice and number is null)"
).bindparams(_PRACTICE)
_BEGIN = text(
    f"insert into event_counters (practice_id, topic) values (:practice, '{EVERY}') on conflict do nothing"
).bindparams(_PRACTICE)
_HOLD = text(
    f"select last from event_counters where practice_id = :practice and topic = '{EVERY}' for update"
).bindparams(_PRACTICE)
# Instants never go back where numbers go on: what is forgotten by its age is the beginning, without holes.
_NUMBER = text(
    f"""
    with waiting as (
      select id, topic, row_number() over (order by id) as place,
        row_number() over (partition by topic order by id) as topic_place
      from (select id, topic from practice_events where practice_id = :practice and number is null
        order by id limit :most) w),
    counted as (
      select '{EVERY}' as topic, count(*) as more from waiting having count(*) > 0
      union all select topic, count(*) from waiting group by topic),
    counters as (
      insert into event_counters as c (practice_id, topic, last) select :practice, topic, more from counted
      on conflict (practice_id, topic) do update set last = c.last + excluded.last
      returning topic, last),
    before as (select c.topic, c.last - m.more as last from counters c join counted m on m.topic = c.topic),
    latest as (
      select max(numbered_at) as at from practice_events where practice_id = :practice
        and number = (select last from before where topic = '{EVERY}'))
    update practice_events e set number = b.last + w.place, topic_number = t.last + w.topic_place, unit = null,
      numbered_at = greatest(:now, (select at from latest))
    from waiting w join before b on b.topic = '{EVERY}' join before t on t.topic = w.topic
    where e.id = w.id
    """
).bindparams(_PRACTICE, bindparam("now", type_=DateTime(timezone=True)), bindparam("most", type_=Integer))
_WHOSE = text("select distinct practice_id from practice_events where number is null order by practice_id")


async def number_events(connection: AsyncConnection, practice_id: UUID, now: datetime, *, hold: bool = False) -> int:
    """Number what is committed of a practice's events; returns how many. They can be read when the caller commits.

    Where there are any, or the caller wants to `hold` it, the practice's counter stays locked until then.
    """
    if not hold and not (await connection.execute(_WAITS, {"practice": practice_id})).scalar_one():
        return 0
    await connection.execute(_BEGIN, {"practice": practice_id})
    await connection.execute(_HOLD, {"practice": practice_id})
    numbered = 0
    while True:
        done = await connection.execute(_NUMBER, {"practice": practice_id, "now": now, "most": MOST_AT_ONCE})
        numbered += done.rowcount
        if done.rowcount < MOST_AT_ONCE:
            return numbered


async def number_all(engine: AsyncEngine, now: datetime) -> int:
    """Number what is committed of every practice, each in a unit of work of its own. Returns how many events."""
    async with engine.connect() as connection:
        practices = (await connection.execute(_WHOSE)).scalars().all()
    numbered = 0
    for practice_id in practices:
        async with unit_of_work(engine) as connection:
            numbered += await number_events(connection, practice_id, now)
    return numbered
