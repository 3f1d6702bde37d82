"""Whatever two practices do: neither ever sees the other's registrations, work, messages, lists and events."""

import os

import pytest
from fastapi import FastAPI

from registry.jobs.handlers import JobContext
from registry.settings import Settings
from registry.values.clock import FixedClock
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.population import HERE, THERE
from tests.fhir_api.two_practices import NAMES, Heard, Town

SEEDS = range(40 if os.environ.get("REGISTRY_LONG") else 2)
ACTS = 50


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_answer_to_one_practice_holds_what_is_the_others(
    fhir: Fhir, app: FastAPI, settings: Settings, clock: FixedClock, seed: int
):
    town = await Town.of(fhir, app, JobContext(fhir.database.engine, clock, settings), seed)
    for _ in range(ACTS):
        await town.act(town.chance.choice([*NAMES]))
        if town.chance.random() < 0.2:
            await town.work()
    await town.work()
    crawler = town.crawler()
    # The office names everything, so that each practice can be let ask for what is the other's.
    await crawler.look("office", each_at_most=6, links=150)
    for caller in NAMES:
        await crawler.look(caller, each_at_most=25, links=150)
    marks = {practice: await town.marks_of(practice) for practice in (HERE, THERE)}
    assert all(len(each) > 10 for each in marks.values()), "hardly anything came of what they did"
    assert leaks(town.heard, marks) == []
    assert town.unaudited == []
    assert [each.said for each in town.heard if each.answer.status_code == 500] == []


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_one_practice_does_among_its_own_people_changes_nothing_that_the_other_sees(
    fhir: Fhir, app: FastAPI, settings: Settings, clock: FixedClock, seed: int
):
    """No count, number of an event, page or error of one practice depends on what the other does."""
    town = await Town.of(fhir, app, JobContext(fhir.database.engine, clock, settings), seed)
    for _ in range(ACTS // 3):
        await town.act("staff")
    await town.work()
    crawler = town.crawler()
    crawler.asks.ids |= await town.ids_of(HERE)
    before = await town.view(crawler, "staff")
    for _ in range(ACTS):
        await town.act("there", among_themselves=True)
    await town.work()
    assert any(each.answer.status_code in (201, 202) for each in town.heard if each.caller == "there")
    after = await town.view(crawler, "staff")
    assert {asked: said for asked, said in after.items() if said != before[asked]} == {}


def leaks(heard: list[Heard], marks: dict[str, set[str]]) -> list[str]:
    """Where a practice was told something of the other's that it had not named itself."""
    found: list[str] = []
    for each in heard:
        if each.caller in NAMES:
            own = NAMES[each.caller]
            [other] = marks.keys() - {own}
            told = {mark for mark in marks[other] - marks[own] if mark in each.said and mark not in repr(each.asked)}
            found += [f"{each.caller}: {each.each.method} {each.asked[0]} told {mark}" for mark in sorted(told)]
    return found
