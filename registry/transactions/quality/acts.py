"""What the office may do about quality: run the rules now, and read what they find and how long answers take."""

from datetime import date, timedelta

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Answer, Asked, Done, Group, Impossible
from registry.transactions.context import Context
from registry.transactions.quality.night import run_now
from registry.transactions.quality.report import answer_times, quality_report
from registry.transactions.quality.rules import RULES


class Run(Asked):
    """Which rules to run."""

    rule: str | None = Field(None, max_length=60, description="One of them by name; left out: all.")


class Report(Asked):
    """What to look at."""

    days: int = Field(28, ge=1, le=400, description="How many days the trend goes back.")


class Times(Asked):
    """Of which days."""

    since: date | None = Field(None, description="Queries that were opened from this day; left out: 28 days ago.")
    until: date | None = Field(None, description="And before this one; left out: until today, with it.")


async def _run(connection: AsyncConnection, context: Context, what: Run) -> Answer:
    if what.rule is not None and what.rule not in {rule.name for rule in RULES}:
        return Impossible(f"There is no such rule; there are {', '.join(rule.name for rule in RULES)}.", "rule")
    runs, opened = await run_now(connection, context, what.rule)
    found = sum(run.found for run in runs)
    data = [{"rule": run.rule, "found": run.found, "fresh": run.fresh, "gone": run.gone} for run in runs]
    return Done(f"{found} found by {len(runs)} rules; {opened} cases opened.", data=data)


async def _report(connection: AsyncConnection, context: Context, what: Report) -> Answer:
    lines = await quality_report(connection, context, what.days)
    found = sum(line.get("findings", 0) for line in lines)
    asked = sum(line.get("asked", 0) for line in lines)
    return Done(f"{found} findings stand, {asked} of which somebody is asked about.", data=lines)


async def _times(connection: AsyncConnection, context: Context, what: Times) -> Answer:
    since = what.since or context.today - timedelta(days=28)
    until = what.until or context.today + timedelta(days=1)
    if until <= since:
        return Impossible("This is not after the day from which it counts.", "until")
    lines = await answer_times(connection, context, since, until)
    if not lines:
        return Done("No query was opened in these days.", data=[])
    within, decided = lines[0]["within_1_working_day"], lines[0]["decided"]
    return Done(f"{within} of {decided} queries were settled within one working day.", data=lines)


QUALITY = Group(
    "quality",
    "The nightly rules of quality: what they find, and how long queries take.",
    (
        Act(
            "quality",
            "run",
            "Run the rules now, as every night, and open what is left of the day's share of cases.",
            Run,
            _run,
            example="quality run --rule child-alone",
        ),
        Act(
            "quality",
            "report",
            "Show what each rule finds, by practice, how old it is, and how it goes.",
            Report,
            _report,
            example="quality report --days 28",
            permission=Permission.READ_MATTERS,
        ),
        Act(
            "quality",
            "times",
            "Show how many working days queries took, by kind: within one, the median, the longest, and how many late.",
            Times,
            _times,
            example="quality times --since 2026-10-01",
            permission=Permission.READ_MATTERS,
        ),
    ),
)
