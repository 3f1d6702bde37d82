"""One woman, two numbers: how it is found out, made good, and taken back when it was wrong."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.audit.trail import trail_of
from registry.policies.profiles import PROFILES
from registry.transactions.acts.act import Answer, Done, Impossible, Stale
from registry.transactions.commands import Changes
from registry.transactions.look.person import look_at_person
from registry.transactions.merges.acts import DUPLICATES
from registry.values.actor import Actor, ActorKind
from registry.values.nhs_number import NHSNumber
from tests.journeys.conftest import Patient, Stage
from tests.support.acts import do
from tests.support.townspeople import STRANGERS, TWINS

ANNA, *_ = STRANGERS
CLARA, DORA = TWINS
ACTS = {act.name: act for act in DUPLICATES.acts}
SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")


@pytest.fixture(autouse=True, params=PROFILES)
def under_every_profile(request: pytest.FixtureRequest, stage: Stage) -> None:
    stage.office.profile = stage.office.plan.profile = request.param


async def tried(stage: Stage, name: str, by: Actor | None = None, **details: Any) -> Answer:
    context = stage.office.plan.context(by) if by is not None else stage.office.plan.context()
    return await stage.office.act(lambda connection: do(connection, context, ACTS[name], **details))


async def did(stage: Stage, name: str, by: Actor | None = None, **details: Any) -> Done:
    answer = await tried(stage, name, by, **details)
    assert isinstance(answer, Done), answer
    return answer


async def annas(stage: Stage) -> tuple[Patient, Patient]:
    """Anna of Nethermoor, who was with Saltholme before, under a number that nobody remembered."""
    now = await stage.patient_of(stage.nethermoor, ANNA, accepted_on=date(2024, 5, 1))
    before = await stage.patient_of(stage.saltholme, ANNA, accepted_on=date(2019, 2, 1))
    return now, before


async def merged(stage: Stage, now: Patient, before: Patient) -> str:
    noted = await did(stage, "suspect", one=before.number, other=now.number, source="practice")
    seen = (await did(stage, "preview", id=noted.id)).data["fingerprint"]
    said = {"case_reference": "INC0123456", "fingerprint": seen, "reason": "both practices say so"}
    proposed = await did(stage, "propose", id=noted.id, version=1, **said)
    done = await did(stage, "approve", SUPERVISOR, id=noted.id, version=proposed.version, fingerprint=seen)
    return done.sentence.rsplit(" ", 1)[1].rstrip(".")


async def test_a_duplicate_from_suspicion_to_one_record(stage: Stage):
    now, before = await annas(stage)

    # Saltholme's receptionist writes: we think that she has two numbers
    noted = await did(stage, "suspect", one=before.number, other=now.number, source="practice")
    assert noted.data["items"]["date of birth"] == "the same"
    await did(stage, "triage", id=noted.id, version=1)

    # Both practices are asked, by letter, and by way of them the patient
    asked = await did(stage, "ask", id=noted.id, version=2)
    await stage.clock_strikes(stage.today + timedelta(days=1))
    posted = "select array_agg(distinct state) from letters where kind in ('DUP-1', 'DUP-2')"
    assert set(await stage.office.one(posted)) <= {"posted", "handed-over"}
    heard = await did(stage, "evidence", id=noted.id, version=asked.version, said_by="practice", says="same")
    complete = await did(stage, "complete", id=noted.id, version=heard.version)

    # The National Back Office has it for six weeks, and does not answer in time: it rises
    sent = await did(stage, "refer", id=noted.id, version=complete.version, reference="NBO-2026-0417")
    await stage.clock_strikes(date(2026, 12, 24))
    assert await stage.office.one("select priority > 0 from matters where id = :id", id=noted.id)

    # Then it rules, and one person proposes the merge, with the preview in view
    shown = await did(stage, "preview", id=noted.id)
    assert shown.version is not None and sent.version is not None and shown.version > sent.version
    said = {"case_reference": "NBO-2026-0417", "fingerprint": shown.data["fingerprint"], "reason": "ruled"}
    proposed = await did(stage, "propose", id=noted.id, version=shown.version, **said)
    own = await tried(stage, "approve", id=noted.id, version=proposed.version, fingerprint=shown.data["fingerprint"])
    assert isinstance(own, Impossible)
    await did(
        stage, "approve", SUPERVISOR, id=noted.id, version=proposed.version, fingerprint=shown.data["fingerprint"]
    )

    # Saltholme is told that she has left, Nethermoor keeps her; both are told which record stands
    assert await stage.list_of(now) == stage.nethermoor and await stage.list_of(before) is None
    assert await stage.told(stage.saltholme) == ["F2"] and await stage.told(stage.nethermoor) == []
    assert await stage.office.one("select count(*) from letters where kind = 'DUP-3'") == 2

    # Whoever looks under the old number finds her, and what happened under it
    async with stage.office.at_work() as at_work:
        found = await look_at_person(at_work.connection, NHSNumber(before.number))
        assert found is not None
        assert found.answer["nhs_number"] == now.number and found.answer["list"] == stage.nethermoor.ods_code
        [former] = found.answer["merged_records"]
        assert [each["practice"] for each in former["stays"]] == [stage.saltholme.ods_code]
        actions = [each.action for each in await trail_of(at_work.connection, now.id)]
    assert "transaction.accepted" in actions and "matter.approve" in actions

    # And what Nethermoor sends under the old number is hers
    outcome = await stage.office.send(stage.office.plan.amendment(stage.nethermoor, before.number, Changes(title="Dr")))
    assert (outcome.outcome, outcome.patient_id) == ("amended", now.id)


async def test_a_merge_that_was_wrong_is_undone_and_nothing_is_lost(stage: Stage):
    now, before = await annas(stage)
    merge = await merged(stage, now, before)

    # Three weeks later Saltholme accepts a patient under the old number, and rings: these are two women
    await stage.clock_strikes(stage.today + timedelta(days=21))
    outcome = await stage.office.send(stage.office.plan.acceptance(stage.saltholme, ANNA, before.number))
    assert outcome.patient_id == now.id

    # The undo asks whose the number is, for it was used since
    answer = await tried(stage, "undo", id=merge, reason="two women of one name")
    assert isinstance(answer, Stale)
    [question] = answer.facts["asks"]
    assert question["sentence"] == "A practice has used this number since, for the survivor."
    await did(stage, "undo", id=merge, reason="two women of one name", choices=[f"{question['item']}=give-back"])

    # Each has her own number and list again; what came since stays with whom it was recorded for
    assert await stage.list_of(before) == stage.saltholme
    since = (
        "select lower(period) || ' ' || accepted_on from list_memberships where patient_id = :id and upper_inf(period)"
    )
    assert await stage.office.one(since, id=before.id) == "2019-02-01 2019-02-01"
    assert await stage.office.one("select nhs_number from patients where id = :id", id=before.id) == before.number

    # And nobody offers the two again
    again = await tried(stage, "suspect", one=now.number, other=before.number)
    assert isinstance(again, Impossible) and again.field == "again"


async def test_twins_are_judged_to_be_two_and_not_offered_again(stage: Stage):
    clara = await stage.patient_of(stage.nethermoor, CLARA)
    dora = await stage.patient_of(stage.nethermoor, DORA)
    noted = await did(stage, "suspect", one=clara.number, other=dora.number, source="matching")
    assert noted.data["items"]["forename"] != "the same"
    await did(stage, "not-duplicate", id=noted.id, version=1, reason="twins: both were seen")
    await stage.clock_strikes(stage.today + timedelta(days=60))
    assert isinstance(await tried(stage, "suspect", one=dora.number, other=clara.number), Impossible)
    look = await did(stage, "look", record=clara.number)
    assert look.data["judgements"][0]["holds"] is True
    assert await stage.office.one("select count(*) from merges") == 0
