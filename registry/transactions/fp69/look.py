"""What the register knows that may stand against a flag."""

from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Uuid

from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.guards import Guard, Limits, Past, Proposed, guard_against

_TAKE_TURN = text(
    "select pg_advisory_xact_lock(hashtextextended('fp69 ' || cast(:practice_id as uuid), 0))"
).bindparams(bindparam("practice_id", type_=Uuid))

# A confirmation is of the address of its day; of another address it says nothing. What an import
# brought was recorded late: it counts from the end of its own day.
_PAST = text(
    """
    select changed.at as address_changed_at,
      (select least(m.posted_at, (lower(m.period) + 1)::timestamp at time zone 'Europe/London')
        from list_memberships m where m.patient_id = :patient_id and upper_inf(m.period)) as joined_at,
      (select max(cast(x.facts ->> 'not_before' as date)) from matters x
        where x.patient_id = :patient_id and x.kind = 'fp69' and x.state = 'lifted'
          and x.closed_at > coalesce(changed.at, '-infinity')) as not_before,
      (select count(*) from matters x where x.practice_id = :practice_id and x.kind = 'fp69'
        and x.state <> 'cancelled' and x.trigger_on >= :month) as flags_this_month,
      (select max(x.closed_at) from matters x
        where x.patient_id = :patient_id and x.kind = 'fp69' and x.state = 'removed') as removed_at
    from (
      select max(least(a.recorded_at, (upper(a.period) + 1)::timestamp at time zone 'Europe/London')) as at
      from patient_former_addresses a where a.patient_id = :patient_id and not upper_inf(a.period)) changed
    """
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("practice_id", type_=Uuid), bindparam("month", type_=Date))


async def what_stands_against(
    connection: AsyncConnection, context: Context, person: PersonFacts, proposed: Proposed
) -> Guard | None:
    """The first thing that stands against flagging a person, who is locked, or None.

    Flags of one practice wait for each other, so that no month has more than its most.
    """
    today, now = context.today, person.membership
    if now is not None:
        await connection.execute(_TAKE_TURN, {"practice_id": now.practice_id})
    values = {
        "patient_id": person.id,
        "practice_id": None if now is None else now.practice_id,
        "month": today.replace(day=1),
    }
    row = (await connection.execute(_PAST, values)).mappings().one()
    return guard_against(person, proposed, Past(**row), limits_on(context, today), today)


def limits_on(context: Context, day: date) -> Limits:
    """The policies of a day."""
    quiet = context.policies.on("fp69_quiet_months", day)
    most: int = context.policies.on("fp69_most_a_month", day)
    return Limits(most, tuple(quiet["months"]), tuple(quiet["codes"]))
