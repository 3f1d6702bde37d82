"""An office whose every act is committed, as at work: for tests of concurrency, of clocks, and of journeys."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.monitoring.check import Breach, check
from registry.retry import retrying
from registry.transactions.commands import Command, TraceAnswer
from registry.transactions.due.deadline import Done
from registry.transactions.fall_due import fall_due
from registry.transactions.national_answers import take_answer
from registry.transactions.outcome import Outcome
from registry.transactions.settle import Answer, Decision, settle
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.values.period import start_of_day
from tests.support.office import Office

WORKER = Actor(ActorKind.JOB, "worker")

_Result = TypeVar("_Result")


@dataclass(slots=True)
class CommittingOffice:
    """Each act is a unit of work of its own, done again where PostgreSQL ended it as the victim of a deadlock.

    A constraint that two of them break together is never tried again: the locks are to keep them apart.
    """

    engine: AsyncEngine
    clock: FixedClock
    profile: str = "current"
    plan: Office = field(init=False)
    """Makes commands and numbers; has no connection."""

    def __post_init__(self) -> None:
        self.plan = Office(None, self.clock, self.profile)  # pyright: ignore[reportArgumentType]

    @property
    def today(self) -> date:
        return self.plan.today

    def on(self, day: date, hour: int = 9) -> None:
        """Set the clock to an hour of a day."""
        self.clock.instant = start_of_day(day) + timedelta(hours=hour)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Office]:
        """The office on a connection whose work is committed."""
        async with unit_of_work(self.engine) as connection:
            yield replace(self.plan, connection=connection)

    async def act(self, act: Callable[[AsyncConnection], Awaitable[_Result]]) -> _Result:
        return await retrying(self.engine, act)

    async def send(self, command: Command) -> Outcome:
        """Have a command considered."""
        return await self.act(lambda connection: replace(self.plan, connection=connection).send(command))

    async def open_questions(self) -> list[UUID]:
        """The questions for which an answer is waited for, oldest first."""
        return await self.column("select id from national_requests where state <> 'C' and kind <> 'update' order by id")

    async def answer(self, answer: TraceAnswer, question: UUID | None = None) -> Outcome | None:
        """Have the national side answer a question: the one that is open, unless another is named."""
        if question is None:
            [question] = await self.open_questions()
        context = self.plan.context(WORKER)
        return await self.act(lambda connection: take_answer(connection, context, question, answer))

    async def cases(self) -> list[UUID]:
        """The open cases, oldest first."""
        return await self.column("select id from anomalies where state = 'open' order by id")

    async def settle(self, decision: Decision, case: UUID | None = None) -> Answer:
        """Have a clerk decide a case: the open one, unless another is named."""
        if case is None:
            [case] = await self.cases()
        context = self.plan.context()
        return await self.act(lambda connection: settle(connection, context, case, decision))

    async def fall_due(self) -> Done:
        """Do what is due at the clock's present."""
        return await fall_due(self.engine, self.plan.context(WORKER))

    async def column(self, query: str, **values: Any) -> list[Any]:
        """The values that a query gives."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(query), values)).scalars())

    async def one(self, query: str, **values: Any) -> Any:
        """The one value that a query gives."""
        [value] = await self.column(query, **values)
        return value

    async def list_of(self, patient_id: UUID) -> UUID | None:
        """The practice whose list a person is on now."""
        async with self.at_work() as office:
            return await office.list_of(patient_id)

    async def breaches(self) -> list[Breach]:
        """The invariants that do not hold."""
        async with self.engine.connect() as connection:
            return await check(connection)
