"""How the links are: numbers that are missing, messages that did not leave, practices that are silent."""

from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.monitoring.ages import unreceipted
from registry.monitoring.silence import silent_practices
from registry.transactions.context import Context

_GAPS = text(
    """
    select coalesce(p.ods_code, g.sender) as practice, g.recipient, count(*) as missing,
      (array_agg(g.sequence order by g.noticed_at, g.sequence))[1:20] as numbers, min(g.noticed_at) as since
    from link_gaps g left join practices p on p.trading_partner_code = g.sender
    where g.filled_at is null group by 1, 2 order by 1, 2
    """
)

_IN_HAND = text(
    """
    select
      (select count(*) from interchanges where state = 'stored') as unfinished,
      (select count(*) from interchanges where direction = 'out' and delivered_at is null) as undelivered,
      (select count(*) from practice_messages where sent_at is null and closed_at is null) as unsent,
      (select count(*) from practice_messages where due_at <= :now) as receipts_late
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))


async def link_health(connection: AsyncConnection, context: Context) -> dict[str, Any]:
    """Missing sequences, missing receipts by age, what is in hand, and who is silent."""
    in_hand = (await connection.execute(_IN_HAND, {"now": context.now})).mappings().one()
    return {
        "gaps": [dict(row) for row in (await connection.execute(_GAPS)).mappings()],
        "receipts": await unreceipted(connection, context),
        **in_hand,
        "silent": [
            {
                "practice": row.ods_code,
                "last_heard_at": row.spoke_at,
                "working_days": quiet.working_days,
                "usual_most": quiet.most,
            }
            for row, quiet in await silent_practices(connection, context)
        ],
    }
