"""People who move house and register where they now live."""

from dataclasses import replace
from datetime import timedelta

from registry.transactions.commands import Changes, TraceAnswer
from registry.values.address import Address
from tests.journeys.conftest import Stage
from tests.support.townspeople import STRANGERS

ANNA, _, IRIS, *_ = STRANGERS


async def test_a_patient_moves_to_the_coast_and_registers_there(stage: Stage):
    # Given Anna, for years a patient of Nethermoor
    anna = await stage.patient_of(stage.nethermoor, ANNA)

    # When she has moved to Saltholme, and the practice there accepts her
    home = Address(("", "9 Ferry Row", "", "Saltholme", ""), "ZX9 1AB")
    sent = stage.office.plan.acceptance(stage.saltholme, replace(ANNA, address=home), anna.number)
    outcome = await stage.office.send(sent)

    # Then she is on its list from today, and nowhere else
    assert outcome.state == "accepted" and await stage.list_of(anna) == stage.saltholme
    # And Saltholme is told yes, and Nethermoor that she has gone to another authority, and to which
    assert await stage.told(stage.saltholme) == ["F4"]
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert (kind, items["deduction_reason"], items["new_ha_cipher"]) == ("F2", "2", stage.saltholme.cipher)
    assert items["deduction_date"] == stage.today.isoformat()
    # And the national side is to be told where she is
    assert await stage.office.column("select kind from national_requests") == ["update"]

    # When the old practice, late, amends what it still believes to be its patient
    late = stage.office.plan.amendment(stage.nethermoor, anna.number, Changes(surname="Vane"))
    assert (await stage.office.send(late)).outcome == "not-on-list"

    # Then nothing changes, it is told again that she has left, and a clerk sees it
    assert await stage.told(stage.nethermoor) == ["F2", "F2"] and await stage.queue() == ["not-on-list"]


async def test_somebody_nobody_here_has_heard_of_is_traced_and_taken_on(stage: Stage):
    # Given Iris, who comes from far away with a number that this register has never seen
    number = stage.office.plan.number()

    # When Nethermoor accepts her
    outcome = await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, IRIS, number))

    # Then the practice hears nothing yet, and anybody may see what is waited for
    assert await stage.state_of(outcome) == "waiting-for-trace: trace-asked"
    assert await stage.told(stage.nethermoor) == []

    # When the national side says that it knows her by that number
    answered = await stage.office.answer(TraceAnswer("single", number))

    # Then she is created under it and on the list, and the practice is told yes
    assert answered is not None and answered.outcome == "created"
    assert await stage.office.column("select nhs_number from patients") == [number]
    assert await stage.told(stage.nethermoor) == ["F4"]

    # When the practice's computer sends the same again
    again = await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, IRIS, number))

    # Then there still is one Iris, where she is
    assert again.outcome == "already-there" and await stage.office.one("select count(*) from patients") == 1


async def test_two_practices_claim_one_patient_and_the_later_acceptance_has_her(stage: Stage):
    # Given Anna, accepted by Saltholme yesterday
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    yesterday = stage.today - timedelta(days=1)
    sent = stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number, accepted_on=yesterday)
    await stage.office.send(sent)

    # When an acceptance of last week comes from Nethermoor
    last_week = stage.today - timedelta(days=7)
    late = stage.office.plan.acceptance(stage.nethermoor, ANNA, anna.number, accepted_on=last_week)
    outcome = await stage.office.send(late)

    # Then she stays, Saltholme hears nothing of it, and a clerk is asked
    assert await stage.list_of(anna) == stage.saltholme and await stage.told(stage.saltholme) == ["F4"]
    assert outcome.state == "in-queue" and await stage.queue() == ["older-acceptance"]
