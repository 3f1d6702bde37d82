"""Let a year pass: every working day its traffic, its queue, its office's own acts, and what falls due."""

import time as stopwatch
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncEngine

import registry.pds.ask  # noqa: F401  (declares the handler that asks the national side)
from registry.database import unit_of_work
from registry.demo.load import LOADER
from registry.demo.people import generate_office
from registry.demo.to_records import to_practice, to_record, to_simulated
from registry.demo.year.clerks import Clerks
from registry.demo.year.matters_worked import Matters
from registry.demo.year.office import Desk, TheOffice
from registry.demo.year.practices_side import Practices
from registry.demo.year.seasons import days_of, volumes
from registry.demo.year.town import Town
from registry.due import do_what_is_due
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.pds.population import load_people
from registry.policies.store import load
from registry.practices.import_practices import add_practices
from registry.settings import Settings
from registry.transactions.take_on.take_on import take_on
from registry.values.clock import FixedClock
from registry.values.period import LONDON

Tell = Callable[[str, int, int], None]
"""Hears how far it is: what, how many days are done, how many there are."""

AT_ONCE = 4
"""How many jobs are done side by side."""
NATIONAL_SHARE = 0.4
"""For each acceptance of the year so many people are known to the national side alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be simulated."""

    people: int
    acceptances: int
    days: int
    after: int
    """Days that follow without new traffic, in which what was begun comes to its end."""
    seed: int
    first: date


@dataclass(frozen=True, slots=True)
class Passed:
    """What happened, by kind, and how long it took."""

    days: int
    until: datetime
    transactions: int
    seconds: float
    happened: dict[str, int]


async def pass_a_year(engine: AsyncEngine, settings: Settings, wanted: Wanted, tell: Tell) -> Passed:
    """Fill an empty register and let the days pass. The clock is the simulation's own."""
    rng = Random(f"year/{wanted.seed}/{wanted.people}/{wanted.acceptances}")
    clock = FixedClock(_at(wanted.first, 6))
    async with engine.connect() as connection:
        policies = await load(connection, settings.profile)
    town = await _settle(engine, wanted, clock, rng, tell)
    practices = Practices(engine, clock, policies, town)
    clerks = Clerks(engine, clock, policies)
    desk = Desk(engine, clock, policies)
    office, matters = TheOffice(desk, town), Matters(desk, town)
    await office.open()
    jobs = JobContext(engine, clock, settings)
    holidays = policies.bank_holidays(wanted.first)
    spread = volumes(wanted.first, wanted.days, wanted.acceptances, holidays)
    began = stopwatch.monotonic()
    transactions = 0
    due: Counter[str] = Counter()
    for number, day in enumerate(days_of(wanted.first, wanted.days + wanted.after), start=1):
        clock.instant = _at(day, 7)
        due.update(await do_what_is_due(engine, clock, settings))
        await drain(jobs, at_once=AT_ONCE)
        is_working_day = day.weekday() < 5 and day not in holidays
        if is_working_day:
            await town.look(engine)
            if spread.get(day):
                transactions += await practices.work(_at(day, 8), spread[day])
                await drain(jobs, at_once=AT_ONCE)
            clock.instant = _at(day, 17)
            await office.work(spread.get(day, 0))
            await clerks.work()
            await matters.work()
            await drain(jobs, at_once=AT_ONCE)
            await practices.read()
        clock.instant = _at(day, 20)
        due.update(await do_what_is_due(engine, clock, settings))
        await drain(jobs, at_once=AT_ONCE)
        tell("days", number, wanted.days + wanted.after)
    happened = {
        **{f"sent: {name}": count for name, count in practices.sent.items()},
        **{f"office: {name}": count for name, count in office.done.items()},
        **{f"case {name}": count for name, count in clerks.decided.items()},
        **{f"due: {name}": count for name, count in due.items()},
    }
    seconds = stopwatch.monotonic() - began
    return Passed(wanted.days + wanted.after, clock.now(), transactions, seconds, dict(sorted(happened.items())))


async def _settle(engine: AsyncEngine, wanted: Wanted, clock: FixedClock, rng: Random, tell: Tell) -> Town:
    """The office's practices and people, and the national population beside them, before the first day."""
    national = int(wanted.acceptances * NATIONAL_SHARE)
    office = generate_office(wanted.people, wanted.seed, wanted.first, national=national)
    async with unit_of_work(engine) as connection:
        await add_practices(connection, map(to_practice, office.practices), actor=LOADER, at=clock.now())
        await load_people(connection, map(to_simulated, office.national))
    async with unit_of_work(engine) as connection:
        await take_on(connection, map(to_record, office.people), actor=LOADER, now=clock.now())
    tell("people", wanted.people, wanted.people)
    return Town(office, rng)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def first_day(days: int) -> date:
    """A day from which so many days are past today."""
    return datetime.now(LONDON).date() - timedelta(days=days)
