"""A living office on a database of its own: practices, a hundred people, every role with a token, clocks that run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.app import create_app
from registry.database import unit_of_work
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.links.deliver import deliver_files
from registry.links.send import send
from registry.pds.population import SimulatedPerson, load_people
from registry.policies.store import PolicyStore, seed
from registry.practices.store import complete_practices
from registry.security.callers import Role
from registry.security.tokens import issue
from registry.settings import Settings
from registry.transactions.acts.act import Act, Answer, Done
from registry.transactions.office_acts import OFFICE_ACTS
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.clock import FixedClock
from registry.values.person import Demographics, Name, Sex
from registry.worker import load_handlers
from tests.leaks.cast import Marked
from tests.monitoring.watched import Watched
from tests.support import acts as doing
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import CIPHER, CLERK, OTHER_CIPHER, Practice

SECOND = Actor(ActorKind.STAFF, "second")
"""Whoever approves what the clerk has begun."""
OFFICE_ROLES = tuple(Role)
PRACTICE_ROLES = (Role.STAFF, Role.APP, Role.APP_READ)
NOBODY = "nobody"
"""A caller without a token."""

_HOURS = ("07:00", "17:40", "22:00")
"""When the clocks strike: in the morning, when the post has left, and, on some days, when the day is balanced."""

_SURNAMES = ("Abbotsley", "Brackwater", "Cottermole", "Dunnaby", "Elphick", "Garrowby", "Hesketh", "Ibbotson")
_FORENAMES = ("Ada", "Bertram", "Clemency", "Dominic", "Esther", "Felix", "Gudrun", "Hector", "Imogen", "Jasper")


@dataclass
class World:
    """Where the marked people lived, and everybody else goes on living."""

    database: Database
    clock: FixedClock
    settings: Settings
    practices: dict[str, Practice] = field(default_factory=dict[str, Practice])
    """By what they are in the story: here, there, a third one, one where nobody is yet, and the one of the scheme."""
    people: dict[str, UUID] = field(default_factory=dict[str, UUID])
    """The marked people's records by their number, as they were made."""
    neighbours: list[str] = field(default_factory=list[str])
    """Numbers of people who have nothing to do with it."""
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    """By the name of the caller."""
    busy: bool = False
    """Whether other people go on coming and going while days pass."""
    sequences: Iterator[int] = field(default_factory=lambda: count(1))
    """The numbers of interchanges, transactions and files."""

    @property
    def engine(self) -> AsyncEngine:
        return self.database.engine

    @property
    def office(self) -> CommittingOffice:
        return CommittingOffice(self.engine, self.clock)

    @property
    def today(self) -> date:
        return self.office.today

    def on(self, database: Database) -> "World":
        """The same world on a copy of its database."""
        return replace(self, database=database, clock=FixedClock(self.clock.instant))

    def app(self) -> FastAPI:
        """The application as it serves this world. It is started; the engine is ours."""
        app = create_app(self.settings, engine=self.engine, clock=self.clock)
        app.state.engine = self.engine
        return app

    def client(self) -> httpx.AsyncClient:
        """Talks to the application without a network; what it failed to foresee comes as a 500, as at work."""
        transport = httpx.ASGITransport(self.app(), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://registry.test")

    # How it begins

    async def open_office(self) -> None:
        """Practices of two authorities, one of them of the scheme; tokens; a hundred people on the lists."""
        load_handlers()
        async with self.office.at_work() as office:
            for name in ("here", "there", "third", "refuge", "scheme"):
                cipher = OTHER_CIPHER if name == "there" else CIPHER
                self.practices[name] = await office.practice(cipher=cipher)
        async with unit_of_work(self.engine) as connection:
            await seed(connection)
            await complete_practices(connection, [each.id for each in self.practices.values()])
            for role in OFFICE_ROLES:
                self.tokens[f"office {role.value}"] = await issue(
                    connection, f"office-{role.value}", role, self.clock.now(), practice_id=None
                )
            for role in PRACTICE_ROLES:
                for name in ("here", "there", "third", "refuge"):
                    self.tokens[f"{name} {role.value}"] = await issue(
                        connection, f"{name}-{role.value}", role, self.clock.now(), practice_id=self.practices[name].id
                    )
        await self._people_the_lists()

    async def _people_the_lists(self) -> None:
        places = [self.practices[name] for name in ("here", "there", "third")]
        plan = self.office.plan
        async with self.office.at_work() as office:
            for each in range(100):
                number = plan.number()
                await office.person(places[each % 3], like=_bystander(each), number=number)
                self.neighbours.append(number)

    async def holds(self, marked: Marked, practice: Practice | None) -> UUID:
        """The register holds a marked person, and so does the national side."""
        async with self.office.at_work() as office:
            patient_id, _ = await office.person(
                practice, like=marked.at_first, number=marked.number, accepted_on=date(2024, 5, 7)
            )
        self.people[marked.number] = patient_id
        await self.national_side_knows(marked.number, marked.at_last)
        return patient_id

    async def national_side_knows(self, number: str, person: Demographics, superseded_by: str | None = None) -> None:
        async with unit_of_work(self.engine) as connection:
            await load_people(connection, [SimulatedPerson(number, person, superseded_by=superseded_by)])

    # What is done in it

    async def act(self, group: str, name: str, by: Actor = CLERK, /, **details: Any) -> Done:
        """The office does something that is to succeed."""
        answer = await self.try_act(group, name, by, **details)
        assert isinstance(answer, Done), f"{group} {name}: {answer}"
        return answer

    async def try_act(self, group: str, name: str, by: Actor = CLERK, /, **details: Any) -> Answer:
        context = self.office.plan.context(by)
        act = acts_by_name()[group, name]
        return await self.office.act(lambda connection: doing.do(connection, context, act, **details))

    async def on_matter(self, group: str, name: str, matter: UUID | None, by: Actor = CLERK, /, **details: Any) -> Done:
        """The office does something with a matter, as it stands."""
        version = await self.office.one("select version from matters where id = :id", id=matter)
        return await self.act(group, name, by, id=matter, version=version, **details)

    async def call(
        self, caller: str, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Somebody calls a route."""
        headers = {"authorization": f"Bearer {self.tokens[caller]}"} if caller != NOBODY else {}
        async with self.client() as client:
            return await client.request(method, path, json=body, params=query, headers=headers)

    async def jobs_are_done(self) -> None:
        """What was caused has happened: questions are asked of the national side, interchanges finished."""
        await drain(JobContext(self.engine, self.clock, self.settings))

    async def days(self, until: date) -> None:
        """Days pass until one begins: every clock strikes, the post leaves, the day is balanced."""
        watched = Watched(self.office, self.settings)
        while self.today < until:
            if self.busy:
                await self.others_come_and_go()
            day = self.today + timedelta(days=1)
            for hour in _HOURS if day.weekday() in (1, 4) else _HOURS[:2]:
                watched.at(day, hour)
                await watched.strike()
            await self.jobs_are_done()

    async def others_come_and_go(self) -> None:
        """A day like any other: transfers, a request, and at times somebody whose address is in doubt."""
        day, practice, number = self.today.toordinal(), self.practices["here"], self.neighbours[0]
        for each in range(6):
            number = self.neighbours[(7 * day + 13 * each) % len(self.neighbours)]
            self.clock.instant += timedelta(minutes=7 + each)
            [row] = await self.rows("select * from patients where nhs_number = :number", number=number)
            practice = self.practices[("here", "there", "third")[(day + each) % 3]]
            like = Demographics(
                Name(row.surname, row.first_forename),
                Sex(row.sex),
                row.date_of_birth,
                address=Address.of([row.line_1, row.line_2, row.line_3, row.line_4, row.line_5], row.postcode),
                place_of_birth=row.place_of_birth,
            )
            await self.office.send(self.office.plan.acceptance(practice, like, number))
        if self.today.weekday() < 5:
            # Somebody is said to have moved away: a letter is written.
            await self.office.send(self.office.plan.removal(practice, number))

    async def post_is_delivered(self) -> None:
        """What waits for practices is put into interchanges, and these are written."""
        await send(self.engine, self.clock)
        with TemporaryDirectory() as folder:
            await deliver_files(self.engine, self.clock, Path(folder))

    async def statistics_are_taken(self) -> None:
        """What PostgreSQL does by itself now and then: samples of every column are kept for the planner."""
        async with self.engine.begin() as connection:
            await connection.execute(text("analyze"))

    def policies(self) -> PolicyStore:
        return PolicyStore(self.settings.profile)

    async def rows(self, query: str, **values: Any) -> list[Any]:
        """The rows that a query gives."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(query), values)).all())


def acts_by_name() -> dict[tuple[str, str], Act[Any]]:
    """Every act of the office by its group and name."""
    from registry.monitoring.acts import MONITOR
    from registry.paper.acts import PAPER

    return {(group.name, act.name): act for group in (*OFFICE_ACTS, PAPER, MONITOR) for act in group.acts}


def _bystander(each: int) -> Demographics:
    """Somebody like many others."""
    return Demographics(
        Name(_SURNAMES[each % 8], _FORENAMES[each // 8 % 10], "", "", ""),
        Sex.FEMALE if each % 2 else Sex.MALE,
        date(1930 + each % 80, 1 + each % 12, 1 + each % 28),
        address=Address(("", f"{each + 1} Larch Avenue", "", "Nethermoor", ""), "ZX4 7QP"),
        place_of_birth="NETHERMOOR",
    )


def instant(text_: str) -> datetime:
    """An instant by its UTC time."""
    return datetime.fromisoformat(text_ + "+00:00")
