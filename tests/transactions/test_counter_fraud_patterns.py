"""Each pattern with a planted fraud, and with something harmless that looks like it."""

from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.counter_fraud.monthly import look_at_practices, raise_cases
from registry.transactions.counter_fraud.report import find_patterns
from registry.transactions.counter_fraud.rules import Finding
from registry.transactions.outside import Outside
from registry.values.clock import FixedClock
from registry.values.period import start_of_day
from tests.support.case_office import SECOND, SPECIALIST, CaseOffice
from tests.support.committing_office import WORKER
from tests.support.office import Office, Practice
from tests.support.planted import OLD, STUDENT, Planted

AUGUST, SEPTEMBER = date(2026, 8, 17), date(2026, 9, 21)
"""The clock stands at 2 November 2026: the months looked at are August, September and October."""


class Town:
    """Four practices of 220 patients each, of which the first does what a test plants."""

    def __init__(self, office: Office, planted: Planted, practices: list[Practice]) -> None:
        self.office, self.planted, self.practices = office, planted, practices
        self.first, self.second = practices[:2]

    async def finding(self, pattern: str, practice: Practice | None = None) -> Finding:
        """What is found of a practice, the first unless another is named."""
        code = (practice or self.first).ods_code
        found = await find_patterns(self.office.connection, self.office.context())
        return next(each for each in found if each.pattern == pattern and each.figure.practice == code)


@pytest_asyncio.fixture
async def town(connection: AsyncConnection, clock: FixedClock) -> Town:
    office = Office(connection, clock)
    planted = Planted(office)
    practices = [await office.practice() for _ in range(4)]
    for practice in practices:
        await planted.list_of(practice, 220)
    return Town(office, planted, practices)


async def test_a_town_in_which_nothing_happens_has_no_pattern(town: Town):
    found = await find_patterns(town.office.connection, town.office.context())
    assert len(found) == 6 * 4 and not any(each.raises or each.figure.figure for each in found)


async def test_a_list_that_grows_by_nine_per_cent_from_nowhere(town: Town):
    await town.planted.people(town.first, 20, AUGUST)
    found = await town.finding("growth")
    assert (found.figure.figure, found.figure.people, found.figure.of, found.raises) == (9.1, 20, 220, True)
    assert found.median == 0.0 and not (await town.finding("growth", town.second)).raises


HARMLESS: list[tuple[str, str, dict[str, Any]]] = [
    ("births", "births", {"kind": "1", "born": AUGUST}),
    ("from elsewhere in the country", "moves", {"kind": "3"}),
    ("a care home opens", "care-homes", {"home": "HOME1", "one_home": True, "born": OLD}),
    ("September's students", "students", {"on": SEPTEMBER, "born": STUDENT, "one_home": True}),
    ("a new estate", "new-housing", {"postcode": "ZX9 1AA"}),
]


@pytest.mark.parametrize(("why", "word", "items"), HARMLESS, ids=[each[0] for each in HARMLESS])
async def test_growth_with_a_reason_is_explained_and_not_accused(
    town: Town, why: str, word: str, items: dict[str, Any]
):
    await town.planted.people(town.first, 30, items.pop("on", AUGUST), **items)
    found = await town.finding("growth")
    assert not found.raises and found.figure.figure == 0.0 and found.figure.explained == {word: 30}


async def test_people_from_a_neighbour_that_closed_are_moves(town: Town):
    await town.planted.people(town.first, 40, AUGUST, kind="3", came_from=town.practices[3])
    found = await town.finding("growth")
    assert not found.raises and found.figure.explained == {"moves": 40}


async def test_a_prison_is_no_suspect(town: Town):
    await town.office.connection.execute(text("update practices set secure = true where id = :id"),
                                         {"id": town.first.id})  # fmt: skip
    await town.planted.people(town.first, 60, AUGUST, one_home=True)
    for pattern in ("growth", "crowded"):
        found = await town.finding(pattern)
        assert not found.raises and found.figure.explained == {"secure-setting": 60}


