"""Who said what of a person: letters, the practice and the national side, in whatever order they come."""

from datetime import date, timedelta
from typing import Any

from registry.transactions.acts.act import Done
from registry.transactions.commands import Changes
from registry.transactions.particulars.acts import CHANGE, HISTORY, NATIONAL
from registry.transactions.quality.night import strike_quality
from registry.transactions.settle import Decision
from tests.journeys.conftest import Patient, Stage, outcome_of
from tests.support.acts import done
from tests.support.committing_office import WORKER
from tests.support.townspeople import STRANGERS

ANNA, BEN = STRANGERS[0], STRANGERS[1]


async def keyed(stage: Stage, act: Any, patient: Patient, **items: Any) -> Done:
    """A clerk keys what is said of a patient."""
    context, details = stage.office.plan.context(), {"nhs_number": patient.number, **items}
    return await stage.office.act(lambda connection: done(connection, context, act, **details))


async def a_night(stage: Stage) -> dict[str, int]:
    return dict(await strike_quality(stage.office.engine, stage.office.plan.context(WORKER)))


async def test_two_sources_differ_on_one_day_and_the_history_tells_all_of_it(stage: Stage):
    # Given Anna of Nethermoor, whose practice amends her surname on a Tuesday
    stage.office.on(date(2026, 2, 2))
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    stage.office.on(date(2026, 2, 3))
    await stage.office.send(stage.office.plan.amendment(stage.nethermoor, anna.number, Changes(surname="Marlowe")))

    # When the national side says another surname, of the same day
    asked = await keyed(stage, NATIONAL, anna, effective_on=date(2026, 2, 3), surname="Marlow")

    # Then nobody's word is the last one by chance: a clerk is asked, with both in view
    assert asked.state == "in-queue" and await stage.queue() == ["particulars-conflict"]

    # When the clerk has the certificate on the telephone and takes the national side's
    stage.office.on(date(2026, 2, 4))
    settled = outcome_of(await stage.office.settle(Decision("accept", 1, "spelt so", number=anna.number)))

    # Then the practice is told in the same breath, and no letter of last year changes it again
    assert settled.outcome == "particulars-taken" and (await stage.told(stage.nethermoor))[-1] == "F1"
    old = await keyed(stage, CHANGE, anna, source="patient-letter", effective_on=date(2025, 12, 1), surname="Marlowe")
    assert old.data["kept"]["surname"] == "older" and old.state == "refused"

    # And whoever asks is told who said what, when, and on what evidence
    history = (await keyed(stage, HISTORY, anna)).data
    told = [
        (each["after"], each["source"], each["operator"]) for each in history["changes"] if each["field"] == "surname"
    ]
    assert told == [
        ("Marlowe", "practice-amendment", stage.nethermoor.partner_code),
        ("Marlow", "national", "clerk"),
    ]


async def test_a_ruling_on_who_somebody_is_outlives_what_practices_type(stage: Stage):
    # Given Ben, whose date of birth the National Back Office has ruled upon
    ben = await stage.patient_of(stage.nethermoor, BEN)
    born = (ben.like.date_of_birth or date.min) + timedelta(days=1)
    await keyed(
        stage, CHANGE, ben, source="national-back-office", reference="NBO-1", effective_on=stage.today,
        date_of_birth=born.isoformat(), reason="two sheets of paper",
    )  # fmt: skip

    # When his practice types the former one again, with his new title
    command = stage.office.plan.amendment(
        stage.nethermoor, ben.number, Changes(date_of_birth=ben.like.date_of_birth, title="Dr")
    )
    outcome = await stage.office.send(command)

    # Then the title is taken, the date stands, and the practice is told it
    assert outcome.outcome == "kept"
    assert (await stage.letters_to(stage.nethermoor))[-1][1]["date_of_birth"] == born.isoformat()


async def test_what_a_night_finds_is_asked_about_once(stage: Stage):
    # Given somebody who would be a hundred and twenty
    stage.office.on(date(2026, 11, 2))
    ben = await stage.patient_of(stage.nethermoor, BEN)
    context = stage.office.plan.context()
    await keyed(
        stage, CHANGE, ben, source="patient-letter", evidence="certificate", effective_on=stage.today,
        date_of_birth="1906-01-01",
    )  # fmt: skip

    # When the night comes, and another
    await a_night(stage)
    stage.office.on(date(2026, 11, 3))
    await a_night(stage)

    # Then one case stands in the queue
    assert await stage.queue() == ["quality"]

    # When the practice puts the year right
    right = Changes(date_of_birth=date(1996, 1, 1))
    await stage.office.send(stage.office.plan.amendment(stage.nethermoor, ben.number, right))
    assert context.today == date(2026, 11, 3)
    settled = await stage.office.cases()
    assert len(settled) == 1

    # Then the case closes by itself the next night
    stage.office.on(date(2026, 11, 4))
    await a_night(stage)
    assert await stage.queue() == []
