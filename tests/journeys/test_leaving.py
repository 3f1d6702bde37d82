"""People who leave a list: they moved away, they are said to have died."""

from datetime import date, timedelta

from registry.transactions.commands import Changes
from registry.transactions.settle import Decision
from tests.journeys.conftest import Stage, outcome_of
from tests.support.townspeople import STRANGERS

ANNA, CHIDI, _, _, _, LEON, *_ = STRANGERS


async def test_a_patient_who_left_the_area_registers_elsewhere_before_the_thirty_days_are_over(stage: Stage):
    # Given Chidi, of whom Nethermoor says on Monday 3 February 2025 that he has left its area
    stage.office.on(date(2025, 2, 3))
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    asked = await stage.office.send(stage.office.plan.deduction(stage.nethermoor, chidi.number))

    # Then he stays for thirty days, and the practice is told so
    assert await stage.state_of(asked) == "pending: deduction-pending"
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert (kind, items["free_text"]) == ("F11", "WILL BE REMOVED IN 30 DAYS")
    assert await stage.list_of(chidi) == stage.nethermoor

    # When Saltholme accepts him on the 20th
    stage.office.on(date(2025, 2, 20))
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, CHIDI, chidi.number))

    # Then he moves at once and Nethermoor is told; its request is overtaken
    assert await stage.list_of(chidi) == stage.saltholme
    assert await stage.told(stage.nethermoor) == ["F11", "F2"]
    assert await stage.state_of(asked) == "superseded: deduction-superseded"

    # When the thirty days are over on 5 March
    await stage.clock_strikes(date(2025, 3, 5))

    # Then nothing happens to him
    assert await stage.list_of(chidi) == stage.saltholme and await stage.told(stage.nethermoor) == ["F11", "F2"]


async def test_a_patient_who_left_the_area_and_never_came_back_is_removed_on_the_day(stage: Stage):
    # Given Chidi, of whom Nethermoor says the same, and of whom nobody hears again
    stage.office.on(date(2025, 2, 3))
    chidi = await stage.patient_of(stage.nethermoor, CHIDI)
    asked = await stage.office.send(stage.office.plan.deduction(stage.nethermoor, chidi.number))

    # When the last of the thirty days begins, he still is there
    await stage.clock_strikes(date(2025, 3, 4))
    assert await stage.list_of(chidi) == stage.nethermoor

    # When it is over, he is off the list and the practice is told
    await stage.clock_strikes(date(2025, 3, 5))
    assert await stage.list_of(chidi) is None and await stage.told(stage.nethermoor) == ["F11", "F2"]
    assert await stage.state_of(asked) == "accepted: deduction-executed"

    # When he turns up at Nethermoor after all, it accepts him after the deduction (code D)
    back = stage.office.plan.acceptance(stage.nethermoor, CHIDI, chidi.number, acceptance_code="D")
    await stage.office.send(back)
    assert await stage.list_of(chidi) == stage.nethermoor


async def test_a_reported_death_that_something_contradicts_is_looked_at_before_it_acts(stage: Stage):
    # Given Leon, whose practice sent his new title last week
    leon = await stage.patient_of(stage.nethermoor, LEON)
    await stage.office.send(stage.office.plan.amendment(stage.nethermoor, leon.number, Changes(title="Sir")))
    stage.office.on(stage.today + timedelta(days=7))

    # When it reports that he died a fortnight ago
    died_on = stage.today - timedelta(days=14)
    report = stage.office.plan.deduction(stage.nethermoor, leon.number, "1", happened_on=died_on)
    outcome = await stage.office.send(report)

    # Then he is not taken off the list: the dead do not change their title
    assert outcome.state == "in-queue" and await stage.queue() == ["death-contradicted"]
    assert await stage.list_of(leon) == stage.nethermoor

    # When the clerk has rung the practice, and it was another Leon
    declined = outcome_of(await stage.office.settle(Decision("reject", 1, "rang: another patient")))

    # Then he lives, and the practice is told to contact the office, and not a word of death
    assert declined.outcome == "declined-by-office"
    assert await stage.office.column("select status from patients") == ["live"]
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert kind == "F11" and "CONTACT THE OFFICE" in items["free_text"] and "DEATH" not in items["free_text"]


async def test_a_reported_death_that_nothing_contradicts_acts_at_once(stage: Stage):
    # Given Leon, of whom nothing was heard for years
    leon = await stage.patient_of(stage.nethermoor, LEON)

    # When his practice reports that he died three days ago
    died_on = stage.today - timedelta(days=3)
    await stage.office.send(stage.office.plan.deduction(stage.nethermoor, leon.number, "1", happened_on=died_on))

    # Then he is off the list from today, when the office was told, and the day of his death is kept
    assert await stage.list_of(leon) is None
    [(kind, items)] = await stage.letters_to(stage.nethermoor)
    assert (kind, items["deduction_reason"], items["deduction_date"]) == ("F2", "1", stage.today.isoformat())
    assert await stage.office.column("select date_of_death from patients") == [died_on]

    # When another practice accepts somebody under his number, no machine brings him back to life
    await stage.office.send(stage.office.plan.acceptance(stage.saltholme, LEON, leon.number))
    assert await stage.queue() == ["recorded-dead"] and await stage.told(stage.saltholme) == []


async def test_nobody_is_removed_over_unread_mail(stage: Stage):
    # Given Anna, whose leaving of Nethermoor falls due on 5 March
    stage.office.on(date(2025, 2, 3))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    await stage.office.send(stage.office.plan.removal(stage.nethermoor, anna.number))

    # And a letter about her that nobody has read yet
    await stage.clock_strikes(date(2025, 3, 4))
    unread = stage.office.plan.amendment(
        stage.nethermoor, anna.number, Changes(title="Dr"), free_text="STAYS WITH US AFTER ALL"
    )
    await stage.office.send(unread)

    # When the day comes, then she stays, and the register says why
    await stage.clock_strikes(date(2025, 3, 5))
    assert await stage.list_of(anna) == stage.nethermoor
    [why] = await stage.office.column("select held_because from pending_deductions")
    assert "to be settled first" in why

    # When a clerk has read the letter, and the practice accepts her again
    [case] = await stage.office.column("select id from anomalies where kind = 'free-text' and state = 'open'")
    outcome_of(await stage.office.settle(Decision("accept", 1, "title changed", number=anna.number), case))
    await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, ANNA, anna.number))

    # Then the removal is cancelled, and she stays
    await stage.clock_strikes(date(2025, 3, 6))
    assert await stage.list_of(anna) == stage.nethermoor
    assert await stage.office.column("select state from pending_deductions") == ["cancelled"]