@pytest.mark.parametrize("items", [
    {"born": STUDENT},  # students' ages, but not the months in which they move
    {"postcode": "ZX9 1AA", "one_home": True},  # a new postcode, but all of them in one home
])  # fmt: skip
async def test_what_only_half_looks_harmless_is_not_explained(town: Town, items: dict[str, Any]):
    on = date(2026, 10, 30) if "postcode" in items else date(2026, 7, 31)
    await town.planted.people(town.first, 20, on, **items)
    since = date(2026, 7, 1)
    found = await find_patterns(town.office.connection, town.office.context(), since)
    growth = next(each for each in found if each.pattern == "growth" and each.figure.practice == town.first.ods_code)
    assert growth.raises and growth.figure.people == 20


async def test_a_new_estate_is_none_where_the_gazetteer_knows_no_houses(town: Town):
    await town.planted.people(town.first, 20, AUGUST, postcode="ZX9 1AA")
    await town.office.connection.execute(text("insert into postcode_places values ('ZX4 7QP', 400000, 300000)"))
    assert (await town.finding("growth")).raises
    await town.office.connection.execute(text("insert into postcode_places values ('ZX9 1AA', 400000, 300000)"))
    assert not (await town.finding("growth")).raises


async def test_those_who_leave_for_nowhere_are_set_against_those_who_come_from_there(town: Town):
    before = await town.planted.people(town.first, 20, date(2020, 1, 6))
    await town.planted.people(town.first, 20, AUGUST)
    await town.planted.dies(town.first, before[:10], AUGUST)
    assert (await town.finding("growth")).figure.people == 20
    await town.planted.leaves(town.first, before[10:], Outside.ABROAD, AUGUST)
    assert (await town.finding("growth")).figure.people == 10


async def test_growth_everywhere_is_no_pattern_of_one_practice(town: Town):
    for practice in town.practices:
        await town.planted.people(practice, 25, AUGUST)
    assert not any([(await town.finding("growth", each)).raises for each in town.practices])


async def test_a_list_whose_post_comes_back(town: Town):
    people = await town.planted.list_of(town.first, 12)
    await town.planted.flags(town.first, people, AUGUST)
    found = await town.finding("bounce")
    assert found.raises and found.figure.people == 12 and found.figure.figure > 50


@pytest.mark.parametrize(("word", "items", "on"), [
    ("students", {"born": STUDENT}, SEPTEMBER), ("care-homes", {"home": "HOME1", "born": OLD}, AUGUST),
])  # fmt: skip
async def test_post_that_comes_back_for_a_reason(town: Town, word: str, items: dict[str, Any], on: date):
    people = await town.planted.list_of(town.first, 12, **items)
    await town.planted.flags(town.first, people, on)
    found = await town.finding("bounce")
    assert not found.raises and found.figure.explained == {word: 12}


async def test_flags_that_were_set_in_error_do_not_count(town: Town):
    people = await town.planted.list_of(town.first, 12)
    await town.planted.flags(town.first, people, AUGUST, state="cancelled")
    assert (await town.finding("bounce")).figure.people == 0


MARCH = date(2026, 3, 9)
"""A Monday, more than six months ago."""


async def test_newcomers_of_one_week_of_whom_nobody_heard_again(town: Town):
    await town.planted.people(town.first, 16, MARCH, kind="2")
    await town.planted.people(town.first, 4, MARCH, kind="4")
    found = await town.finding("silent")
    assert found.raises and (found.figure.people, found.figure.of) == (20, 20)
    assert (found.since, found.until) == (date(2025, 11, 1), date(2026, 5, 1))


async def test_newcomers_of_whom_something_was_heard(town: Town):
    people = await town.planted.people(town.first, 20, MARCH)
    await town.planted.heard_of(town.first, people[:3], AUGUST)
    found = await town.finding("silent")
    assert not found.raises and found.figure.people == 0 and found.figure.counts == {"newcomers": 20, "silent": 17}


async def test_newcomers_over_many_weeks_are_no_cluster(town: Town):
    for week in range(10):
        await town.planted.people(town.first, 2, date.fromordinal(MARCH.toordinal() - 7 * week))
    assert (await town.finding("silent")).figure.people == 2


