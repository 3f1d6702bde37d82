"""Appeals: their clocks, and that they delay nothing."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.transactions.acts.act import Impossible, WrongState
from registry.transactions.due.letters import hand_over
from registry.transactions.due.matters import matter_falls_due
from registry.values.period import start_of_day
from tests.support.office import Office
from tests.support.scheme_office import SchemeOffice, london


@pytest.fixture
async def scheme(office: Office) -> SchemeOffice:
    office.later(london("2025-02-10T09:00"))
    return await SchemeOffice.at(office)


async def post(scheme: SchemeOffice) -> None:
    """The evening's post leaves."""
    await scheme.office.connection.execute(text("update letters set due_at = :now where due_at is not null"),
                                           {"now": scheme.office.clock.now()})  # fmt: skip
    await hand_over(scheme.office.connection, scheme.office.context())


async def placed_and_told(scheme: SchemeOffice) -> tuple[UUID, str, UUID]:
    found = await scheme.placed()
    await post(scheme)
    return found


async def appealed(scheme: SchemeOffice) -> tuple[UUID, UUID]:
    """An open appeal, and the place that it is about."""
    _, number, place = await placed_and_told(scheme)
    answer = await scheme.done("appeal", nhs_number=number, against="placement")
    assert answer.id is not None
    return answer.id, place


@pytest.mark.parametrize(
    ("against", "day", "in_time"),
    [
        ("placement", date(2025, 2, 24), True),
        ("placement", date(2025, 2, 25), False),
        ("remaining", date(2025, 3, 10), True),
        ("remaining", date(2025, 3, 11), False),
    ],
    ids=["day 14", "day 15", "day 28", "day 29"],
)
async def test_an_appeal_out_of_time_is_refused_by_name_and_date(
    scheme: SchemeOffice, against: str, day: date, in_time: bool
):
    _, number, _ = await placed_and_told(scheme)
    scheme.office.on(day)
    answer = await scheme.do("appeal", nhs_number=number, against=against)
    if in_time:
        assert not isinstance(answer, Impossible)
    else:
        assert isinstance(answer, Impossible) and "Out of time" in answer.sentence
        assert {"placement": "2025-02-24", "remaining": "2025-03-10"}[against] in answer.sentence


async def test_against_remaining_the_days_run_from_the_letter_of_the_review(scheme: SchemeOffice):
    _, number, place = await placed_and_told(scheme)
    scheme.office.on(date(2026, 2, 2))
    await scheme.stepped("review", place)
    await post(scheme)
    scheme.office.on(date(2026, 3, 2))
    await scheme.done("appeal", nhs_number=number, against="remaining")


async def test_while_no_letter_was_posted_no_clock_runs(scheme: SchemeOffice):
    _, number, _ = await scheme.removed()
    scheme.office.on(date(2025, 4, 1))
    await scheme.done("appeal", nhs_number=number, against="placement")


async def test_one_appeal_at_a_time_and_only_of_people_on_the_scheme(scheme: SchemeOffice):
    _, number, _ = await placed_and_told(scheme)
    await scheme.done("appeal", nhs_number=number, against="placement")
    assert isinstance(await scheme.do("appeal", nhs_number=number, against="placement"), Impossible)
    _, other = await scheme.office.person(scheme.ordinary)
    assert isinstance(await scheme.do("appeal", nhs_number=other, against="placement"), Impossible)
    for day in ("2025-02-09", "2025-02-11"):
        answer = await scheme.do("appeal", nhs_number=number, against="placement", received_on=day)
        assert isinstance(answer, Impossible)


async def test_an_appeal_from_its_arrival_to_its_dismissal(scheme: SchemeOffice):
    appeal, place = await appealed(scheme)
    due = "select due_at from matters where id = :id"
    assert await scheme.office.one(due, id=appeal) == start_of_day(date(2025, 2, 20)), "seven working days"
    await scheme.stepped("appeal-acknowledge", appeal)
    assert await scheme.office.one(due, id=appeal) == start_of_day(date(2025, 2, 25))
    await scheme.stepped("appeal-form", appeal, of="patient")
    assert isinstance(await scheme.step("appeal-form", appeal, of="patient"), Impossible)
    scheme.office.on(date(2025, 2, 17))
    await scheme.stepped("appeal-form", appeal, of="practice")
    for day, why in (("2025-03-18", "by 2025-03-17"), ("2025-02-21", "2025-02-22 or later")):
        answer = await scheme.step("appeal-convene", appeal, on=day)
        assert isinstance(answer, Impossible) and why in answer.sentence
    await scheme.stepped("appeal-convene", appeal, on="2025-03-17")
    assert await scheme.office.one(due, id=appeal) == start_of_day(date(2025, 3, 13)), "papers until the 12th"
    assert isinstance(await scheme.step("appeal-decide", appeal, outcome="upheld"), WrongState)
    scheme.office.on(date(2025, 3, 12))
    await scheme.stepped("appeal-papers", appeal)
    assert isinstance(await scheme.step("appeal-decide", appeal, outcome="upheld"), Impossible)
    scheme.office.on(date(2025, 3, 17))
    await scheme.stepped("appeal-decide", appeal, outcome="dismissed")
    assert await scheme.state_of(appeal) == "dismissed" and await scheme.state_of(place) == "active"


async def test_an_appeal_that_is_upheld_returns_free_choice(scheme: SchemeOffice):
    appeal, place = await appealed(scheme)
    await scheme.stepped("appeal-acknowledge", appeal)
    for whose in ("practice", "patient"):
        await scheme.stepped("appeal-form", appeal, of=whose)
    await scheme.stepped("appeal-convene", appeal, on="2025-02-20")
    await scheme.stepped("appeal-papers", appeal)
    scheme.office.on(date(2025, 2, 20))
    await scheme.stepped("appeal-decide", appeal, outcome="upheld")
    assert await scheme.state_of(place) == "released"
    number = await scheme.office.one("select nhs_number from patients p join matters m on m.patient_id = p.id"
                                     " where m.id = :id", id=place)  # fmt: skip
    elsewhere = await scheme.office.practice()
    assert (await scheme.office.send(scheme.office.acceptance(elsewhere, number=number))).outcome == "registered"


async def test_an_appeal_delays_neither_the_place_nor_the_review(scheme: SchemeOffice):
    _, number, place = await scheme.removed()
    await scheme.done("appeal", nhs_number=number, against="placement")
    await scheme.stepped("allocate", place, practice=scheme.scheme.ods_code)
    await scheme.stepped("review", place)


async def test_a_discharge_leaves_an_appeal_nothing_to_decide(scheme: SchemeOffice):
    appeal, place = await appealed(scheme)
    await scheme.stepped("discharge", place)
    assert await scheme.state_of(appeal) == "overtaken"


async def test_an_appeal_may_be_withdrawn(scheme: SchemeOffice):
    appeal, place = await appealed(scheme)
    await scheme.stepped("appeal-withdraw", appeal)
    assert await scheme.state_of(appeal) == "withdrawn" and await scheme.state_of(place) == "active"


async def test_an_appeal_that_nobody_acknowledges_rises(scheme: SchemeOffice):
    appeal, _ = await appealed(scheme)
    context = scheme.office.context()
    scheme.office.on(date(2025, 2, 19))
    assert await matter_falls_due(scheme.office.connection, context, appeal) == "gone"
    scheme.office.on(date(2025, 2, 20))
    assert await matter_falls_due(scheme.office.connection, context, appeal) == "escalated"
