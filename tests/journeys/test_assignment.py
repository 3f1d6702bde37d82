"""People whom no practice would take. The law of assignment is the same under every profile, and so are the stories."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.policies.profiles import PROFILES
from registry.transactions.acts.act import Act, Answer, Done, Impossible
from registry.transactions.assignment import acts
from registry.transactions.commands import TraceAnswer
from tests.journeys.conftest import Patient, Stage
from tests.support import acts as doing
from tests.support.office import Practice
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, IRIS, TARIQ, *_ = STRANGERS


@pytest.fixture(params=PROFILES, autouse=True)
def under_every_profile(request: pytest.FixtureRequest, stage: Stage) -> None:
    stage.office.profile = stage.office.plan.profile = request.param


async def clerk(stage: Stage, act: Act[Any], **details: Any) -> Answer:
    """A clerk does something."""
    context = stage.office.plan.context()
    return await stage.office.act(lambda connection: doing.do(connection, context, act, **details))


async def clerk_did(stage: Stage, act: Act[Any], **details: Any) -> Done:
    answer = await clerk(stage, act, **details)
    assert isinstance(answer, Done), answer
    return answer


async def refuses(stage: Stage, practice: Practice, patient: Patient, ground: str) -> Done:
    """A practice turns somebody away, today, and the clerk enters it."""
    details = {"nhs_number": patient.number, "practice": practice.ods_code, "refused_on": stage.today}
    return await clerk_did(stage, acts.REFUSE, ground=ground, **details)


async def letters(stage: Stage) -> list[str]:
    return await stage.office.column("select kind || ' ' || state from letters order by reference")


async def application(stage: Stage, matter: UUID | None) -> str:
    return await stage.office.one("select state from matters where id = :id", id=matter)


async def test_whom_two_practices_turned_away_is_assigned_to_one_of_them(stage: Stage):
    # Given Iris, who is on no list, in a house where Nethermoor is a mile away and Saltholme five
    stage.office.on(date(2025, 2, 3))
    iris = await stage.patient_of(None, IRIS)
    await coordinates(stage)

    # When Nethermoor calls its list full, though it is open, and Saltholme says that she lives too far away
    full = await refuses(stage, stage.nethermoor, iris, "list-full")
    await refuses(stage, stage.saltholme, iris, "outside-area")

    # Then both are in the register of refusals, and the first is reported, for that is no ground
    assert "not taken as evidence" in full.sentence
    assert await stage.queue() == ["refusal-without-ground"]

    # When she applies, and the clerk finds her eligible
    applied = await clerk_did(stage, acts.APPLY, nhs_number=iris.number, circumstances=["language"])
    eligible = await clerk_did(stage, acts.FIND_ELIGIBLE, id=applied.id, version=1)
    assert eligible.state == "eligible"

    # Then Nethermoor stands first: it is nearer, and its refusal protects it from nothing
    found = await clerk_did(stage, acts.CANDIDATES, id=applied.id)
    assert [each["practice"] for each in found.data] == [stage.nethermoor.ods_code, stage.saltholme.ods_code]

    # And the other one would need a reason
    other = await clerk(stage, acts.ASSIGN, id=applied.id, version=2, practice=stage.saltholme.ods_code)
    assert isinstance(other, Impossible) and "say why" in other.sentence

    # When she is assigned, she is on the list the same day, and in the evening both have their letters
    await clerk_did(stage, acts.ASSIGN, id=applied.id, version=2, practice=stage.nethermoor.ods_code)
    assert await stage.list_of(iris) == stage.nethermoor
    await stage.clock_strikes(date(2025, 2, 4))
    assert (await letters(stage))[-2:] == ["ASG-1 posted", "ASG-2 posted"]

    # And why it was Nethermoor can be read for ever, factor by factor
    why = (await clerk_did(stage, acts.DECISION, id=applied.id)).data[0]["explanation"]
    assert "distance: 1.6 km" in why and "that is no ground" in why and stage.saltholme.ods_code in why

    # When Nethermoor sends its own acceptance, it finds her there
    outcome = await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, IRIS, iris.number))
    assert outcome.outcome == "already-there" and await stage.told(stage.nethermoor) == ["F4"]

    # And the fortnight in which the practices owed her their reasons passes: both are reported
    await stage.clock_strikes(date(2025, 2, 17))
    assert (await stage.queue()).count("refusal-reasons-late") == 0
    await stage.clock_strikes(date(2025, 2, 18))
    assert (await stage.queue()).count("refusal-reasons-late") == 2


async def coordinates(stage: Stage) -> None:
    """Say where Iris, Nethermoor and Saltholme are."""
    async with stage.office.at_work() as at_work:
        for practice, postcode in ((stage.nethermoor, "ZX9 1AA"), (stage.saltholme, "ZX9 5AA")):
            await at_work.connection.exec_driver_sql(
                "update practices set postcode = $1 where id = $2", (postcode, practice.id)
            )
        await at_work.connection.exec_driver_sql(
            "insert into postcode_places values"
            " ('ZX9 1AB', 640000, 480000), ('ZX9 1AA', 641600, 480000), ('ZX9 5AA', 640000, 488000)"
        )


async def test_when_every_list_is_closed_it_waits_for_a_panel_and_goes_on_when_one_opens(stage: Stage):
    # Given Tariq, whom Saltholme turned away, and both lists closed
    stage.office.on(date(2025, 2, 3))
    tariq = await stage.patient_of(None, TARIQ)
    await lists_are(stage, "closed")
    await refuses(stage, stage.saltholme, tariq, "list-closed")
    applied = await clerk_did(stage, acts.APPLY, nhs_number=tariq.number)
    await clerk_did(stage, acts.FIND_ELIGIBLE, id=applied.id, version=1)

    # When the clerk tries either practice, a closed list is for a panel
    no = await clerk(
        stage, acts.ASSIGN, id=applied.id, version=2, practice=stage.nethermoor.ods_code, reason="it is the nearest"
    )
    assert isinstance(no, Impossible) and "for a panel" in no.sentence

    # Then it waits, with the supervisor, and with a clock
    panel = await clerk_did(stage, acts.REFER_TO_PANEL, id=applied.id, version=2)
    assert panel.state == "only-closed-lists"
    assert await stage.office.one("select due_at is not null from matters where id = :id", id=applied.id)

    # When Nethermoor opens its list before the panel has met, the clock finds it
    await lists_are(stage, "open")
    await stage.clock_strikes(date(2025, 3, 4))
    assert await application(stage, applied.id) == "eligible"

    # And before anybody has chosen, Saltholme takes him on of its own accord
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, TARIQ, tariq.number))
    assert await stage.list_of(tariq) == stage.saltholme
    assert await application(stage, applied.id) == "registered-voluntarily"


async def lists_are(stage: Stage, state: str) -> None:
    async with stage.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql("update practices set list_state = $1", (state,))


async def test_a_woman_whom_the_register_never_knew_is_accepted_by_the_practice_that_is_told_to(stage: Stage):
    # Given Anna, of whom the register has never heard, and who gives her NHS number
    number = stage.office.plan.number()
    applied = await clerk_did(
        stage,
        acts.APPLY_UNKNOWN,
        surname="Harrowgate",
        first_forename="Anna",
        date_of_birth="1984-05-17",
        stated_number=number,
        postcode="ZX4 7QP",
    )
    turned_away = {"practice": stage.saltholme.ods_code, "refused_on": stage.today, "ground": "no-papers"}
    await clerk_did(stage, acts.REFUSE_APPLICANT, id=applied.id, version=1, **turned_away)
    await clerk_did(stage, acts.FIND_ELIGIBLE, id=applied.id, version=2)

    # When the office chooses Nethermoor, it cannot put her on a list: nobody is made from a form alone
    chosen = {"id": applied.id, "version": 3, "practice": stage.nethermoor.ods_code, "reason": "she lives next door"}
    assert isinstance(await clerk(stage, acts.ASSIGN, **chosen), Impossible)

    # Then the practice is told to accept her
    offered = await clerk_did(stage, acts.OFFER, **chosen)
    assert offered.state == "awaiting-acceptance"

    # When its acceptance comes, and the national side says that it is she
    accepted = await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, ANNA, number))
    assert accepted.outcome == "trace-asked"
    await stage.office.answer(TraceAnswer("single", number))

    # Then she is on its list, and the clock finds that the assignment is complete
    await stage.clock_strikes(stage.today + timedelta(days=21))
    assert await application(stage, applied.id) == "assigned"
    [holder] = await stage.office.column("select list_id from list_memberships where upper_inf(period)")
    assert holder == stage.nethermoor.id


async def test_whoever_is_refused_by_the_office_is_not_told_why(stage: Stage):
    # Given Chidi, who is on Nethermoor's list, and wants another practice
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    await refuses(stage, stage.saltholme, chidi, "treated-elsewhere")
    applied = await clerk_did(stage, acts.APPLY, nhs_number=chidi.number, wanted=[stage.saltholme.ods_code])

    # When the clerk looks, he is on a list: the office assigns those who are on none
    no = await clerk(stage, acts.FIND_ELIGIBLE, id=applied.id, version=1)
    assert isinstance(no, Impossible) and "already-registered" in no.sentence
    await clerk_did(stage, acts.REFUSE_APPLICATION, id=applied.id, version=1, because="already-registered")

    # Then he is asked to contact the office, and stays where he is
    answer = await stage.office.one("select content ->> 'ask' from letters where kind = 'ASG-3'")
    assert answer == "contact-the-office" and await stage.list_of(chidi) == stage.nethermoor
