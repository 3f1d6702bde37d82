"""How often a caller may ask."""

from typing import Any

import httpx
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from registry.fhir_api.rates import Buckets
from registry.policies.store import PolicyStore
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import ADA

HER = ("her", None)


def take(buckets: Buckets, now: float, cost: float = 1, who: Any = HER) -> float | None:
    return buckets.take(who, cost, per_second=2, burst=4, now=now)


def test_a_bucket_empties_and_fills():
    buckets = Buckets()
    assert [take(buckets, 0) for _ in range(5)] == [None, None, None, None, 0.5]
    assert take(buckets, 0.5) is None
    assert take(buckets, 0.5) == 0.5
    assert [take(buckets, 100) for _ in range(5)] == [None, None, None, None, 0.5]


def test_each_caller_has_their_own():
    buckets = Buckets()
    assert take(buckets, 0, cost=4) is None
    assert take(buckets, 0) is not None
    assert take(buckets, 0, who=("him", None)) is None


def test_what_costs_more_than_a_bucket_takes_a_full_one():
    buckets = Buckets()
    assert take(buckets, 0, cost=100) is None
    assert take(buckets, 1, cost=100) == 1.0


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=1, max_size=60))
def test_never_more_than_a_bucket_and_what_flowed_in(asked: list[tuple[float, int]]):
    buckets, now, spent = Buckets(), 0.0, 0
    for wait, cost in asked:
        now += wait
        if take(buckets, now, cost) is None:
            spent += cost
    assert spent <= 4 + 2 * now + 1e-6


def test_buckets_do_not_pile_up():
    buckets = Buckets()
    for number in range(10_500):
        take(buckets, number, who=(str(number), None))
    assert len(buckets._of) <= 10_000  # pyright: ignore[reportPrivateUsage]


async def set_rate(fhir: Fhir, app: FastAPI, value: str) -> None:
    async with fhir.database.engine.begin() as connection:
        change = text("update policies set value = cast(:value as jsonb) where key = 'fhir_rate'")
        await connection.execute(change, {"value": value})
    app.state.policies = PolicyStore("current")


async def test_too_many_requests_are_told_when_to_come_again(fhir: Fhir, app: FastAPI):
    await set_rate(fhir, app, '{"per_second": 0.01, "burst": 3, "costs": {"search-type": 3}}')
    answers: list[httpx.Response] = [await fhir.get(f"Patient/{ADA}") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    refused = answers[3]
    assert code_of(refused) == "TOO_MANY_REQUESTS"
    assert refused.json()["issue"][0]["code"] == "throttled"
    assert 1 <= int(refused.headers["retry-after"]) <= 100
    assert (await fhir.get(f"Patient/{ADA}", "app")).status_code == 200
    assert (await fhir.get("Group", "there")).status_code == 200
    assert (await fhir.get("Group", "there")).status_code == 429
    assert (await fhir.get("metadata", "nobody")).status_code == 200


async def test_it_can_be_switched_off(fhir: Fhir, app: FastAPI):
    await set_rate(fhir, app, "null")
    assert (await fhir.get(f"Patient/{ADA}")).status_code == 200
