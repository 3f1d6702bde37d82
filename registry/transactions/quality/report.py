"""What the nightly rules find: by rule and practice, how old it is, how it goes; and how long queries took."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, DateTime

from registry.transactions.context import Context
from registry.transactions.quality.rules import RULES
from registry.transactions.quality.times import Answered, times_of
from registry.values.period import start_of_day

_LAST = text(
    "select distinct on (rule) rule, day, found, fresh, gone, by_practice from quality_rounds order by rule, day desc"
)
_STANDING = text(
    """
    select q.rule, count(*) as findings, min(q.first_seen) as oldest,
      count(*) filter (where q.case_id is null) as waiting,
      count(*) filter (where a.state = 'open') as asked,
      count(*) filter (where a.state = 'decided') as accepted,
      count(*) filter (where q.first_seen > :now - interval '7 days') as this_week,
      count(*) filter (where q.first_seen <= :now - interval '28 days') as over_four_weeks
    from quality_findings q left join anomalies a on a.id = q.case_id where q.gone_at is null group by q.rule
    """
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
_TREND = text(
    "select rule, json_agg(json_build_array(day, found) order by day) as days from quality_rounds"
    " where day > :since group by rule"
).bindparams(bindparam("since", type_=Date))

# The days in London, counted here, so that working days are counted once for each pair of them.
_ANSWERED = text(
    """
    select kind, transaction_id is not null as of_transaction,
      (opened_at at time zone 'Europe/London')::date as opened_on,
      (decided_at at time zone 'Europe/London')::date as decided_on, count(*) as cases
    from anomalies where opened_at >= :since and opened_at < :until group by 1, 2, 3, 4
    """
).bindparams(bindparam("since", type_=DateTime(timezone=True)), bindparam("until", type_=DateTime(timezone=True)))


async def quality_report(connection: AsyncConnection, context: Context, days: int) -> list[dict[str, Any]]:
    """One line a rule, in the rules' order: what the last night found, by practice; what stands; and the trend."""
    last = {row.rule: row for row in await connection.execute(_LAST)}
    standing = {row.rule: row for row in await connection.execute(_STANDING, {"now": context.now})}
    since = context.today - timedelta(days=days)
    trend = {row.rule: row.days for row in await connection.execute(_TREND, {"since": since})}
    lines: list[dict[str, Any]] = []
    for rule in RULES:
        night, now = last.get(rule.name), standing.get(rule.name)
        line: dict[str, Any] = {"rule": rule.name, "severity": rule.severity, "sentence": rule.sentence}
        if night is not None:
            line |= {"night": night.day, "found": night.found, "fresh": night.fresh, "gone": night.gone}
            line["by_practice"] = night.by_practice
        if now is not None:
            line |= {name: value for name, value in now._mapping.items() if name != "rule"}
        lines.append({**line, "trend": trend.get(rule.name, [])})
    return lines


async def answer_times(connection: AsyncConnection, context: Context, since: date, until: date) -> list[dict[str, Any]]:
    """How many working days the queries took that were opened from one day until before another: by kind, those of
    practices' transactions, and all. What is still open counts with its age so far."""
    values = {"since": start_of_day(since), "until": start_of_day(until)}
    rows = (await connection.execute(_ANSWERED, values)).all()
    cases = [Answered(row.kind, row.of_transaction, row.opened_on, row.decided_on, row.cases) for row in rows]
    allowed: int = context.policies.on("anomaly_due_working_days", context.today)
    holidays = context.policies.bank_holidays(context.today)
    kinds = sorted(Counter(each.kind for each in cases))
    groups: list[tuple[str, Sequence[Answered]]] = [
        ("all", cases),
        ("of practices' transactions", [each for each in cases if each.of_transaction]),
        *((kind, [each for each in cases if each.kind == kind]) for kind in kinds),
    ]
    return [{"kind": name, **times_of(each, context.today, holidays, allowed)} for name, each in groups if each]
