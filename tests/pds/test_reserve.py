"""Numbers set aside by the national side, and telling it who was given one."""

import asyncio
from uuid import UUID, uuid4

import pytest

from registry.jobs import names
from registry.jobs.handlers import JobContext
from registry.monitoring.check import check
from registry.patients.orders import last_order, open_order
from registry.patients.reserve import held, take_number
from registry.pds.ask import NATIONAL_SIDE
from registry.pds.choose import NotConfigured
from registry.pds.population import SimulatedPerson
from registry.pds.port import Reserved, ReserveResult
from registry.pds.refill import refill
from registry.pds.simulator import Simulator
from registry.values.nhs_number import NHSNumber
from tests.pds.conftest import National
from tests.transactions.newcomers import FREYA, make_freya


async def in_reserve(context: JobContext) -> int:
    async with context.engine.connect() as connection:
        return await held(connection)


async def test_a_fresh_register_is_filled_and_then_left_alone(context: JobContext):
    assert await refill(context) == 1000
    assert await refill(context) == 0
    assert await in_reserve(context) == 1000


async def test_it_is_filled_up_when_it_is_low(national: National, context: JobContext):
    await refill(context)
    async with context.unit_of_work() as connection:
        await connection.exec_driver_sql(
            "delete from number_reserve where nhs_number in (select nhs_number from number_reserve limit 501)"
        )
    assert await refill(context) == 501
    assert await in_reserve(context) == 1000
    assert len(await national.rows("select 1 as one from simulated_reserve")) == 1501


async def test_several_who_fill_at_once_order_once(national: National, context: JobContext):
    """Each of some processes fills when it starts."""
    came = await asyncio.gather(*(refill(context) for _ in range(4)))
    assert sorted(came) == [0, 0, 0, 1000]
    assert len(await national.rows("select 1 as one from number_orders")) == 1
    assert await in_reserve(context) == 1000


async def test_the_same_order_brings_the_same_numbers(context: JobContext):
    side, order = Simulator(context.engine), uuid4()
    first = await side.reserve(20, order)
    assert first == await side.reserve(20, order)
    assert isinstance(first, Reserved)
    assert all(NHSNumber.parse(number) for number in first.numbers)
    another = await side.reserve(20, uuid4())
    assert isinstance(another, Reserved)
    assert not set(first.numbers) & set(another.numbers)


async def test_a_crash_between_asking_and_storing_loses_no_number(national: National, context: JobContext):
    class Dies(Simulator):
        async def reserve(self, count: int, request_id: UUID) -> ReserveResult:
            await super().reserve(count, request_id)
            raise RuntimeError

    national.is_replaced_by(Dies(context.engine))
    with pytest.raises(RuntimeError):
        await refill(context)
    assert await in_reserve(context) == 0
    national.is_replaced_by(Simulator(context.engine))
    assert await refill(context) == 1000
    assert len(await national.rows("select 1 as one from simulated_reserve")) == 1000


async def test_what_came_twice_is_stored_once(context: JobContext):
    async with context.unit_of_work() as connection:
        assert await open_order(connection) is None
    await refill(context)
    async with context.unit_of_work() as connection:
        last = await last_order(connection)
        assert last is not None
        assert (last.wanted, last.came, last.problem) == (1000, 1000, None)


async def test_an_outage_leaves_the_order_open_and_a_person_hears_when_it_lasts(
    national: National, context: JobContext
):
    await national.fails("timeout")
    for _ in range(12):
        assert await refill(context) == 0
    [order] = await national.rows("select problem, filled_at from number_orders")
    assert order == {"problem": "time-out", "filled_at": None}
    [case] = await national.rows("select kind, state from anomalies")
    assert case == {"kind": "work-failing", "state": "open"}
    await national.fails(None)
    assert await refill(context) == 1000
    assert await national.rows("select state from anomalies") == [{"state": "decided"}]


async def test_without_a_national_side_nobody_is_troubled(national: National, context: JobContext):
    context.resources[NATIONAL_SIDE] = NotConfigured()
    for _ in range(12):
        assert await refill(context) == 0
    [order] = await national.rows("select problem from number_orders")
    assert order == {"problem": "not-configured"}
    assert await national.rows("select 1 as one from anomalies") == []


async def test_two_who_take_at_once_take_two(context: JobContext):
    await refill(context)
    async with context.unit_of_work() as one, context.unit_of_work() as other:
        first, second = await take_number(one), await take_number(other)
        assert first is not None
        assert second is not None
        assert first.number != second.number


async def test_whoever_was_given_a_number_is_announced(national: National):
    async with national.office() as office:
        made = await make_freya(office.connection, office.context())
    await national.work()
    [request] = await national.requests("announce")
    assert (request["state"], request["answer"]) == ("C", {"outcome": "taken"})
    [known] = await national.rows("select nhs_number, date_of_birth from simulated_people")
    assert known == {"nhs_number": made.number, "date_of_birth": FREYA.record.date_of_birth}
    await national.work()
    assert len(await national.rows("select 1 as one from simulated_people")) == 1


async def test_somebody_who_is_known_nationally_already_is_put_before_a_person(national: National):
    await national.knows(SimulatedPerson("9990000018", FREYA.described()))
    async with national.office() as office:
        made = await make_freya(office.connection, office.context())
    await national.work()
    await national.work()
    [request] = await national.requests("announce")
    assert request["state"] == "C"
    [case] = await national.rows("select kind, patient_ids from anomalies")
    assert case == {"kind": "known-nationally", "patient_ids": [made.patient_id]}


async def test_an_announcement_that_fails_is_tried_again(national: National, context: JobContext):
    async with national.office() as office:
        await make_freya(office.connection, office.context())
    await national.fails("timeout:2")
    await national.work()
    [request] = await national.requests("announce")
    assert (request["state"], request["attempts"]) == ("E", 1)
    for _ in range(3):
        await national.later(hours=3)
        [request] = await national.requests("announce")
    assert request["state"] == "C"


async def test_who_died_out_of_the_register_is_announced_no_more(national: National, context: JobContext):
    """Their record was merged away: the number is another's by now."""
    async with national.office() as office:
        made = await make_freya(office.connection, office.context())
        await office.connection.exec_driver_sql("update patients set nhs_number = '9990000018'")
        await office.connection.exec_driver_sql("update match_keys set nhs_number = '9990000018'")
    await national.work()
    [request] = await national.requests("announce")
    assert (request["state"], request["answer"]["problem"]) == ("C", "no-number")
    assert made.number not in str(await national.rows("select nhs_number from simulated_people"))


async def test_an_open_announcement_breaks_no_invariant(national: National, context: JobContext):
    async with national.office() as office:
        await make_freya(office.connection, office.context())
    async with context.engine.connect() as connection:
        assert await check(connection) == []


async def test_a_job_name_has_its_handler():
    from registry.jobs.handlers import HANDLERS, SCHEDULES

    assert names.REFILL_NUMBERS in HANDLERS
    assert SCHEDULES[names.REFILL_NUMBERS] == "*/10 * * * *"