async def test_students_and_residents_are_silent_for_a_reason(town: Town):
    clock = date(2027, 5, 3)
    town.office.on(clock)
    await town.planted.people(town.first, 20, SEPTEMBER, born=STUDENT)
    await town.planted.people(town.first, 18, AUGUST, home="HOME1", born=OLD)
    found = await town.finding("silent")
    assert not found.raises and found.figure.explained == {"students": 20, "care-homes": 18}


async def test_more_than_eight_at_one_address_on_one_day(town: Town):
    await town.planted.people(town.first, 9, AUGUST, one_home=True, kind="3")
    found = await town.finding("crowded")
    assert found.raises and found.figure.figure == 9.0
    assert not (await town.finding("growth")).raises


async def test_eight_at_one_address_or_nine_on_two_days_are_a_family(town: Town):
    await town.planted.people(town.first, 8, AUGUST, one_home=True, kind="3")
    await town.planted.people(town.first, 1, SEPTEMBER, one_home=True, kind="3")
    await town.planted.people(town.first, 30, AUGUST, street="High Street", kind="3")
    assert (await town.finding("crowded")).figure.figure == 0.0


async def test_an_address_that_was_changed_the_day_after_was_still_that_one(town: Town):
    people = await town.planted.people(town.first, 12, AUGUST, one_home=True)
    move = text("update patients set line_2 = id::text, postcode = 'ZX1 1AA' where id = any(:ids)")
    await town.office.connection.execute(move, {"ids": people})
    assert (await town.finding("crowded")).raises


@pytest.mark.parametrize(("word", "items", "on"), [
    ("care-homes", {"home": "HOME1"}, AUGUST), ("care-homes", {"born": OLD}, AUGUST),
    ("students", {"born": STUDENT}, SEPTEMBER), ("no-fixed-abode", {"postcode": "ZZ99 3VZ"}, AUGUST),
])  # fmt: skip
async def test_homes_where_many_live(town: Town, word: str, items: dict[str, Any], on: date):
    await town.planted.people(town.first, 14, on, one_home=True, kind="3", **items)
    found = await town.finding("crowded")
    assert not found.raises and found.figure.explained == {word: 14}


async def test_the_dead_who_are_registered_again(town: Town):
    people = await town.planted.list_of(town.first, 4)
    await town.planted.dies(town.second, people, date(2026, 1, 5))
    await town.planted.comes_back(town.first, people[:3], AUGUST)
    found = await town.finding("dead-again")
    assert found.raises and found.figure.people == 3


async def test_a_death_that_was_taken_back_is_explained(town: Town):
    people = await town.planted.list_of(town.first, 4)
    died = await town.planted.dies(town.first, people, date(2026, 1, 5))
    await town.planted.comes_back(town.first, people, AUGUST, died)
    assert (await town.finding("dead-again")).figure.people == 0


EXPIRES = date(2026, 9, 30)


async def test_flags_that_are_lifted_at_the_last_moment_again_and_again(town: Town):
    people = await town.planted.list_of(town.first, 6)
    await town.planted.flags(town.first, people, date(2026, 7, 1), state="lifted", ended=EXPIRES, expires=EXPIRES)
    found = await town.finding("late-lifts")
    assert found.raises and found.figure.people == 6


async def test_a_practice_that_answers_when_it_is_reminded(town: Town):
    people = await town.planted.list_of(town.first, 9)
    after_reminder = date(2026, 9, 18)
    flagged = date(2026, 7, 1)
    await town.planted.flags(town.first, people, flagged, state="lifted", ended=after_reminder, expires=EXPIRES)
    found = await town.finding("late-lifts")
    assert not found.raises and found.figure.people == 0


async def test_a_new_address_at_the_last_moment_is_an_answer(town: Town):
    people = await town.planted.list_of(town.first, 6)
    for each in people:
        sent = await town.planted.amendment(town.first, each, EXPIRES)
        await town.planted.flags(
            town.first, [each], date(2026, 7, 1), state="lifted", ended=EXPIRES, expires=EXPIRES, transaction_id=sent
        )
    found = await town.finding("late-lifts")
    assert not found.raises and found.figure.explained == {"new-address": 6}


