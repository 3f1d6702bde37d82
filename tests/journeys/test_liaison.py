"""Cases with other bodies: a duplicate that the National Back Office decides, a list that grows out of nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from registry.transactions.acts.act import Done, Impossible
from registry.transactions.counter_fraud.acts import COUNTER_FRAUD
from registry.transactions.fp69.acts import FP69
from registry.transactions.liaison.acts import LIAISON_GROUP
from registry.transactions.liaison.look import cases_about
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.person import Demographics, Name
from tests.journeys.conftest import Stage
from tests.support.acts import do
from tests.support.case_office import act_named
from tests.support.office import CLERK
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, *_ = STRANGERS
SPECIALIST, SECOND = (Actor(ActorKind.STAFF, name) for name in ("specialist", "second"))


async def act(stage: Stage, group: Any, name: str, by: Actor = CLERK, **details: Any) -> Any:
    """What the office does, in a unit of work of its own."""
    context = stage.office.plan.context(by)
    return await stage.office.act(lambda connection: do(connection, context, act_named(group, name), **details))


async def on(stage: Stage, group: Any, name: str, case: Any, by: Actor = CLERK, **details: Any) -> Any:
    """What the office does about a case, as it stands."""
    version = await stage.office.one("select version from matters where id = :id", id=case)
    return await act(stage, group, name, by, id=case, version=version, **details)


def somebody(number: int) -> Demographics:
    """One of many, of whom no two are alike."""
    born = date(1960, 1, 1) + timedelta(days=401 * number)
    name = Name(f"Ash{'bcdfghklmn'[number % 10]}{'aeiou'[number // 10]}rd", f"Per{'aeiou'[number % 5]}", "", "", "Mr")
    address = Address(("", f"{number + 2} Weir Road", "", "Nethermoor", ""), CHIDI.address.postcode)
    return replace(CHIDI, name=name, date_of_birth=born, address=address)


async def test_two_numbers_are_asked_about_chased_and_answered(stage: Stage):
    # Given Anna, who seems to be in the register twice, and of whom post came back
    stage.office.on(date(2026, 11, 2))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    twin = await stage.patient_of(stage.saltholme, ANNA)
    flag = await act(stage, FP69, "set", nhs_number=anna.number, code="4", letter_on="2026-10-05")
    assert isinstance(flag, Done) and flag.id is not None

    # When a clerk asks the National Back Office, with what the register knows
    opened = await act(
        stage, LIAISON_GROUP, "open", with_whom="nbo", asks="duplicate", about_matter=str(flag.id),
        nhs_numbers=[anna.number, twin.number],
    )  # fmt: skip
    case = opened.id
    moves = await stage.office.column("select id from list_movements order by id")
    await on(stage, LIAISON_GROUP, "evidence", case, items=[f"movement:{each}" for each in moves])
    sent = await on(stage, LIAISON_GROUP, "send", case, way="letter", their_reference="NBO/26/4711")
    assert sent.state == "sent"

    # Then the letter that goes is an index: P1 and P2, and no name or number of anybody
    [content] = await stage.office.column("select content::text from letters where kind = 'LIA-1'")
    assert '"P1"' in content and '"P2"' in content
    assert ANNA.name.surname not in content and anna.number not in content and twin.number not in content

    # When four weeks are over the office looks whether an answer comes, and asks
    await stage.clock_strikes(date(2026, 11, 30))
    assert await stage.office.one("select state from matters where id = :id", id=case) == "alerted"
    await on(stage, LIAISON_GROUP, "chase", case, way="telephone")

    # And when it comes, whoever works on what waited for it sees it there
    stage.office.on(date(2026, 12, 10))
    await on(stage, LIAISON_GROUP, "answer", case, outcome="not-duplicate")
    async with stage.office.at_work() as office:
        [seen] = await cases_about(office.connection, flag.id)
    assert (seen["reference"], seen["their_reference"], seen["outcome"]) == (
        "LIA/2026/00001", "NBO/26/4711", "not-duplicate",
    )  # fmt: skip
    assert (await on(stage, LIAISON_GROUP, "close", case)).state == "closed"


async def test_a_list_that_grew_by_nine_per_cent_is_put_before_the_specialist(stage: Stage):
    # Given Nethermoor with 220 patients
    stage.office.on(date(2026, 10, 1))
    for number in range(220):
        await stage.patient_of(stage.nethermoor, CHIDI, accepted_on=date(2020, 3, 2), line_2=f"{number} Mill Lane")
    await stage.clock_strikes(date(2026, 10, 2))

    # And twenty in October whom it accepts, and of whom nobody knows from where they came
    stage.office.on(date(2026, 10, 12))
    newcomers = [await stage.patient_of(None, somebody(number)) for number in range(20)]
    for each in newcomers:
        accepted = await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, each.like, each.number))
        assert accepted.state == "accepted", accepted
    told = await stage.told(stage.nethermoor)

    # When the month is over and its round is made
    stage.office.on(date(2026, 11, 3), hour=7)
    done = await stage.office.fall_due()
    assert done["counter-fraud cases raised"] == 1

    # Then the specialist finds a case with the figure, and with no patient
    listed = await act(stage, COUNTER_FRAUD, "list", SPECIALIST)
    [case] = listed.data
    assert (case["pattern"], case["about_practice"]) == ("growth", stage.nethermoor.ods_code)
    seen = await act(stage, COUNTER_FRAUD, "show", SPECIALIST, id=str(case["id"]), reason="the month's round")
    [figure] = seen.data["evidence"]
    assert figure["line"].startswith(f"growth of {stage.nethermoor.ods_code}: 9.1") and seen.data["people"] == []

    # When she has rung the practice, names one of them, and proposes to refer it
    suspect = newcomers[0]
    await on(stage, COUNTER_FRAUD, "people", case["id"], SPECIALIST, nhs_numbers=[suspect.number])
    await on(stage, COUNTER_FRAUD, "propose", case["id"], SPECIALIST)

    # Then she cannot approve it herself, and another person can
    assert isinstance(await on(stage, COUNTER_FRAUD, "approve", case["id"], SPECIALIST), Impossible)
    approved = await on(stage, COUNTER_FRAUD, "approve", case["id"], SECOND)
    assert approved.state == "referred"

    # And what goes names nobody, and the practice hears nothing of it
    await stage.clock_strikes(stage.today + timedelta(days=1))
    [content] = await stage.office.column("select content::text from letters where kind = 'FRD-1' and state = 'posted'")
    assert suspect.number not in content and str(suspect.id) not in content
    assert await stage.told(stage.nethermoor) == told
