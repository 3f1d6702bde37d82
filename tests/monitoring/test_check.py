"""Every invariant with its count and its time, and the invariants of monitoring shown to bite."""

import json

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.monitoring.check import INVARIANTS, measure
from registry.monitoring.print_invariants import as_data
from registry.values.clock import FixedClock
from tests.support.office import Office

BY_NAME = {each.name: each for each in INVARIANTS}


async def broken(connection: AsyncConnection, name: str) -> int:
    [found] = await measure(connection, [BY_NAME[name]])
    return found.breaking


async def test_each_invariant_is_told_with_its_query_count_and_time(connection: AsyncConnection):
    checked = await measure(connection)
    told = as_data(checked, queries=True)
    assert told["checked"] == len(INVARIANTS) and told["breaches"] == []
    assert all(each["breaking"] == 0 and each["seconds"] >= 0 and each["query"] for each in told["invariants"])
    assert "query" not in json.dumps(as_data(checked, queries=False)["invariants"][0])


async def test_more_rows_are_counted_than_are_shown(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    practice = await office.practice()
    for _ in range(25):
        await office.person(practice)
    await connection.execute(text("delete from list_memberships"))
    [found] = await measure(connection, [BY_NAME["membership_is_last_movement"]])
    assert (found.breaking, len(found.rows)) == (25, 20)


async def test_an_acceptance_that_the_clocks_have_passed_over_is_found(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    practice = await office.practice()
    _, number = await office.person(None)
    await office.send(office.acceptance(practice, number=number, free_text="PLEASE READ"))
    assert await broken(connection, "no_registration_is_forgotten") == 0

    beat = "insert into monitor_clocks values ('due', null, (select due_at from transactions) + :late * interval '1 s')"
    await connection.execute(text(beat.replace(":late", "-1")))
    assert await broken(connection, "no_registration_is_forgotten") == 0
    await connection.execute(text("update monitor_clocks set struck_at = (select due_at from transactions)"))
    assert await broken(connection, "no_registration_is_forgotten") == 1
    await connection.execute(text("update anomalies set priority = 1"))
    assert await broken(connection, "no_registration_is_forgotten") == 0


async def test_a_rejection_that_nobody_waits_for_is_found(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    practice = await office.practice()
    _, number = await office.person(None)
    await office.send(office.acceptance(practice, number=number, acceptance_type="9"))
    await connection.execute(text("update transactions set chase_at = null"))
    assert await broken(connection, "no_rejection_is_forgotten") == 1
    # Sent again: whatever became of that has its own clock.
    await office.send(office.acceptance(practice, number=number, free_text="PLEASE READ"))
    assert await broken(connection, "no_rejection_is_forgotten") == 0


async def test_what_is_open_without_an_owner_is_found(connection: AsyncConnection, clock: FixedClock):
    office = Office(connection, clock)
    practice = await office.practice()
    _, number = await office.person(practice)
    await office.send(office.deduction(practice, number))
    assert await broken(connection, "everything_open_has_a_next_action") == 0
    assert await office.one("select count(*) from open_work where kind = 'pending-deduction'") == 1
    # A day that is lost, as a fault of the view would lose it.
    await connection.execute(text("alter table transactions drop constraint ck_transactions_due_says_for_what"))
    await connection.execute(text("update transactions set expects = null"))
    assert await broken(connection, "everything_open_has_a_next_action") == 1
