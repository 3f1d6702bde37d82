"""The figures of a day, read from what each of them counts: the stays, the ledger, the traffic, the paper."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime

from registry.values.period import start_of_day

_TYPES = (
    bindparam("day", type_=Date),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("until", type_=DateTime(timezone=True)),
)

# The list is counted from the stays and proved by the ledger. What the ledger says today of the
# days before, beyond what it said when the day before was balanced, was posted late.
_FIGURES = text(
    """
    with stays as (
      select list_id, count(*) filter (where period @> cast(:day as date)) as closing,
        count(*) filter (where period @> cast(:day as date) - 1) as before
      from list_memberships group by list_id),
    moves as (
      select list_id, sum(change) as posted, count(*) filter (where effective_on = :day and change > 0) as arrived,
        count(*) filter (where effective_on = :day and change < 0) as departed
      from (
        select to_list as list_id, effective_on, 1 as change from list_movements where effective_on <= :day
        union all select from_list, effective_on, -1 from list_movements where effective_on <= :day) m
      group by list_id),
    former as (
      select practice_id, closing, posted from daily_balances where day = cast(:day as date) - 1),
    asked as (
      select practice_id, count(*) as received, count(*) filter (where state = 'accepted') as accepted,
        count(*) filter (where state = 'refused') as refused, count(*) filter (where state = 'in-queue') as queued,
        count(*) filter (where state in ('waiting-for-trace', 'pending')) as waiting,
        count(*) filter (where state in ('superseded', 'cancelled')) as overtaken
      from (
        select practice_id, state from transactions
          where received_at >= :since and received_at < :until and source in ('edifact', 'facade', 'fhir')
        union all
        select t.practice_id, t.state from paper_forms f join transactions t on t.id = f.transaction_id
          where f.decided_at >= :since and f.decided_at < :until) t
      group by practice_id),
    came as (
      select practice_id, count(*) as interchanges, count(*) filter (where state = 'processed') as processed,
        count(*) filter (where state in ('unreadable', 'refused', 'conflicting')) as turned_away,
        count(*) filter (where state = 'repeated') as repeated,
        count(*) filter (where state = 'stored') as unfinished,
        coalesce(sum(told) filter (where state = 'processed'), 0) as told,
        coalesce(sum(stored) filter (where state = 'processed'), 0) as stored
      from (
        select i.practice_id, i.state,
          (select count(distinct line ->> 'transaction_id') from jsonb_array_elements(i.report) line) as told,
          (select count(*) from transactions t where t.interchange_id = i.id) as stored
        from interchanges i where i.direction = 'in' and i.practice_id is not null
          and i.stored_at >= :since and i.stored_at < :until) i
      group by practice_id),
    went as (
      select practice_id, count(*) as sent, count(*) filter (where closed_at is not null) as receipted,
        count(*) filter (where closed_at is null) as awaited
      from practice_messages where sent_at >= :since and sent_at < :until group by practice_id),
    paper as (
      select practice_id, sum(received) as forms, sum(keyed) as keyed, sum(rejected) as rejected,
        sum(returned) as returned, sum(received - keyed - rejected - returned) as left_over
      from paper_batches where opened_at >= :since and opened_at < :until group by practice_id)
    select p.id as practice_id, p.ods_code,
      coalesce(former.closing, stays.before, 0) as opening,
      coalesce(moves.posted - moves.arrived + moves.departed, 0) - coalesce(former.posted,
        moves.posted - moves.arrived + moves.departed, 0) as corrected,
      coalesce(arrived, 0) as arrived, coalesce(departed, 0) as departed, coalesce(stays.closing, 0) as closing,
      coalesce(moves.posted, 0) as posted,
      coalesce(received, 0) as received, coalesce(accepted, 0) as accepted, coalesce(refused, 0) as refused,
      coalesce(queued, 0) as queued, coalesce(waiting, 0) as waiting, coalesce(overtaken, 0) as overtaken,
      coalesce(interchanges, 0) as interchanges, coalesce(processed, 0) as processed,
      coalesce(turned_away, 0) as turned_away, coalesce(repeated, 0) as repeated,
      coalesce(unfinished, 0) as unfinished, coalesce(told, 0) as told, coalesce(stored, 0) as stored,
      coalesce(sent, 0) as sent, coalesce(receipted, 0) as receipted, coalesce(awaited, 0) as awaited,
      coalesce(forms, 0) as forms, coalesce(paper.keyed, 0) as keyed, coalesce(paper.rejected, 0) as rejected,
      coalesce(paper.returned, 0) as returned, coalesce(left_over, 0) as left_over
    from practices p
    left join stays on stays.list_id = p.id left join moves on moves.list_id = p.id
    left join former on former.practice_id = p.id left join asked on asked.practice_id = p.id
    left join came on came.practice_id = p.id left join went on went.practice_id = p.id
    left join paper on paper.practice_id = p.id
    order by p.ods_code
    """
).bindparams(*_TYPES)

_STRANGERS = text(
    "select count(*) from interchanges where direction = 'in' and practice_id is null"
    " and stored_at >= :since and stored_at < :until"
).bindparams(*_TYPES[1:])


async def figures_of(connection: AsyncConnection, day: date) -> tuple[Sequence[dict[str, Any]], int]:
    """The figures of every practice on a London day, and how many interchanges came from strangers.

    One statement, so that all of them are of one instant.
    """
    values = {"since": start_of_day(day), "until": start_of_day(day + timedelta(days=1))}
    rows = [dict(row) for row in (await connection.execute(_FIGURES, {"day": day, **values})).mappings()]
    return rows, (await connection.execute(_STRANGERS, values)).scalar_one()
