"""Close what is asked no more: cases that were decided, and pairs that are no longer true."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import DateTime

from registry.database import unit_of_work
from registry.transactions.context import Context
from registry.transactions.sweep.close_pair import close_pair
from registry.transactions.sweep.read_register import DEAD, TAKES_PART

# Why somebody takes part no more is nobody's business here.
NO_MORE = "One of the two records takes part in the search no more."
BOTH_DEAD = "Both are recorded as dead."
DECIDED = "A person decided."
_NOW = bindparam("now", type_=DateTime(timezone=True))

_WAITING_NO_MORE = text(
    f"""
    update match_pairs m set state = 'gone', changed_at = :now,
      closed_because = case when s.standing = 2 then '{BOTH_DEAD}' else '{NO_MORE}' end
    from (
      select w.id, count(*) filter (where {TAKES_PART}) as standing, count(*) filter (where {DEAD}) as dead
      from match_pairs w join patients p on p.id in (w.patient_id, w.other_patient_id)
      where w.state = 'waiting' group by w.id) s
    where m.id = s.id and (s.standing < 2 or s.dead = 2) returning m.id
    """
).bindparams(_NOW)

# What merely overtook a case judged nothing of the pair.
_DECIDED = text(
    f"""
    update match_pairs m set changed_at = :now,
      state = case a.decision when 'close' then 'waiting' else 'judged' end,
      closed_because = case a.decision when 'close' then null else '{DECIDED}' end
    from anomalies a where a.id = m.case_id and m.state = 'offered' and a.state = 'decided' returning m.state
    """
).bindparams(_NOW)

_UNTRUE = text(
    f"""
    select m.case_id, case when s.standing < 2 then '{NO_MORE}' else '{BOTH_DEAD}' end as because
    from match_pairs m cross join lateral (
      select count(*) filter (where {TAKES_PART}) as standing, count(*) filter (where {DEAD}) as dead
      from patients p where p.id in (m.patient_id, m.other_patient_id)) s
    where m.state = 'offered' and (s.standing < 2 or s.dead = 2) order by m.case_id
    """
)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many pairs were found decided, and how many are asked no more."""

    decided: int
    closed: int


async def tidy(engine: AsyncEngine, context: Context) -> Tidied:
    """Note what was decided, and close what is not to be asked any more, each case in its own unit of work."""
    async with unit_of_work(engine) as connection:
        ends = (await connection.execute(_DECIDED, {"now": context.now})).scalars().all()
        gone = len((await connection.execute(_WAITING_NO_MORE, {"now": context.now})).all())
        untrue = [(row.case_id, row.because) for row in await connection.execute(_UNTRUE)]
    closed = 0
    for case_id, because in untrue:
        async with unit_of_work(engine) as connection:
            closed += await close_pair(connection, context, case_id, because)
    return Tidied(ends.count("judged"), gone + closed)
