"""The nightly round: every rule once, then the night's share of cases.

Each step is a unit of work with a row of its own (`quality_rounds`): a night that was broken off goes on where
it was, and two workers do no step twice. Nights that were missed are not made up for: the next one finds the
same.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Date, DateTime

from registry.database import unit_of_work
from registry.transactions.context import Context
from registry.transactions.due.deadline import Done
from registry.transactions.quality.rules import RULES, Rule
from registry.transactions.quality.run import CASES, Run, open_cases, run_rule
from registry.values.period import LONDON, london_date

STEPS = (*(rule.name for rule in RULES), CASES)

_BEGUN = text("select exists (select from quality_rounds)")
_ANY_PRACTICE = text("select exists (select from practices)")
_STRUCK = text("select rule from quality_rounds where day = :day").bindparams(bindparam("day", type_=Date))
_LAST = text("select max(day) filter (where rule = :cases) as whole, max(day) as begun from quality_rounds").bindparams(
    cases=CASES
)

_OPENED = text("select coalesce(sum(found), 0) from quality_rounds where day = :day and rule = :cases").bindparams(
    bindparam("day", type_=Date), cases=CASES
)

# Whoever comes second waits for the row, and finds the step done.
_TAKE = text(
    "insert into quality_rounds (day, rule, struck_at) values (:day, :rule, :now) on conflict do nothing returning rule"
).bindparams(bindparam("day", type_=Date), bindparam("now", type_=DateTime(timezone=True)))
_NOTE = text(
    "insert into quality_rounds as q (day, rule, struck_at, found, fresh, gone, by_practice)"
    " values (:day, :rule, :now, :found, :fresh, :gone, :by_practice)"
    " on conflict (day, rule) do update set struck_at = :now, found = :found, fresh = q.fresh + :fresh,"
    " gone = q.gone + :gone, by_practice = :by_practice"
).bindparams(
    bindparam("day", type_=Date), bindparam("now", type_=DateTime(timezone=True)), bindparam("by_practice", type_=JSONB)
)


async def strike_quality(engine: AsyncEngine, context: Context) -> Done:
    """Do what is left of the night's round, if its hour has come. Safe to run twice and side by side."""
    day = _last_night(context)
    async with engine.connect() as connection:
        if not (await connection.execute(_ANY_PRACTICE)).scalar_one():
            return Done()
        struck = set((await connection.execute(_STRUCK, {"day": day})).scalars())
    done = Done()
    for rule in RULES:
        if rule.name not in struck:
            run = await _step(engine, context, day, rule.name, _of(rule))
            done["quality findings"] += 0 if run is None or rule.severity != "case" else run.fresh
    if CASES not in struck:
        run = await _step(engine, context, day, CASES, _cases)
        done["quality cases"] += 0 if run is None else run.found
    return Done({name: count for name, count in done.items() if count})


async def next_quality_strike(connection: AsyncConnection, context: Context) -> datetime | None:
    """When the next round begins; the hour of one that was not done to its end. None before the first."""
    row: Any = (await connection.execute(_LAST)).one()
    if row.begun is None:
        return None
    return _at(context, row.begun if row.whole != row.begun else row.begun + timedelta(days=1))


async def run_now(connection: AsyncConnection, context: Context, name: str | None = None) -> tuple[list[Run], int]:
    """Run every rule, or one, and open what is left of the day's share of cases, in the caller's unit of work.

    Returns the runs, and how many cases were opened.
    """
    day, runs = context.today, list[Run]()
    for rule in RULES:
        if name in (None, rule.name):
            runs.append(await run_rule(connection, context, rule))
            await _note(connection, context, day, runs[-1])
    before: int = (await connection.execute(_OPENED, {"day": day})).scalar_one()
    opened = await open_cases(connection, context, before)
    if opened:
        await _note(connection, context, day, Run(CASES, before + opened, 0, 0, {}))
    return runs, opened


async def _step(
    engine: AsyncEngine,
    context: Context,
    day: date,
    step: str,
    act: Callable[[AsyncConnection, Context], Awaitable[Run]],
) -> Run | None:
    async with unit_of_work(engine) as connection:
        taken = await connection.execute(_TAKE, {"day": day, "rule": step, "now": context.now})
        if taken.one_or_none() is None:
            return None
        run = await act(connection, context)
        await _note(connection, context, day, run)
        return run


async def _note(connection: AsyncConnection, context: Context, day: date, run: Run) -> None:
    values = {"rule": run.rule, "found": run.found, "fresh": run.fresh, "gone": run.gone}
    await connection.execute(_NOTE, {**values, "day": day, "now": context.now, "by_practice": run.by_practice})


def _of(rule: Rule) -> Callable[[AsyncConnection, Context], Awaitable[Run]]:
    async def act(connection: AsyncConnection, context: Context) -> Run:
        return await run_rule(connection, context, rule)

    return act


async def _cases(connection: AsyncConnection, context: Context) -> Run:
    return Run(CASES, await open_cases(connection, context), 0, 0, {})


def _last_night(context: Context) -> date:
    """The last day of which the hour has come."""
    today = london_date(context.now)
    return today if context.now >= _at(context, today) else today - timedelta(days=1)


def _at(context: Context, day: date) -> datetime:
    hour = time.fromisoformat(context.policies.on("quality_round_at", day))
    return datetime.combine(day, hour, LONDON).astimezone(context.now.tzinfo)
