"""What happens when others tell the office about people: a story each, under every policy profile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio

from registry.policies.profiles import PROFILES
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.deductions.acts import NOTIFY, REVERSE_DEATH
from registry.transactions.notices.load import Loaded, load_notices
from registry.transactions.quarters.acts import BLOCKERS, CONFIRM, PREPARE
from registry.transactions.settle import Decision
from registry.values.actor import Actor, ActorKind
from registry.values.clock import FixedClock
from registry.values.person import Demographics, Sex
from tests.journeys.conftest import Stage, outcome_of
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.databases import Database
from tests.support.office import ANNA, CLERK, OTHER_CIPHER
from tests.support.townspeople import STRANGERS, TWINS

SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")
CLARA, DORA = TWINS
IRIS, TARIQ, ZOFIA, LEON, EMI, GWEN = STRANGERS[2:]


@pytest_asyncio.fixture(params=PROFILES)
async def stage(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> AsyncIterator[Stage]:
    """A stage on which the rules of one profile are in force."""
    office = CommittingOffice(database.engine, clock, request.param)
    async with office.at_work() as at_work:
        nethermoor, saltholme = await at_work.practice(), await at_work.practice(cipher=OTHER_CIPHER)
    yield Stage(office, nethermoor, saltholme)
    assert await office.breaches() == []


async def told(stage: Stage, act: Act[Any], actor: Actor = CLERK, **details: Any) -> Answer:
    """The office does something."""
    context = stage.office.plan.context(actor)
    return await stage.office.act(lambda connection: do(connection, context, act, **details))


async def load(stage: Stage, kind: str, name: str, heading: str, *lines: str) -> Loaded:
    """A file comes in the morning's post."""
    content = "\n".join([heading, *lines, f"END,{len(lines)}", ""]).encode()
    context = stage.office.plan.context()
    return await load_notices(stage.office.engine, context, kind, name, lambda: BytesIO(content))


def older(like: Demographics) -> Demographics:
    """The same household, two generations up."""
    assert like.date_of_birth is not None
    return replace(like, date_of_birth=date(1931, 4, 2), sex=Sex.FEMALE)


async def test_the_wrong_twin_is_reported_dead_and_comes_back(stage: Stage):
    # Given the twins Clara and Dora, both with Nethermoor since 2019
    clara = await stage.patient_of(stage.nethermoor, CLARA, accepted_on=date(2019, 4, 20))
    dora = await stage.patient_of(stage.nethermoor, DORA, accepted_on=date(2019, 4, 20))
    stay = "select period::text || accepted_on from list_memberships where patient_id = :id"
    before = await stage.office.one(stay, id=dora.id)

    # When the practice reports a death, and means Clara, but names Dora's number
    died = stage.today - timedelta(days=2)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, dora.number, "1", happened_on=died))

    # Then Dora is off the list, and the practice has its F2
    assert await stage.list_of(dora) is None and await stage.told(stage.nethermoor) == ["F2"]

    # When a week later the mistake comes out, and the office takes the death back
    stage.office.on(stage.today + timedelta(days=7))
    answer = await told(stage, REVERSE_DEATH, nhs_number=dora.number, reason="Her mother rang; it is her sister.")
    assert isinstance(answer, Done)

    # Then she is on the list as if she had never left it, and the national side knows it
    assert await stage.list_of(dora) == stage.nethermoor
    assert await stage.office.one(stay, id=dora.id) == before
    updates = "select count(*) from national_requests where patient_id = :id and kind = 'update'"
    assert await stage.office.one(updates, id=dora.id) == 2

    # When the practice accepts her again to be sure, then nothing moves
    again = await stage.office.send(
        stage.office.plan.acceptance(stage.nethermoor, DORA, dora.number, acceptance_code="D")
    )
    assert again.outcome == "already-there"
    assert await stage.office.one(stay, id=dora.id) == before

    # And when Clara's death is notified, it is hers alone
    answer = await told(stage, NOTIFY, nhs_number=clara.number, cause="death", happened_on=died, told_by="practice")
    assert isinstance(answer, Done) and await stage.list_of(clara) is None
    assert await stage.list_of(dora) == stage.nethermoor


