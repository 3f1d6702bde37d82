"""An office whose transactions are committed, and the national side that its worker asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from registry.database import unit_of_work
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.monitoring.check import check
from registry.pds.ask import NATIONAL_SIDE
from registry.pds.behaviour import begin_outage, end_outage
from registry.pds.population import SimulatedPerson, load_people
from registry.pds.port import NationalSide
from registry.pds.requests import nudge_due
from registry.policies.store import seed
from registry.settings import Settings
from registry.transactions.commands import RegisterPatient
from registry.transactions.outcome import Outcome
from registry.values.clock import FixedClock
from tests.support.databases import Database
from tests.support.office import Office, Practice


@dataclass(slots=True)
class National:
    """What tests do on both sides of the port."""

    context: JobContext
    clock: FixedClock
    _office: Office

    @asynccontextmanager
    async def office(self) -> AsyncIterator[Office]:
        """The office, in a unit of work that is committed."""
        async with unit_of_work(self.context.engine) as connection:
            self._office.connection = connection
            yield self._office

    async def knows(self, *people: SimulatedPerson) -> None:
        async with unit_of_work(self.context.engine) as connection:
            await load_people(connection, people)

    async def fails(self, behaviour: str | None) -> None:
        """Let every question meet a behaviour; None ends that."""
        async with unit_of_work(self.context.engine) as connection:
            await (begin_outage(connection, behaviour) if behaviour else end_outage(connection))

    def is_replaced_by(self, side: NationalSide) -> None:
        self.context.resources[NATIONAL_SIDE] = side

    async def practice(self) -> Practice:
        async with self.office() as office:
            return await office.practice()

    async def send(self, command: RegisterPatient) -> Outcome:
        async with self.office() as office:
            return await office.send(command)

    async def work(self) -> int:
        """Do the jobs that are due."""
        return await drain(self.context)

    async def later(self, **wait: float) -> int:
        """Let time pass, nudge what is due, and do it. Returns how many were nudged."""
        self.clock.instant += timedelta(**wait)
        async with unit_of_work(self.context.engine) as connection:
            nudged = await nudge_due(connection, self.clock.now())
        await self.work()
        return nudged

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        async with self.context.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(query), values)).mappings()]

    async def requests(self, kind: str) -> list[dict[str, Any]]:
        """The requests of a kind, oldest first."""
        return await self.rows("select * from national_requests where kind = :kind order by id", kind=kind)

    async def transaction(self, outcome: Outcome) -> tuple[str, str]:
        """State and outcome of a transaction now."""
        found = await self.rows("select state, outcome from transactions where id = :id", id=outcome.transaction_id)
        return found[0]["state"], found[0]["outcome"]


@pytest_asyncio.fixture
async def context(database: Database, clock: FixedClock) -> JobContext:
    """A worker's context on a database with the policies that ship."""
    async with unit_of_work(database.engine) as connection:
        await seed(connection)
    return JobContext(database.engine, clock, Settings())  # pyright: ignore[reportCallIssue]


@pytest_asyncio.fixture
async def national(context: JobContext, clock: FixedClock) -> AsyncIterator[National]:
    """Both sides; the register's invariants are checked when the test has passed."""
    async with context.engine.connect() as connection:
        national = National(context, clock, Office(connection, clock))
    yield national
    async with context.engine.connect() as connection:
        assert await check(connection) == []
