"""The commonest telephone calls: a registration or a request that should never have been.

What may be taken back is the same under every profile, and so are the stories.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.policies.profiles import PROFILES
from registry.security.callers import Caller, Role
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.settle import Decision
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.cancel_deduction import CANCEL_DEDUCTION
from registry.transactions.taking_back.confirm import CONFIRM
from registry.transactions.taking_back.propose import PROPOSE
from registry.values.actor import Actor, ActorKind
from tests.journeys.conftest import Patient, Stage
from tests.support.acts import do, done
from tests.support.townspeople import FATHER, SON, STRANGERS

ANNA, CHIDI, *_ = STRANGERS
COLLEAGUE = Actor(ActorKind.STAFF, "colleague")


@pytest.fixture(autouse=True, params=PROFILES)
def under_every_profile(request: pytest.FixtureRequest, stage: Stage) -> None:
    stage.office.profile = stage.office.plan.profile = request.param


async def did(stage: Stage, act: Any, **details: Any) -> Done:
    context = stage.office.plan.context()
    return await stage.office.act(lambda connection: done(connection, context, act, **details))


async def tried(stage: Stage, act: Any, by: Actor | None = None, **details: Any) -> Answer:
    context = stage.office.plan.context(by) if by is not None else stage.office.plan.context()
    return await stage.office.act(lambda connection: do(connection, context, act, **details))


async def deliver(stage: Stage) -> None:
    """The practices' systems fetch what waits for them."""
    from registry.links.facade.inbox import read_inbox

    async with stage.office.at_work() as at_work:
        for practice in (stage.nethermoor, stage.saltholme):
            await read_inbox(
                at_work.connection, practice.id, 50, Caller(COLLEAGUE, practice.id, Role.APP), stage.office.clock
            )


async def net(stage: Stage, patient: Patient) -> int:
    """What the movements of a patient come to, over all practices and days."""
    query = (
        "select coalesce(sum(abs(change)), 0)::int from (select sum(change) as change from ("
        " select to_list as list, effective_on as day, 1 as change from list_movements where patient_id = :id"
        " and reason <> 'take-on' union all"
        " select from_list, effective_on, -1 from list_movements where patient_id = :id and reason <> 'take-on') m"
        " group by list, day) sums"
    )
    return await stage.office.one(query, id=patient.id)


async def test_a_patient_who_never_came_is_back_with_the_practice_that_they_had(stage: Stage):
    # Given Anna of Nethermoor, whom Saltholme accepted, and both systems have fetched their messages
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number))
    await deliver(stage)
    assert await stage.list_of(anna) == stage.saltholme

    # When Saltholme rings a fortnight later: she never came
    stage.office.on(stage.today + timedelta(days=14))
    call = {"nhs_number": anna.number, "practice": stage.saltholme.ods_code, "reason": "never came"}
    await did(stage, CANCEL_ACCEPTANCE, **call)

    # Then she is on Nethermoor's list since the day on which she first came to it, with her date and doctor
    assert await stage.list_of(anna) == stage.nethermoor
    stay = "select lower(period) || ' ' || accepted_on || ' ' || gp_code from list_memberships where patient_id = :id"
    assert await stage.office.one(stay, id=anna.id) == f"2020-03-02 2020-03-02 {stage.nethermoor.gp_code}"

    # And Saltholme is sent the deduction, Nethermoor a letter; for every list and day it comes to nothing
    assert await stage.told(stage.saltholme) == ["F4", "F2"] and await stage.told(stage.nethermoor) == ["F2"]
    assert await stage.office.column("select kind from letters") == ["UND-1"]
    assert await net(stage, anna) == 0

    # When a second clerk takes the same call, it is done already
    assert (await did(stage, CANCEL_ACCEPTANCE, **call)).sentence.startswith("It was cancelled already")


