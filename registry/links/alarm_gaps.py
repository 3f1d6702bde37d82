"""Interchanges that never came: a person is told when they have had time to come."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime

from registry.database import Writes
from registry.links.cases import LinkCase, open_link_case
from registry.transactions.context import Context

_MOST_NAMED = 20

_DUE = text(
    """
    with due as (
      update link_gaps set alarmed_at = :now
      where filled_at is null and alarmed_at is null and noticed_at <= :before
      returning sender, recipient, sequence)
    select d.sender, d.recipient, p.id as practice_id, array_agg(d.sequence order by d.sequence) as numbers
    from due d left join practices p on p.trading_partner_code = d.sender
    group by d.sender, d.recipient, p.id order by d.sender, d.recipient
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("before", type_=DateTime(timezone=True)))

_NEXT = text("select min(noticed_at) from link_gaps where filled_at is null and alarmed_at is null")


async def alarm_gaps(connection: AsyncConnection, context: Context) -> int:
    """Open a case for each link on which numbers have been missing for so many hours (the policy
    `sequence_gap_alarm_hours`), once for each number. Returns how many cases."""
    wait = _wait(context)
    rows = (await connection.execute(_DUE, {"now": context.now, "before": context.now - wait})).all()
    writes = Writes()
    for row in rows:
        evidence = {"sender": row.sender, "recipient": row.recipient, "missing": row.numbers}
        sentence = f"{LinkCase.SEQUENCE_GAP.value} Missing: {_named(row.numbers)}."
        open_link_case(writes, context, LinkCase.SEQUENCE_GAP, row.practice_id, evidence, sentence)
    await writes.flush(connection)
    return len(rows)


async def next_gap_alarm(connection: AsyncConnection, context: Context) -> datetime | None:
    """When the next gap is due to be told, or None where none is open."""
    noticed: datetime | None = (await connection.execute(_NEXT)).scalar_one()
    return None if noticed is None else noticed + _wait(context)


def _wait(context: Context) -> timedelta:
    return timedelta(hours=context.policies.on("sequence_gap_alarm_hours", context.today))


def _named(numbers: list[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:_MOST_NAMED])
    return named if len(numbers) <= _MOST_NAMED else f"{named} and {len(numbers) - _MOST_NAMED} more"
