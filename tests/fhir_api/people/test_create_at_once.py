"""Many who ask at once: of one person one is made, of different people each; and what an empty reserve means."""

import asyncio
from collections import Counter

from sqlalchemy import text

from registry.database import unit_of_work
from registry.monitoring.check import check
from tests.fhir_api.conftest import Fhir, code_of, fill_reserve
from tests.fhir_api.people.newcomers import called, newcomer
from tests.fhir_api.population import ADA

MANY = 20


async def empty(fhir: Fhir) -> None:
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(text("delete from number_reserve"))


async def test_twenty_who_ask_for_one_person_make_one(fhir: Fhir):
    answers = await asyncio.gather(*(fhir.post("Patient", newcomer()) for _ in range(MANY)))
    assert Counter(each.status_code for each in answers) == {201: 1, 200: MANY - 1}
    assert {code_of(each) for each in answers if each.status_code == 200} == {"SINGLE_MATCH"}
    [made] = [each.json()["id"] for each in answers if each.status_code == 201]
    assert all(made in each.text for each in answers)
    assert await fhir.rows("select count(*) from patients where surname = 'Wainscott'") == [(1,)]
    async with fhir.database.engine.connect() as connection:
        assert await check(connection) == []


async def test_twenty_who_ask_for_different_people_make_twenty(fhir: Fhir):
    people = [called(f"Wain{chr(97 + n)}cott", "Rosa", birthDate=f"19{40 + n}-0{1 + n % 9}-1{n % 10}")
              for n in range(MANY)]  # fmt: skip
    answers = await asyncio.gather(*(fhir.post("Patient", person) for person in people))
    assert {each.status_code for each in answers} == {201}, Counter(each.text for each in answers)
    assert len({each.json()["id"] for each in answers}) == MANY


async def test_an_empty_reserve_is_told_and_nothing_is_written(fhir: Fhir):
    await empty(fhir)
    headers: dict[str, str | None] = {"X-Request-ID": "60e0b220-8136-4ca5-ae46-1d97ef59d068"}
    answer = await fhir.post("Patient", newcomer(), headers=headers)
    assert (answer.status_code, code_of(answer)) == (503, "SERVICE_UNAVAILABLE")
    assert answer.headers["Retry-After"] == "5"
    assert await fhir.rows("select count(*) from transactions") == [(0,)]
    assert await fhir.rows("select count(*) from pgqueuer where entrypoint = 'numbers.refill'") == [(1,)]
    await fill_reserve(fhir.database)
    assert (await fhir.post("Patient", newcomer(), headers=headers)).status_code == 201


async def test_many_who_find_it_empty_enqueue_one_job(fhir: Fhir):
    await empty(fhir)
    answers = await asyncio.gather(*(fhir.post("Patient", newcomer()) for _ in range(5)))
    assert {each.status_code for each in answers} == {503}
    assert await fhir.rows("select count(*) from pgqueuer where entrypoint = 'numbers.refill'") == [(1,)]


async def test_a_number_that_is_somebodys_is_passed_over(fhir: Fhir):
    """It was set aside, and came in with a file meanwhile."""
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(text("insert into number_reserve values (:n, now())"), {"n": ADA})
    made = await fhir.post("Patient", newcomer())
    assert made.status_code == 201
    assert made.json()["id"] != ADA
    assert await fhir.rows("select count(*) from number_reserve where nhs_number = :n", n=ADA) == [(0,)]


async def test_a_low_reserve_is_refilled_before_it_is_empty(fhir: Fhir):
    await fhir.post("Patient", newcomer())
    assert await fhir.rows("select count(*) from pgqueuer where entrypoint = 'numbers.refill'") == [(1,)]
