"""The simulated year: how work is spread, that its steps exist, and that a short one leaves nothing late."""

from datetime import date

import pytest

from registry.demo.year.matters_worked import _STEPS
from registry.demo.year.office import ACTS
from registry.demo.year.report import what_is_open
from registry.demo.year.run import Wanted, pass_a_year
from registry.demo.year.seasons import volumes, weight
from registry.monitoring.check import check
from registry.settings import Settings
from registry.transactions.kinds_of_matter import KINDS
from tests.support.databases import Database

NEW_YEAR = date(2026, 1, 1)


def test_nobody_works_at_the_weekend_or_on_a_holiday_and_autumn_is_busy():
    assert weight(date(2026, 1, 3), ()) == 0 and weight(NEW_YEAR, {NEW_YEAR}) == 0
    tuesday, monday, october = date(2026, 5, 12), date(2026, 5, 11), date(2026, 10, 6)
    assert weight(tuesday, ()) < weight(monday, ()) < weight(october, ())
    assert weight(date(2026, 12, 29), ()) < weight(tuesday, ())


@pytest.mark.parametrize("total", [0, 1, 999, 80_000])
def test_a_year_has_exactly_as_many_as_are_wanted(total: int):
    spread = volumes(NEW_YEAR, 365, total, {NEW_YEAR})
    assert sum(spread.values()) == total and spread[NEW_YEAR] == 0 and min(spread.values()) >= 0


def test_every_step_is_of_a_state_that_there_is_and_all_acts_are_known():
    stages = {(kind.machine.kind, stage.name) for kind in KINDS for stage in kind.machine.stages}
    assert _STEPS.keys() <= stages
    assert {"removals by-practice", "scheme allocate", "fp69 confirm", "undo acceptance"} <= ACTS.keys()


async def test_three_weeks_of_a_small_office_leave_nothing_late_and_every_promise_kept(
    database: Database, settings: Settings
):
    wanted = Wanted(people=1500, acceptances=120, days=12, after=9, seed=3, first=date(2026, 3, 23))

    passed = await pass_a_year(database.engine, settings, wanted, lambda *_: None)

    assert passed.transactions >= 120 and passed.happened["sent: G1 accepted"] > 20
    left = await what_is_open(database.engine, passed.until)
    assert [each for each in left if each.late] == []
    async with database.engine.connect() as connection:
        assert await check(connection) == []
