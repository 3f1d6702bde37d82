"""A registration that waits for the national side: visible, chased, applied once and never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from registry.database import create_engine, unit_of_work
from registry.jobs import names
from registry.jobs.enqueue import NewJob, enqueue_all
from registry.jobs.handlers import JobContext
from registry.pds.ask import NATIONAL_SIDE, ask_national_side, port_of
from registry.pds.choose import NotConfigured
from registry.pds.population import SimulatedPerson
from registry.pds.port import TraceResult, UpdateResult, Whereabouts
from registry.pds.requests import lock_open, nudge_due
from registry.pds.settle import keep
from registry.pds.simulator import Simulator
from registry.settings import Settings
from registry.transactions.commands import Ruling, TraceAnswer
from registry.transactions.national_answers import read_request, take_answer
from registry.transactions.register import go_on
from registry.values.person import Demographics
from tests.pds.conftest import National
from tests.support.databases import Database
from tests.support.office import ANNA, numbers

NUMBER, OTHER_NUMBER = (number for number, _ in zip(numbers(800), range(2), strict=False))
NEWCOMER: dict[str, Any] = {"acceptance_type": "2"}


async def test_a_number_that_only_the_national_side_holds_is_registered_under(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    assert waiting.state == "waiting-for-trace"

    await national.work()

    assert await national.transaction(waiting) == ("accepted", "created")
    assert await national.rows("select nhs_number from patients") == [{"nhs_number": NUMBER}]
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]) == ("C", {"outcome": "single", "number": NUMBER})
    (update,) = await national.requests("update")
    assert (update["state"], update["answer"]) == ("C", {"outcome": "taken"})
    assert await national.rows("select nhs_number, practice_ods, since from simulated_registrations") == [
        {"nhs_number": NUMBER, "practice_ods": practice.ods_code, "since": date(2026, 11, 2)}
    ]


async def test_a_superseded_number_registers_under_the_survivor(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA, superseded_by=OTHER_NUMBER), SimulatedPerson(OTHER_NUMBER, ANNA))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    assert await national.transaction(waiting) == ("accepted", "created")
    assert await national.rows("select nhs_number from patients") == [{"nhs_number": OTHER_NUMBER}]


async def test_nobody_nationally_means_a_new_number_for_a_first_acceptance(national: National):
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, **NEWCOMER))
    await national.work()
    assert await national.transaction(waiting) == ("accepted", "created")
    (allocated,) = await national.requests("allocate")
    assert allocated["answer"]["outcome"] == "allocated"
    assert await national.rows("select nhs_number from patients") == [{"nhs_number": allocated["answer"]["number"]}]


@pytest.mark.parametrize(
    ("known", "outcome"),
    [
        (SimulatedPerson(NUMBER, ANNA, behaviour="several"), "trace-several"),
        (SimulatedPerson(NUMBER, ANNA, behaviour="none"), "trace-none"),
        (SimulatedPerson(NUMBER, ANNA, date_of_death=date(2024, 1, 5)), "recorded-dead"),
        (SimulatedPerson(NUMBER, replace(ANNA, date_of_birth=date(1931, 2, 11))), "trace-none"),
    ],
)
async def test_what_is_not_certain_goes_to_a_person(national: National, known: SimulatedPerson, outcome: str):
    await national.knows(known)
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    assert await national.transaction(waiting) == ("in-queue", outcome)
    assert await national.rows("select id from patients") == []


async def test_somebody_known_nationally_gets_no_second_number(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, **NEWCOMER))
    await national.work()
    assert await national.transaction(waiting) == ("in-queue", "trace-found")
    assert await national.requests("allocate") == []


async def test_too_little_to_ask_with_goes_to_a_person_at_once(national: National):
    practice = await national.practice()
    async with national.office() as office:
        nameless = replace(ANNA, date_of_birth=None)
        waiting = await office.send(office.acceptance(practice, like=nameless, **NEWCOMER))
    await national.work()
    assert await national.transaction(waiting) == ("in-queue", "trace-unanswered")
    (trace,) = await national.requests("trace")
    assert trace["answer"] == {"outcome": "unanswered", "number": None, "problem": "insufficient-particulars"}


async def test_time_outs_are_errors_tried_again_until_the_answer_comes(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA, behaviour="timeout:2"))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["attempts"], trace["answer"]) == ("E", 1, {"problem": "time-out"})
    assert (trace["next_attempt_at"] - national.clock.now()).total_seconds() == 60

    assert await national.later(seconds=59) == 0
    assert await national.later(seconds=1) == 1
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["attempts"]) == ("E", 2)
    assert await national.later(minutes=5) == 1
    assert await national.transaction(waiting) == ("accepted", "created")


async def test_a_late_answer_is_waited_for(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA, behaviour="late:1"))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["attempts"], trace["answer"]) == ("P", 1, None)
    assert await national.later(minutes=5) == 1
    assert await national.transaction(waiting) == ("accepted", "created")


@pytest.mark.parametrize(("behaviour", "problem"), [("timeout", "time-out"), ("error", "refused"), ("late", "late")])
async def test_what_is_never_answered_goes_to_a_person_when_its_time_is_up(
    national: National, behaviour: str, problem: str
):
    await national.fails(behaviour)
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    for _ in range(2):
        await national.later(hours=11, minutes=59)
    assert (await national.transaction(waiting))[0] == "waiting-for-trace"
    (trace,) = await national.requests("trace")
    assert trace["next_attempt_at"] <= trace["asked_at"].replace(day=3)

    await national.later(minutes=2)

    assert await national.transaction(waiting) == ("in-queue", "trace-unanswered")
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]["outcome"], trace["answer"]["problem"]) == ("C", "unanswered", problem)


async def test_an_installation_without_a_client_shows_it(national: National):
    national.is_replaced_by(NotConfigured())
    practice = await national.practice()
    async with national.office() as office:
        await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]) == ("E", {"problem": "not-configured"})


async def test_asking_twice_changes_nothing(national: National):
    await national.knows(SimulatedPerson(NUMBER, ANNA))
    practice = await national.practice()
    async with national.office() as office:
        await office.send(office.acceptance(practice, number=NUMBER))
    (trace,) = await national.requests("trace")
    payload = {"request_id": str(trace["id"])}

    await asyncio.gather(*(ask_national_side(national.context, payload) for _ in range(5)))
    before = await national.rows("select * from national_requests order by id")
    await ask_national_side(national.context, payload)
    async with national.office() as office:
        again = await take_answer(office.connection, office.context(), trace["id"], TraceAnswer("none"))

    assert again is None
    assert await national.rows("select * from national_requests order by id") == before
    assert len(await national.rows("select id from patients")) == 1
    assert len(await national.rows("select id from list_movements")) == 1


async def test_an_answer_that_was_kept_is_applied_without_asking_again(national: National):
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    (trace,) = await national.requests("trace")
    async with national.context.engine.connect() as connection:
        request = await read_request(connection, trace["id"])
    assert request is not None
    await keep(national.context, request, TraceAnswer("single", NUMBER))  # and here the worker was killed
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]["outcome"]) == ("U", "single")

    await national.work()  # the simulator knows nobody of this number

    assert await national.transaction(waiting) == ("accepted", "created")
    assert [each["state"] for each in await national.requests("trace")] == ["C"]


async def test_a_number_that_was_made_before_a_crash_is_not_made_again(national: National):
    practice = await national.practice()
    async with national.office() as office:
        await office.send(office.acceptance(practice, **NEWCOMER))
    (trace,) = await national.requests("trace")
    await ask_national_side(national.context, {"request_id": str(trace["id"])})
    (request,) = await national.requests("allocate")
    await port_of(national.context).allocate(ANNA, request["id"])  # and here the worker was killed

    await national.work()

    made = await national.rows("select nhs_number from simulated_people")
    assert len(made) == 1
    assert await national.rows("select nhs_number from patients") == made


async def test_nothing_is_asked_for_a_transaction_that_a_clerk_has_settled(national: National):
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, **NEWCOMER))
    await _reject(national)
    await national.work()
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]["problem"]) == ("C", "transaction-settled")
    assert await national.transaction(waiting) == ("refused", "identity-unclear")
    assert await national.rows("select nhs_number from simulated_people") == []


async def test_a_clerk_who_is_faster_than_the_answer_wins(national: National):
    """The transaction is settled while the question is on its way."""
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    await national.knows(SimulatedPerson(NUMBER, ANNA))
    national.is_replaced_by(Meanwhile(national.context, lambda: _reject(national)))

    await national.work()

    assert await national.transaction(waiting) == ("refused", "identity-unclear")
    assert await national.rows("select id from patients") == []
    assert [each["state"] for each in await national.requests("trace")] == ["C"]


async def _reject(national: National) -> None:
    """A clerk rejects the one acceptance that waits for a trace."""
    (trace,) = await national.requests("trace")
    async with national.office() as office:
        request = await read_request(office.connection, trace["id"])
        assert request is not None
        assert request.case is not None
        ruling = Ruling("reject", "not clear who it is", code="7", by="clerk")
        await go_on(office.connection, office.context(), request.case, ruling=ruling)


async def test_somebody_who_moves_while_it_is_told_is_told_again(national: National):
    """The newer place is told first and the older one after it; so the older request must look again."""
    old, new = await national.practice(), await national.practice()
    async with national.office() as office:
        await office.person(old, number=NUMBER)
        await office.send(office.acceptance(new, number=NUMBER))
    third = await national.practice()

    async def move_on() -> None:
        async with national.office() as office:
            later = replace(office.acceptance(third, number=NUMBER), accepted_on=date(2026, 11, 3))
            await office.send(later)
        newest = (await national.requests("update"))[-1]
        await ask_national_side(national.context, {"request_id": str(newest["id"])})

    national.clock.instant = national.clock.instant.replace(day=3)
    national.is_replaced_by(Meanwhile(national.context, move_on))
    await national.work()

    assert await national.rows("select practice_ods from simulated_registrations") == [{"practice_ods": third.ods_code}]
    assert {each["state"] for each in await national.requests("update")} == {"C"}


async def test_an_update_that_fails_is_tried_until_it_is_taken(national: National):
    old, new = await national.practice(), await national.practice()
    async with national.office() as office:
        await office.person(old, number=NUMBER)
        await office.send(office.acceptance(new, number=NUMBER))
    await national.fails("timeout:3")
    await national.work()
    for wait in (1, 5):
        assert await national.later(minutes=wait) == 1
        assert [each["state"] for each in await national.requests("update")] == ["E"]
    assert await national.later(minutes=30) == 1
    (update,) = await national.requests("update")
    assert (update["state"], update["attempts"]) == ("C", 4)


async def test_a_person_without_a_number_is_not_told_of(national: National):
    old, new = await national.practice(), await national.practice()
    async with national.office() as office:
        anna, _ = await office.person(old, number=None)
        await office.send(office.acceptance(new))
    await national.work()
    assert [each["patient_id"] for each in await national.requests("update")] == [anna]
    assert (await national.requests("update"))[0]["answer"]["problem"] == "no-number"
    assert await national.rows("select * from simulated_registrations") == []


async def test_the_port_is_called_with_no_connection_in_hand(national: National, database: Database):
    """With a pool of one, a port that uses the pool would wait for ever for a connection that is held."""
    await national.knows(SimulatedPerson(NUMBER, ANNA))
    practice = await national.practice()
    async with national.office() as office:
        waiting = await office.send(office.acceptance(practice, number=NUMBER))
    engine = create_engine(database.url, pool_size=1)
    side = Watching(engine)
    alone = JobContext(engine, national.clock, national.context.settings, {NATIONAL_SIDE: side})
    for kind in ("trace", "update"):
        (request,) = await national.requests(kind)
        await ask_national_side(alone, {"request_id": str(request["id"])})
    await engine.dispose()
    assert side.in_use == [0, 0]
    assert await national.transaction(waiting) == ("accepted", "created")
    assert [each["state"] for each in await national.requests("update")] == ["C"]


async def test_a_side_that_hangs_is_given_up(national: National, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("registry.pds.ask.PATIENCE_SECONDS", 0.05)
    national.is_replaced_by(Hanging(national.context.engine))
    practice = await national.practice()
    async with national.office() as office:
        await office.send(office.acceptance(practice, number=NUMBER))
    await national.work()
    (trace,) = await national.requests("trace")
    assert (trace["state"], trace["answer"]) == ("E", {"problem": "time-out"})


async def test_twenty_acceptances_of_one_new_person_at_once_make_one_person(national: National):
    practice = await national.practice()
    for _ in range(20):
        async with national.office() as office:
            await office.send(office.acceptance(practice, **NEWCOMER))
    requests = [each["id"] for each in await national.requests("trace")]
    await asyncio.gather(*(ask_national_side(national.context, {"request_id": str(each)}) for each in requests))
    allocations = [each["id"] for each in await national.requests("allocate")]
    await asyncio.gather(*(ask_national_side(national.context, {"request_id": str(each)}) for each in allocations))
    await national.work()
    assert len(await national.rows("select id from patients")) == 1
    assert len(await national.rows("select id from list_movements")) == 1
    assert len(await national.rows("select nhs_number from simulated_people")) == 1
    states = {row["state"] for row in await national.rows("select distinct state from transactions")}
    assert states <= {"accepted", "in-queue"}


async def test_what_is_due_is_nudged_once_and_in_bounds(national: National, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("registry.pds.requests.MOST_AT_ONCE", 2)
    practice = await national.practice()
    async with national.office() as office:
        for each in range(3):
            await office.send(office.acceptance(practice, number=office.number(), like=_other(each)))
        await office.connection.exec_driver_sql("delete from pgqueuer")
    async with unit_of_work(national.context.engine) as connection:
        assert await nudge_due(connection, national.clock.now()) == 2
        assert await nudge_due(connection, national.clock.now()) == 2
        assert await national.work() == 0, "nothing is committed yet"
    assert len(await national.rows("select id from pgqueuer")) == 2
    await national.work()
    assert await national.later(seconds=0) == 1
    assert {each["state"] for each in await national.requests("trace")} == {"C"}


async def test_a_job_for_a_request_that_does_not_exist_does_nothing(national: National):
    async with unit_of_work(national.context.engine) as connection:
        assert not await lock_open(connection, uuid4())
        await enqueue_all(connection, [NewJob(names.ASK_NATIONAL_SIDE, {"request_id": str(uuid4())})])
    assert await national.work() == 1


def test_the_settings_choose_the_side(database: Database, national: National):
    assert isinstance(port_of(national.context), Simulator)
    production = Settings(REGISTRY_ENV="production")  # pyright: ignore[reportCallIssue]
    assert isinstance(port_of(JobContext(database.engine, national.clock, production)), NotConfigured)


def _other(each: int) -> Demographics:
    return replace(ANNA, date_of_birth=date(1950 + each, 6, 2 + each))


class Meanwhile(Simulator):
    """Lets something happen once while a question is on its way."""

    def __init__(self, context: JobContext, happening: Callable[[], Awaitable[None]]) -> None:
        super().__init__(context.engine)
        self._happening: Callable[[], Awaitable[None]] | None = happening

    async def _let_happen(self) -> None:
        happening, self._happening = self._happening, None
        if happening is not None:
            await happening()

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        await self._let_happen()
        return await super().trace(question, number)

    async def update(self, number: str, whereabouts: Whereabouts, request_id: UUID) -> UpdateResult:
        await self._let_happen()
        return await super().update(number, whereabouts, request_id)


class Watching(Simulator):
    """Counts the connections in use when it is called."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        assert isinstance(engine.pool, QueuePool)
        self._pool = engine.pool
        self.in_use: list[int] = []

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        self.in_use.append(self._pool.checkedout())
        return await super().trace(question, number)

    async def update(self, number: str, whereabouts: Whereabouts, request_id: UUID) -> UpdateResult:
        self.in_use.append(self._pool.checkedout())
        return await super().update(number, whereabouts, request_id)


class Hanging(Simulator):
    """Never answers."""

    async def trace(self, question: Demographics, number: str | None) -> TraceResult:
        await asyncio.Event().wait()
        raise AssertionError