async def test_what_has_moved_since_stands_in_the_way(stage: Stage):
    # Given Anna, whom Saltholme accepted, and Nethermoor accepted again since
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    plan = stage.office.plan
    await stage.office.send(plan.acceptance(stage.saltholme, ANNA, anna.number))
    stage.office.on(stage.today + timedelta(days=3))
    later = await stage.office.send(plan.acceptance(stage.nethermoor, ANNA, anna.number))

    # When Saltholme rings, the clerk reads which transaction came between
    answer = await tried(stage, CANCEL_ACCEPTANCE, nhs_number=anna.number, practice=stage.saltholme.ods_code)
    assert isinstance(answer, Impossible) and str(later.transaction_id) in answer.sentence
    assert await stage.list_of(anna) == stage.nethermoor


async def test_a_request_that_was_carried_out_is_cancelled(stage: Stage):
    # Given Chidi, whom Nethermoor asked to take off on 3 February 2025, and who is off its list by the middle of March
    stage.office.on(date(2025, 2, 3))
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, chidi.number))
    await stage.clock_strikes(date(2025, 3, 12))
    assert await stage.list_of(chidi) is None
    await deliver(stage)

    # When Nethermoor rings: another Chidi was meant
    call = {"nhs_number": chidi.number, "practice": stage.nethermoor.ods_code, "reason": "another patient"}
    await did(stage, CANCEL_DEDUCTION, **call)

    # Then he is there as if nothing had been, and the practice has it by letter, for F2 cannot be unsent
    assert await stage.list_of(chidi) == stage.nethermoor and await net(stage, chidi) == 0
    assert await stage.told(stage.nethermoor) == ["F11", "F2"]
    assert (await stage.office.column("select kind from letters order by reference"))[-1] == "UND-1"

    # And the practice's own acceptance, should it send one, finds him there
    stage.office.on(date(2025, 3, 13))
    again = stage.office.plan.acceptance(stage.nethermoor, CHIDI, chidi.number, acceptance_code="D")
    assert (await stage.office.send(again)).outcome == "already-there"


async def test_a_father_registered_for_his_son_gets_everything_back(stage: Stage):
    # Given Hugh Pemberton of Nethermoor, and his son of the same name, who is on no list
    father = await stage.patient_of(stage.nethermoor, FATHER)
    son = await stage.patient_of(None, SON)
    address = "select line_2 || ' ' || date_of_birth from patients where id = :id"
    before = await stage.office.one(address, id=father.id)

    # And Saltholme's form of the son, which bears the father's number: a clerk takes it for the father
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, SON, father.number))
    await stage.office.settle(Decision("accept", 1, "the number is his", number=father.number))
    await deliver(stage)
    assert await stage.list_of(father) == stage.saltholme

    # When one clerk says who was meant, nothing happens yet, and it is not for the same clerk to confirm
    asked = {"nhs_number": father.number, "practice": stage.saltholme.ods_code, "right_number": son.number}
    proposed = await did(stage, PROPOSE, **asked, reason="the son came")
    assert await stage.list_of(father) == stage.saltholme
    which = {"id": proposed.id, "version": 1, "reason": "read the form"}
    assert isinstance(await tried(stage, CONFIRM, **which), Impossible)

    # When a colleague confirms it
    stage.office.on(stage.today + timedelta(days=1))
    assert isinstance(await tried(stage, CONFIRM, COLLEAGUE, **which), Done)

    # Then the father never left Nethermoor, the son is on Saltholme's list, and both practices are told
    assert await stage.list_of(father) == stage.nethermoor and await stage.list_of(son) == stage.saltholme
    assert await stage.office.one(address, id=father.id) == before and await net(stage, father) == 0
    assert await stage.told(stage.saltholme) == ["F4", "F1", "F2", "F4"]
    assert await stage.office.column("select kind from letters order by reference") == ["UND-1", "UND-2"]


async def test_a_reversal_that_nobody_confirms_rises(stage: Stage):
    # Given a reversal that one clerk proposed on a Monday, and nobody looked at
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number))
    proposed = await did(stage, PROPOSE, nhs_number=anna.number, practice=stage.saltholme.ods_code)

    # When the next working day is over, it rises
    await stage.clock_strikes(stage.today + timedelta(days=2))
    assert await stage.office.one("select priority from matters where id = :id", id=proposed.id) == 1
