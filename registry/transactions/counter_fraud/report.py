"""The pattern report: every practice's figures, beside the thresholds of policy and beside the other practices."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.context import Context
from registry.transactions.counter_fraud.patterns import PATTERNS, Pattern
from registry.transactions.counter_fraud.rules import Figure, Finding, Threshold, judge


async def find_patterns(
    connection: AsyncConnection, context: Context, since: date | None = None, until: date | None = None
) -> list[Finding]:
    """Every practice's figure of every pattern, the highest of each first.

    `until` is the first day after the period (the first of this month unless given); `since` its first day, as many
    months before as the pattern's policy says unless given. What must be waited for is looked at that much earlier.
    """
    end = until or context.today.replace(day=1)
    found: list[Finding] = []
    for pattern in PATTERNS:
        found.extend(await _find(connection, context, pattern, since, end))
    return found


async def _find(
    connection: AsyncConnection, context: Context, pattern: Pattern, since: date | None, end: date
) -> list[Finding]:
    policies, of_day = context.policies, end - timedelta(days=1)
    numbers: Mapping[str, Any] = policies.on(pattern.policy, of_day)
    explains: Mapping[str, Any] = policies.on("counter_fraud_explains", of_day)
    quiet = numbers.get("quiet_months", 0)
    begin, last = months_before(since or months_before(end, numbers["months"]), quiet), months_before(end, quiet)
    ages = explains["student_ages"]
    values = {**explains, **numbers, "since": begin, "until": last, "youngest": ages[0], "oldest": ages[1]}
    asked = {name: values[name] for name in pattern.asks_for}
    figures = [
        Figure(row.practice_id, row.practice, row.figure, row.people, row.of, row.explained, row.counts)
        for row in await connection.execute(pattern.query, asked)
    ]
    threshold = Threshold(numbers["threshold"], numbers["least"], numbers["times_median"])
    return judge(pattern.name, begin, last, figures, threshold)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; its last day where the month is shorter."""
    count = day.year * 12 + day.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
