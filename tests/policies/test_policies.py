"""A case uses the rule in force on its day."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.policies.profiles import PROFILES, ROWS
from registry.policies.store import Policies, load, seed, shipped


@pytest.mark.parametrize("profile", PROFILES)
async def test_what_is_seeded_is_what_ships(connection: AsyncConnection, profile: str):
    held = await load(connection, profile)
    assert held == shipped(profile)
    assert {row.key for row in ROWS if profile in row.profiles} == held.rows.keys()


async def test_seeding_again_leaves_what_an_office_has_changed(connection: AsyncConnection):
    await connection.execute(text("update policies set value = '28' where key = 'left_area_days'"))
    await seed(connection)
    assert (await load(connection, "current")).on("left_area_days", date(2026, 1, 1)) == 28


def test_the_row_in_force_on_the_day_counts():
    change = date(2025, 10, 1)
    policies = Policies({"months": [(None, change, 6), (change, None, 3)]})
    assert [policies.on("months", day) for day in (date(2025, 9, 30), change)] == [6, 3]
    with pytest.raises(LookupError):
        policies.on("weeks", change)


async def test_two_rows_cannot_be_in_force_on_one_day(connection: AsyncConnection):
    with pytest.raises(IntegrityError, match="one_policy_at_a_time"):
        await connection.execute(
            text(
                "insert into policies (profile, key, period, value, source)"
                " values ('current', 'left_area_days', '[2026-01-01,)', '28', 'test')"
            )
        )
