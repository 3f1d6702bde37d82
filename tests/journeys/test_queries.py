"""Acceptances that need a person: a text to be read, a fault to be mended, two who look like one."""

from dataclasses import replace
from datetime import date

from registry.transactions.commands import Changes, TraceAnswer
from registry.transactions.settle import Decision, Stale
from tests.journeys.conftest import Stage, outcome_of
from tests.support.townspeople import FATHER, SON, STRANGERS, TWINS

ANNA = STRANGERS[0]


async def test_a_text_is_read_by_a_clerk_who_decides(stage: Stage):
    # Given Anna of Nethermoor, whom Saltholme accepts with a text beside the form
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    form = stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number, free_text="MOVED IN WITH HER MOTHER")
    waiting = await stage.office.send(form)

    # Then nothing has happened yet but that a clerk is asked
    assert await stage.state_of(waiting) == "in-queue: free-text" and await stage.queue() == ["free-text"]
    assert await stage.list_of(anna) == stage.nethermoor and await stage.told(stage.saltholme) == []

    # When her old practice amends her title while the clerk is reading
    await stage.office.send(stage.office.plan.amendment(stage.nethermoor, anna.number, Changes(title="Dr")))

    # Then the clerk's decision comes back, for what was seen has changed
    decision = Decision("accept", 1, "nothing in it", number=anna.number)
    assert await stage.office.settle(decision) == Stale(2)

    # When the clerk has looked again and says the same
    done = outcome_of(await stage.office.settle(replace(decision, version=2)))

    # Then everything follows as for any transfer
    assert done.outcome == "registered" and await stage.list_of(anna) == stage.saltholme
    assert await stage.told(stage.saltholme) == ["F4"] and await stage.told(stage.nethermoor) == ["F2"]
    assert await stage.queue() == []


async def test_a_rejection_is_mended_by_the_practice(stage: Stage):
    # Given Anna of Nethermoor, whom Saltholme accepts without saying who her doctor was
    stage.office.on(date(2025, 2, 3))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    form = stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number, previous_gp_name=None)
    refused = await stage.office.send(form)

    # Then it is rejected with a code that the practice can look up
    [(kind, items)] = await stage.letters_to(stage.saltholme)
    assert (kind, items["free_text"]) == ("F3", "4 PREVIOUS GP MISSING")
    assert await stage.list_of(anna) == stage.nethermoor

    # When the practice sends it again, mended and marked so (code R)
    stage.office.on(date(2025, 2, 5))
    mended = stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number, acceptance_code="R")
    again = await stage.office.send(mended)

    # Then she is registered, the two attempts are tied together, and nobody is chased
    assert again.outcome == "registered" and await stage.list_of(anna) == stage.saltholme
    earlier = "select earlier_id from transactions where id = :id"
    assert await stage.office.one(earlier, id=again.transaction_id) == refused.transaction_id
    await stage.clock_strikes(date(2025, 2, 11))
    assert "rejection-unmended" not in await stage.queue()


async def test_a_rejection_that_nobody_mends_is_asked_about(stage: Stage):
    # Given the same rejection, on Monday 3 February 2025
    stage.office.on(date(2025, 2, 3))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number, previous_gp_name=None))

    # When five working days are over and nothing has come
    await stage.clock_strikes(date(2025, 2, 11))

    # Then a clerk is to ask: Anna may believe that she has a doctor at Saltholme
    assert "rejection-unmended" in await stage.queue()


async def test_a_twin_is_registered_beside_her_sister(stage: Stage):
    # Given Clara, and her twin Dora whom the register does not hold
    clara_like, dora_like = TWINS
    clara = await stage.patient_of(stage.nethermoor, clara_like)
    number = stage.office.plan.number()

    # When their new practice accepts Dora under her own number, and the national side knows it
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, dora_like, number))
    answered = await stage.office.answer(TraceAnswer("single", number))

    # Then Dora is a person of her own and Clara is where she was
    assert answered is not None and answered.outcome == "created" and answered.patient_id != clara.id
    assert await stage.list_of(clara) == stage.nethermoor

    # When Clara is accepted, under Dora's number by mistake
    outcome = await stage.office.send(stage.office.plan.acceptance(stage.saltholme, clara_like, number))

    # Then nobody is mixed up: a clerk sees both
    assert outcome.outcome == "number-held-by-another" and await stage.list_of(clara) == stage.nethermoor


async def test_a_son_of_his_fathers_name_is_not_his_father(stage: Stage):
    # Given the father, of Nethermoor
    father = await stage.patient_of(stage.nethermoor, FATHER)

    # When Saltholme accepts the son, who bears the same name, lives at the same place and has no number at hand
    outcome = await stage.office.send(stage.office.plan.acceptance(stage.saltholme, SON))

    # Then the father stays, and a clerk is asked
    assert outcome.state == "in-queue" and await stage.list_of(father) == stage.nethermoor

    # When the clerk has seen that he is another person, and makes him one
    done = outcome_of(await stage.office.settle(Decision("create", 1, "born thirty years later")))

    # Then there are two
    assert done.outcome == "created" and done.patient_id != father.id
    assert await stage.list_of(father) == stage.nethermoor and await stage.told(stage.nethermoor) == []
