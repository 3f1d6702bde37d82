"""The stage of the journeys: an office at work, a practice at each end of the county, and its people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from registry.transactions.outcome import Outcome
from registry.transactions.settle import Settled
from registry.values.clock import FixedClock
from registry.values.person import Demographics
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import OTHER_CIPHER, Practice


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody of a journey, as the register holds them."""

    id: UUID
    number: str
    like: Demographics


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a journey happens. What is said here is what a clerk could see or do."""

    office: CommittingOffice
    nethermoor: Practice
    saltholme: Practice
    """Of another authority than Nethermoor."""

    @property
    def today(self) -> date:
        return self.office.today

    async def patient_of(self, practice: Practice | None, like: Demographics, **items: Any) -> Patient:
        """A person who has long been on a practice's list, or on none."""
        async with self.office.at_work() as at_work:
            patient_id, number = await at_work.person(practice, like=like, **items)
        return Patient(patient_id, number, like)

    async def list_of(self, patient: Patient) -> Practice | None:
        """The practice that holds a patient."""
        holder = await self.office.list_of(patient.id)
        return next((each for each in (self.nethermoor, self.saltholme) if each.id == holder), None)

    async def letters_to(self, practice: Practice) -> list[tuple[str, dict[str, Any]]]:
        """What a practice was told, oldest first: kind and items."""
        async with self.office.at_work() as at_work:
            return await at_work.inbox(practice)

    async def told(self, practice: Practice) -> list[str]:
        """The kinds of what a practice was told, oldest first."""
        return [kind for kind, _ in await self.letters_to(practice)]

    async def state_of(self, outcome: Outcome) -> str:
        """The state of a transaction now, and why."""
        query = "select state || ': ' || outcome from transactions where id = :id"
        return await self.office.one(query, id=outcome.transaction_id)

    async def queue(self) -> list[str]:
        """The kinds of the cases that wait for a clerk."""
        return await self.office.column("select kind from anomalies where state = 'open' order by opened_at, id")

    async def clock_strikes(self, day: date) -> None:
        """The days pass, each evening the post leaves, and then a day begins: the worker does what is due."""
        while self.today < day:
            self.office.on(self.today, hour=18)
            assert (await self.office.fall_due())["failed"] == 0
            self.office.on(self.today + timedelta(days=1), hour=0)
        assert (await self.office.fall_due())["failed"] == 0


def outcome_of(answer: object) -> Outcome:
    """What became of the transaction that a clerk settled."""
    assert isinstance(answer, Settled) and answer.outcome is not None, answer
    return answer.outcome


@pytest_asyncio.fixture
async def stage(database: Database, clock: FixedClock) -> AsyncIterator[Stage]:
    """A stage whose every promise is looked at when the journey is over."""
    office = CommittingOffice(database.engine, clock)
    async with office.at_work() as at_work:
        nethermoor, saltholme = await at_work.practice(), await at_work.practice(cipher=OTHER_CIPHER)
    yield Stage(office, nethermoor, saltholme)
    assert await office.breaches() == []