async def test_a_file_of_deaths_holds_every_kind_of_line(stage: Stage):
    # Given people of whom some have died, and one who has an announced departure
    iris, leon = await stage.patient_of(stage.nethermoor, IRIS), await stage.patient_of(stage.saltholme, LEON)
    gwen, tariq = await stage.patient_of(stage.nethermoor, GWEN), await stage.patient_of(stage.nethermoor, TARIQ)
    emi = await stage.patient_of(stage.nethermoor, EMI)
    leaves = stage.today + timedelta(days=20)
    await told(stage, NOTIFY, nhs_number=leon.number, cause="emigration", happened_on=leaves)
    died = stage.today - timedelta(days=4)

    # And Iris's daughter has told the office before the registrar did
    await told(stage, NOTIFY, nhs_number=iris.number, cause="death", happened_on=died, told_by="relative")

    # And Tariq came to the practice again after the day on which the registrar has him dead
    title = {"accepted_on": stage.today - timedelta(days=1)}
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, TARIQ, tariq.number, **title))

    # When the registrar's file comes
    heading = "reference,nhs_number,happened_on,date_of_birth,sex,surname"
    lines = (
        f"R1,{iris.number},{died},{IRIS.date_of_birth},female,Winterbourne",
        f"R2,{leon.number},{died},{LEON.date_of_birth},male,Baptiste",
        f"R3,{gwen.number},{died},1901-01-01,female,Llewellyn",
        f"R4,{tariq.number},{died},,,",
        f"R5,{emi.number},{stage.today + timedelta(days=1)},,,",
        f"R2,{leon.number},{died},,,",
        f"R6,not a number,{died},,,",
    )
    loaded = await load(stage, "deaths", "deaths-44.csv", heading, *lines)

    # Then every line is accounted for: confirmed, recorded, two for a clerk, one repeated, two refused
    assert (loaded.done, loaded.repeated, loaded.referred, loaded.refused) == (2, 1, 2, 2)
    states = "select status from patients where id = :id"
    assert await stage.office.one(states, id=iris.id) == "formal-dead"
    assert await stage.list_of(leon) is None and await stage.list_of(gwen) == stage.nethermoor
    assert await stage.list_of(tariq) == stage.saltholme and await stage.list_of(emi) == stage.nethermoor
    assert await stage.queue() == ["notice-of-another", "death-contradicted"]

    # And Leon, who is dead, does not emigrate
    assert await stage.office.one("select state from pending_deductions") == "superseded"

    # When a clerk finds that Gwen's notice is of another Gwen, and that Tariq lives
    for _ in range(2):
        [case, *_rest] = await stage.office.cases()
        answer = await stage.office.settle(Decision("reject", 1, "the registrar was asked"), case)
        assert outcome_of(answer).state == "refused"

    # And the same file comes once more, then nothing happens again
    again = await load(stage, "deaths", "deaths-44.csv", heading, *lines)
    assert again.was_complete and await stage.queue() == []
    assert await stage.list_of(gwen) == stage.nethermoor


async def test_a_birth_is_followed_until_the_child_has_a_practice(stage: Stage):
    # Given two births of which the office is told
    async with stage.office.at_work() as at_work:
        mia, tom = at_work.number(), at_work.number()
    born = stage.today - timedelta(days=3)
    loaded = await load(
        stage, "births", "births-44.csv", "reference,nhs_number,date_of_birth,sex",
        f"B1,{mia},{born},female", f"B2,{tom},{born},male",
    )  # fmt: skip
    assert loaded.done == 2

    # When one of them is registered
    child = replace(ANNA, date_of_birth=born)
    await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, child, mia, acceptance_type="1"))
    from registry.transactions.commands import TraceAnswer

    await stage.office.answer(TraceAnswer("single", mia))

    # Then the other is still waited for, and when six weeks are over somebody is to ask
    states = "select state from matters where kind = 'birth' order by state"
    assert await stage.office.column(states) == ["awaiting-registration", "registered"]
    stage.office.on(stage.today + timedelta(days=42))
    assert (await stage.office.fall_due())["chased"] == 1
    assert await stage.office.column(states) == ["chased", "registered"]


async def test_a_departure_that_is_too_short_is_none(stage: Stage):
    zofia = await stage.patient_of(stage.nethermoor, ZOFIA)
    week = stage.today + timedelta(days=7)
    answer = await told(stage, NOTIFY, nhs_number=zofia.number, cause="emigration", happened_on=stage.today, until=week)
    assert isinstance(answer, Impossible) and answer.sentence.startswith("Do not deduct")
    answer = await told(stage, NOTIFY, nhs_number=zofia.number, cause="prison", happened_on=stage.today, months=18)
    assert isinstance(answer, Impossible) and answer.field == "months"
    assert await stage.list_of(zofia) == stage.nethermoor


async def test_the_quarter_closes_when_nothing_is_open_and_stays_closed(stage: Stage):
    # Given Iris and Leon on the list, and a departure on the quarter's last day
    iris, leon = await stage.patient_of(stage.nethermoor, IRIS), await stage.patient_of(stage.nethermoor, LEON)
    await told(stage, NOTIFY, nhs_number=leon.number, cause="emigration", happened_on=date(2026, 12, 31))

    # When the clock has not done its work, the close says what blocks it
    stage.office.on(date(2027, 1, 1))
    prepared = await told(stage, PREPARE)
    assert isinstance(prepared, Done)
    confirm = {"id": prepared.id, "version": prepared.version}
    answer = await told(stage, CONFIRM, SUPERVISOR, **confirm)
    assert isinstance(answer, Impossible) and "pending" in answer.sentence

    # When it has, and the national side has answered, a second person closes
    await stage.clock_strikes(date(2027, 1, 1))
    async with stage.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "update national_requests set state = 'C', closed_at = now(), next_attempt_at = null"
        )
    assert isinstance(await told(stage, CONFIRM, CLERK, **confirm), Impossible)
    assert isinstance(await told(stage, CONFIRM, SUPERVISOR, **confirm), Done)
    assert (await stage.told(stage.nethermoor))[-1] == (await stage.told(stage.saltholme))[-1] == "F8"

    # Then Leon, whose day was the quarter's last although the clock struck late, was not counted; and the count stands
    count = "select people from quarter_counts where practice_id = :id"
    assert await stage.office.one(count, id=stage.nethermoor.id) == 1

    # When Scotland tells in January that Iris has been there since December, it is a back debit
    await told(stage, NOTIFY, nhs_number=iris.number, cause="scotland", happened_on=date(2026, 12, 20), confirmed=True)
    assert await stage.office.one(count, id=stage.nethermoor.id) == 1
    found = await told(stage, BLOCKERS, ends_on=date(2026, 12, 31))
    assert isinstance(found, Done)
