"""Reading a practice's events by number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, Boolean, Integer, Uuid

from registry.events.topics import EVERY

_LAST = text("select last from event_counters where practice_id = :practice and topic = :topic").bindparams(
    bindparam("practice", type_=Uuid)
)

# Whoever is not of the practice is not told that somebody is on its list whose whereabouts are shown to nobody.
_SOME = """
    select e.{number} as number, e.numbered_at, e.topic, e.patient_id, e.nhs_number, e.work, e.work_id,
      :outside and (exists (select from hidden_people h where h.id = e.patient_id)
        or e.work = 'transaction' and exists (select from hidden_transactions h where h.id = e.work_id)) as hidden
    from practice_events e
    where e.practice_id = :practice and e.{number} > :after and e.{number} <= :until {topic}
    order by e.{number} limit :most
"""
_TYPES = (
    bindparam("practice", type_=Uuid),
    bindparam("after", type_=BigInteger),
    bindparam("until", type_=BigInteger),
    bindparam("most", type_=Integer),
    bindparam("outside", type_=Boolean),
)
_EVERY = text(_SOME.format(number="number", topic="")).bindparams(*_TYPES)
_OF_TOPIC = text(_SOME.format(number="topic_number", topic="and e.topic = :topic")).bindparams(*_TYPES)


@dataclass(frozen=True, slots=True)
class Event:
    """An event under its number among those asked for. `hidden`: what it is about is not told to this reader."""

    number: int
    at: datetime
    topic: str
    patient_id: UUID | None
    nhs_number: str | None
    work: str | None
    work_id: UUID | None
    hidden: bool


async def last_number(connection: AsyncConnection, practice_id: UUID, topic: str) -> int:
    """The highest number given to a practice's events of a topic, or of all (`EVERY`); 0 where there are none."""
    found = await connection.execute(_LAST, {"practice": practice_id, "topic": topic})
    return found.scalar_one_or_none() or 0


async def events_after(
    connection: AsyncConnection,
    practice_id: UUID,
    topic: str,
    after: int,
    until: int,
    *,
    most: int,
    outside: bool,
) -> list[Event]:
    """The events with numbers above `after` and up to `until`, in order, at most so many.

    `outside`: the reader is not of the practice. Events that are too old to be kept are not there.
    """
    asked = {"practice": practice_id, "after": after, "until": until, "most": most, "outside": outside}
    query = _EVERY
    if topic != EVERY:
        query, asked = _OF_TOPIC, asked | {"topic": topic}
    return [Event(*row) for row in await connection.execute(query, asked)]
