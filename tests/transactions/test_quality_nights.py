"""The nightly round as the worker does it: once a night, by step, and on from where it was broken off."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from registry.database import unit_of_work
from registry.transactions.quality import night
from registry.transactions.quality.night import STEPS, next_quality_strike, strike_quality
from registry.values.period import start_of_day
from tests.support.committing_office import WORKER, CommittingOffice
from tests.support.office import ANNA

OLD = replace(ANNA, date_of_birth=date(1900, 1, 1))


async def an_old_patient(office: CommittingOffice) -> None:
    async with office.at_work() as at_work:
        await at_work.person(await at_work.practice(), like=OLD)


async def strike(office: CommittingOffice) -> dict[str, int]:
    return dict(await strike_quality(office.engine, office.plan.context(WORKER)))


async def test_a_night_is_done_once_and_the_next_one_is_known(committing: CommittingOffice):
    await an_old_patient(committing)

    assert await strike(committing) == {"quality findings": 1, "quality cases": 1}
    assert await strike(committing) == {}

    assert await committing.one("select count(*) from quality_rounds") == len(STEPS)
    async with committing.engine.connect() as connection:
        after = await next_quality_strike(connection, committing.plan.context(WORKER))
    assert after == start_of_day(date(2026, 11, 3)) + timedelta(hours=2)


async def test_nothing_is_run_before_there_is_a_practice(committing: CommittingOffice):
    assert await strike(committing) == {}
    assert await committing.one("select count(*) from quality_rounds") == 0


async def test_two_workers_share_a_night(committing: CommittingOffice):
    await an_old_patient(committing)

    both = await asyncio.gather(strike(committing), strike(committing))

    assert sum(each.get("quality cases", 0) for each in both) == 1
    assert await committing.one("select count(*) from quality_findings") == 1


async def test_a_night_that_was_broken_off_goes_on_where_it_was(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch
):
    await an_old_patient(committing)

    async def dies(*_: object) -> int:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patched:
        patched.setattr(night, "open_cases", dies)
        with pytest.raises(RuntimeError):
            await strike(committing)
    async with committing.engine.connect() as connection:
        assert await next_quality_strike(connection, committing.plan.context(WORKER)) == start_of_day(
            date(2026, 11, 2)
        ) + timedelta(hours=2)

    assert await strike(committing) == {"quality cases": 1}
    assert await committing.one("select count(distinct struck_at) from quality_rounds") == 1


async def test_missed_nights_are_not_made_up_for(committing: CommittingOffice):
    await an_old_patient(committing)
    await strike(committing)
    committing.on(date(2026, 11, 20))

    await strike(committing)

    days = await committing.column("select distinct day from quality_rounds order by day")
    assert days == [date(2026, 11, 2), date(2026, 11, 20)]


async def test_before_its_hour_the_round_is_that_of_the_day_before(committing: CommittingOffice):
    await an_old_patient(committing)
    committing.on(date(2026, 11, 3), hour=1)

    await strike(committing)

    assert await committing.one("select distinct day from quality_rounds") == date(2026, 11, 2)


async def test_rules_read_no_more_than_they_need(committing: CommittingOffice):
    """Every rule is a statement that PostgreSQL can plan, whatever the policies say."""
    async with unit_of_work(committing.engine) as connection:
        await connection.execute(text("set local enable_seqscan = off"))
        for rule in night.RULES:
            await night.run_rule(connection, committing.plan.context(WORKER), rule)
