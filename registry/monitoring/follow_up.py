"""Those of whom nothing was heard after an answer: rejected and never registered, deducted and on no list.

5,261 people were not invited to screening because a rejected registration was never sent again
(NHS England, March 2025). An answer that left the office is not the end of it.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime, Text

from registry.anomalies.close_case import close_cases
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.due.chase import open_chaser
from registry.values.period import start_of_day

UNRESOLVED = "rejection-unresolved"
UNACCEPTED = "deducted-unaccepted"

# Of a form that was sealed nothing is left to be followed up.
# By number wherever it was; by birthday and forename only in the same practice, for the number may have been the fault.
_RESOLVED = """
    exists (
      select from transactions n where n.kind = 'acceptance' and n.state = 'accepted' and n.posted_at > t.posted_at
        and n.patient_id = (select p.id from patients p
          where p.nhs_number = replace(t.command -> 'demographics' ->> 'number', ' ', '')))
    or exists (
      select from transactions n where n.kind = 'acceptance' and n.state = 'accepted' and n.posted_at > t.posted_at
        and n.practice_id = t.practice_id and n.received_at >= t.received_at
        and n.command -> 'demographics' ->> 'date_of_birth' = t.command -> 'demographics' ->> 'date_of_birth'
        and upper(n.command -> 'demographics' -> 'name' ->> 'first_forename')
          = upper(t.command -> 'demographics' -> 'name' ->> 'first_forename'))
"""

_REJECTED = text(
    f"""
    select t.id, t.practice_id, t.outcome from transactions t
    where t.kind = 'acceptance' and t.state = 'refused' and t.posted_at >= :since and t.posted_at < :until
      and t.command ? 'demographics' and not ({_RESOLVED})
      and not exists (select from anomalies a where a.transaction_id = t.id and a.kind = '{UNRESOLVED}')
    order by t.id
    """
).bindparams(bindparam("since", type_=DateTime(timezone=True)), bindparam("until", type_=DateTime(timezone=True)))

_RESOLVED_SINCE = text(
    f"select t.id from anomalies a join transactions t on t.id = a.transaction_id"
    f" where a.state = 'open' and a.kind = '{UNRESOLVED}' and ({_RESOLVED})"
)

_DEDUCTED = text(
    f"""
    select v.id, v.patient_id, v.from_list, v.removal from list_movements v
    join patients p on p.id = v.patient_id and p.status = 'live'
    where v.effective_on = :day and v.removal = any(:removals) and v.from_list in (select id from practices)
      and not exists (select from list_movements w where w.patient_id = v.patient_id and w.id > v.id)
      and not exists (select from matters m where m.patient_id = v.patient_id and m.closed_at is null)
      and not exists (select from anomalies a where a.kind = '{UNACCEPTED}' and a.evidence @>
        jsonb_build_object('movement', v.id))
    order by v.id
    """
).bindparams(bindparam("day", type_=Date), bindparam("removals", type_=ARRAY(Text)))

_ACCEPTED_SINCE = text(
    f"""
    select (a.evidence ->> 'movement')::bigint as movement from anomalies a
    join patients p on p.id = a.patient_ids[1]
    where a.state = 'open' and a.kind = '{UNACCEPTED}' and (p.status <> 'live' or exists (
      select from list_movements v where v.patient_id = p.id and v.id > (a.evidence ->> 'movement')::bigint))
    """
)

_UNRESOLVED_SENTENCE = "A rejection is a month old and no acceptance of the person has been accepted since."
_UNACCEPTED_SENTENCE = "A person was deducted a fortnight ago and no practice has accepted them."


async def flag_rejections(connection: AsyncConnection, context: Context, day: date) -> int:
    """For the supervisor: what was rejected so many days before a day and never resolved. Returns how many."""
    rejected_on = day - timedelta(days=context.policies.on("rejection_unresolved_days", day))
    values = {"since": start_of_day(rejected_on), "until": start_of_day(rejected_on + timedelta(days=1))}
    rows = (await connection.execute(_REJECTED, values)).all()
    writes = Writes()
    for row in rows:
        open_chaser(
            writes, context, UNRESOLVED, _UNRESOLVED_SENTENCE,
            practice_id=row.practice_id, transaction_id=row.id,
            evidence={"transaction": str(row.id), "rejected_as": row.outcome},
        )  # fmt: skip
    await writes.flush(connection)
    return len(rows)


async def flag_deducted(connection: AsyncConnection, context: Context, day: date) -> int:
    """Who was deducted so many days before a day, is alive and here, and on no list. Returns how many.

    Whoever has an open matter is in somebody's hands already.
    """
    deducted_on = day - timedelta(days=context.policies.on("deducted_unaccepted_days", day))
    values = {"day": deducted_on, "removals": context.policies.on("deducted_expects_acceptance", deducted_on)}
    rows = (await connection.execute(_DEDUCTED, values)).all()
    writes = Writes()
    for row in rows:
        open_chaser(
            writes, context, UNACCEPTED, _UNACCEPTED_SENTENCE,
            practice_id=row.from_list, patient_ids=(row.patient_id,),
            evidence={"movement": row.id, "removal": row.removal},
        )  # fmt: skip
    await writes.flush(connection)
    return len(rows)


async def settle_follow_ups(connection: AsyncConnection, context: Context) -> int:
    """Close what has come about since: the person was accepted, or died. Returns how many."""
    closed = 0
    for transaction_id in (await connection.execute(_RESOLVED_SINCE)).scalars().all():
        evidence = {"transaction": str(transaction_id)}
        closed += await _close(connection, context, UNRESOLVED, evidence)
    for movement in (await connection.execute(_ACCEPTED_SINCE)).scalars().all():
        closed += await _close(connection, context, UNACCEPTED, {"movement": movement})
    return closed


async def _close(connection: AsyncConnection, context: Context, kind: str, evidence: dict[str, Any]) -> int:
    reason = "It has come about since."
    return len(await close_cases(connection, kind, evidence, by=context.actor, now=context.now, reason=reason))