async def test_a_few_late_ones_among_many_are_none(town: Town):
    people = await town.planted.list_of(town.first, 16)
    flagged = date(2026, 7, 1)
    await town.planted.flags(town.first, people[:6], flagged, state="lifted", ended=EXPIRES, expires=EXPIRES)
    await town.planted.flags(town.first, people[6:], flagged, state="lifted", ended=AUGUST, expires=EXPIRES)
    assert (await town.finding("late-lifts")).figure.figure == 0.0


async def test_the_month_begins_one_case_for_each_pattern_and_names_no_patient(town: Town):
    people = await town.planted.people(town.first, 20, AUGUST, one_home=True)
    context = town.office.context(WORKER)
    done = await raise_cases(town.office.connection, context)
    assert done == {"counter-fraud cases raised": 2}
    assert await raise_cases(town.office.connection, context) == {}
    rows = (await town.office.connection.execute(text(
        "select c.pattern, c.month, c.practice_id, m.state, m.owner, i.kind, i.line from liaison_cases c"
        " join matters m on m.id = c.id join liaison_items i on i.matter_id = c.id order by c.reference"
    ))).all()  # fmt: skip
    assert [(row.pattern, row.state, row.owner, row.kind) for row in rows] == [
        ("growth", "raised", "counter-fraud", "figure"), ("crowded", "raised", "counter-fraud", "figure"),
    ]  # fmt: skip
    assert {row.practice_id for row in rows} == {town.first.id} and rows[0].month == date(2026, 11, 1)
    assert rows[0].line.startswith(f"growth of {town.first.ods_code}: 9.1, threshold 5, median of the others 0; 20 of")
    assert await town.office.one("select count(*) from liaison_people") == 0
    assert not any(str(each) in str(rows) for each in people) and "PLANTED" not in str(rows)


async def test_the_next_month_adds_to_an_open_case_and_begins_another_when_it_was_closed(town: Town):
    await town.planted.people(town.first, 20, date(2026, 10, 12))
    await raise_cases(town.office.connection, town.office.context(WORKER))
    case = CaseOffice(town.office, "counter-fraud", await town.office.one("select id from liaison_cases"))
    town.office.on(date(2026, 12, 3))
    again = await raise_cases(town.office.connection, town.office.context(WORKER))
    assert again == {"counter-fraud cases added to": 1}
    assert [row.number for row in await case.rows("select number from liaison_items where matter_id = :id")] == [1, 2]
    # What has gone to others is not added to.
    await case.done("propose", by=SPECIALIST)
    await case.done("approve", by=SECOND)
    town.office.on(date(2027, 1, 4))
    assert await raise_cases(town.office.connection, town.office.context(WORKER)) == {}
    await case.done("answer", by=SPECIALIST, outcome="no-fraud")
    await case.done("close", by=SPECIALIST)
    done = await raise_cases(town.office.connection, town.office.context(WORKER))
    assert done == {"counter-fraud cases raised": 1}


async def test_the_round_is_made_once_a_month_beginning_with_the_second(town: Town):
    await town.planted.people(town.first, 20, date(2026, 10, 12))
    connection = town.office.connection

    async def struck() -> dict[str, int]:
        return dict(await look_at_practices(connection, town.office.context(WORKER)))

    assert await struck() == {} and await town.office.one("select count(*) from liaison_cases") == 0
    due = await town.office.one("select max(next_at) from counter_fraud_runs")
    assert due == start_of_day(date(2026, 12, 3)).replace(hour=6)
    assert await struck() == {}
    town.office.later(due)
    assert await struck() == {"counter-fraud cases raised": 1}
    assert await struck() == {}
    months = await connection.execute(text("select month, raised from counter_fraud_runs order by month"))
    assert [tuple(row) for row in months] == [(date(2026, 11, 1), 0), (date(2026, 12, 1), 1)]
