"""Load the demonstration office: its practices and people, then a day of its traffic."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import registry.pds.ask  # noqa: F401  (declares the handler that asks the national side)
from registry.database import unit_of_work
from registry.demo.day import Day
from registry.demo.grid import place_of
from registry.demo.people import Office, generate_office
from registry.demo.person import DemoPerson, Label
from registry.demo.play_practices import return_receipts
from registry.demo.to_records import to_practice, to_record, to_simulated
from registry.demo.traffic import Arriving, one_day
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.links.receive_interchange import receive
from registry.links.send import send
from registry.patients.record import PersonRecord
from registry.pds.population import load_people
from registry.policies.store import PolicyStore
from registry.practices.import_practices import add_practices
from registry.practices.places_import import add_places
from registry.settings import Settings
from registry.transactions.take_on.take_on import take_on
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock, SystemClock
from registry.values.period import LONDON

LOADER = Actor(ActorKind.SYSTEM, "demonstration")
Tell = Callable[[str, int, int], None]
"""Hears how far a step is: its name, how many are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demonstration office was loaded with."""

    practices: int
    people: int
    interchanges: int
    day: date


async def is_empty(engine: AsyncEngine) -> bool:
    """Whether the register holds nobody and no practice."""
    async with engine.connect() as connection:
        held = text("select exists (select from patients) or exists (select from practices)")
        return not (await connection.execute(held)).scalar_one()


async def load(engine: AsyncEngine, settings: Settings, now: datetime, *, people: int, seed: int, tell: Tell) -> Loaded:
    """Load the office into an empty register, as it stood on the last working day before now."""
    day = last_working_day(now.astimezone(LONDON).date())
    opens_at = datetime.combine(day, time(8), LONDON).astimezone(UTC)
    office = generate_office(people, seed, day)
    clock = FixedClock(opens_at - timedelta(hours=12))
    async with unit_of_work(engine) as connection:
        await add_practices(connection, map(to_practice, office.practices), actor=LOADER, at=clock.now())
    held = await _load_people(engine, office, clock, tell)
    async with unit_of_work(engine) as connection:
        await load_people(connection, map(to_simulated, office.national))
    rng = Random(f"traffic/{seed}/{people}")
    arriving = one_day(Day(rng, office.practices, held, list(office.national), opens_at))
    await _play(engine, settings, clock, arriving, tell)
    await _load_places(engine, clock)
    return Loaded(len(office.practices), people, len(arriving), day)


def last_working_day(today: date) -> date:
    """The last Monday to Friday before a day."""
    day = today - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


async def _load_people(
    engine: AsyncEngine, office: Office, clock: FixedClock, tell: Tell
) -> dict[str, list[DemoPerson]]:
    """Take the people on; returns those with a number who are on a list, by practice."""
    held: dict[str, list[DemoPerson]] = {practice.ods_code: [] for practice in office.practices}

    def records() -> Iterator[PersonRecord]:
        for number, person in enumerate(office.people, start=1):
            if person.is_on_list and person.nhs_number and person.practice_ods and _is_plain(person):
                held[person.practice_ods].append(person)
            if number % 500 == 0:
                tell("people", number, len(office.people))
            yield to_record(person)

    async with unit_of_work(engine) as connection:
        await take_on(connection, records(), actor=LOADER, now=clock.now())
    return held


async def _load_places(engine: AsyncEngine, clock: FixedClock) -> None:
    """Say where the postcodes of homes and premises are, so that distances can be told."""
    used = text("select postcode from patients union select postcode from practices")
    async with unit_of_work(engine) as connection:
        found = [(code, place_of(code)) for code in (await connection.execute(used)).scalars() if code]
        known = [(code, *place) for code, place in found if place is not None]
        await add_places(connection, known, actor=LOADER, at=clock.now())


def _is_plain(person: DemoPerson) -> bool:
    """Whether a day's event may happen to somebody without raising other questions."""
    return not person.labels & {Label.DEAD, Label.DUPLICATE, Label.CONFUSION, Label.MONONYM, Label.INITIALS_ONLY}


async def _play(
    engine: AsyncEngine, settings: Settings, clock: FixedClock, arriving: Iterable[Arriving], tell: Tell
) -> None:
    """Let the day happen: receive, do what follows, answer, and have the practices send receipts."""
    interchanges = list(arriving)
    policies = PolicyStore(settings.profile)
    context = JobContext(engine, clock, settings)
    for number, interchange in enumerate(interchanges, start=1):
        clock.instant = interchange.at.astimezone(UTC)
        await receive(engine, clock, policies, interchange.content)
        if number % 25 == 0 or number == len(interchanges):
            await drain(context)
            tell("interchanges", number, len(interchanges))
    clock.instant += timedelta(minutes=30)
    await drain(context)
    await send(engine, clock)
    await return_receipts(engine, clock, policies)


async def load_if_empty(engine: AsyncEngine, settings: Settings, tell: Tell) -> Loaded | None:
    """Load the usual office into an empty register. None where it is not empty."""
    if not await is_empty(engine):
        return None
    return await load(engine, settings, SystemClock().now(), people=20_000, seed=1, tell=tell)
