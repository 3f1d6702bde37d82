"""Events are kept for the days of the policy, and then forgotten, the oldest first."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer

_MOST_AT_ONCE = 20_000

_FORGET = text(
    "delete from practice_events where id in (select id from practice_events where numbered_at < :before"
    " order by numbered_at, practice_id, number limit :most)"
).bindparams(bindparam("before", type_=DateTime(timezone=True)), bindparam("most", type_=Integer))


async def forget_events(connection: AsyncConnection, before: datetime) -> bool:
    """Remove some of the events that were numbered before an instant. Returns whether there may be more."""
    done = await connection.execute(_FORGET, {"before": before, "most": _MOST_AT_ONCE})
    return done.rowcount == _MOST_AT_ONCE
