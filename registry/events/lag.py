"""How far behind events are: to be numbered, and to be told."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_LAG = text(
    """
    select (select count(*) from practice_events where number is null) as waiting,
      (select coalesce(extract(epoch from now() - min(noted_at)), 0) from practice_events where number is null)
        as oldest_seconds,
      coalesce(sum(greatest(coalesce(c.last, 0) - s.starts_after - s.told, 0)), 0) as untold,
      count(*) filter (where s.failures > 0) as failing
    from event_subscriptions s left join event_counters c on c.practice_id = s.practice_id and c.topic = s.topic
    where s.endpoint is not null and s.status in ('requested', 'active')
    """
)
_STATUSES = text("select status, count(*) as many from event_subscriptions group by status order by status")


@dataclass(frozen=True, slots=True)
class Lag:
    """Events without a number and how old the oldest is; those that endpoints have not taken yet, and how many
    endpoints fail; subscriptions by status."""

    waiting: int
    oldest_seconds: float
    untold: int
    failing: int
    subscriptions: dict[str, int]


async def lag(connection: AsyncConnection) -> Lag:
    """How far behind events are now."""
    row = (await connection.execute(_LAG)).one()
    statuses = {row.status: row.many for row in await connection.execute(_STATUSES)}
    return Lag(row.waiting, float(row.oldest_seconds), int(row.untold), row.failing, statuses)
