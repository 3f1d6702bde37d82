"""People whose old identity disappears: a child who is adopted, and a man who was registered as a woman."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from registry.transactions.acts.act import Impossible
from registry.transactions.identities import acts
from registry.transactions.quarters.acts import CONFIRM, PREPARE
from registry.values.person import Demographics, Name, Sex
from tests.journeys.conftest import Stage
from tests.support.acts import do, done
from tests.support.identities import IRIS, OMAR, REASON, Identities
from tests.support.townspeople import TWINS

CLARA, _ = TWINS
SAM = Demographics(Name("Birchfield", "Samantha", title="Ms"), Sex.FEMALE, date(1981, 3, 14), address=CLARA.address)


@pytest_asyncio.fixture
async def identities(stage: Stage) -> Identities:
    return Identities(stage.office)


async def size(stage: Stage) -> int:
    """How many Nethermoor has on its list."""
    query = "select count(*) from list_memberships where list_id = :id and upper_inf(period)"
    return await stage.office.one(query, id=stage.nethermoor.id)


async def at_quarters_end(stage: Stage, ends_on: date) -> int:
    """How many it had on the last day of a quarter, by the ledger."""
    query = (
        "select coalesce(sum(case when to_list = :id then 1 else -1 end), 0) from list_movements"
        " where :id in (to_list, from_list) and effective_on <= :day"
    )
    return await stage.office.one(query, id=stage.nethermoor.id, day=ends_on)


async def day_by_day(stage: Stage, until: date) -> None:
    """The days pass; the worker works in the morning, at noon and in the evening."""
    while stage.today < until:
        for hour in (7, 12, 18):
            stage.office.on(stage.today, hour)
            assert (await stage.office.fall_due())["failed"] == 0
        stage.office.on(stage.today + timedelta(days=1), 1)
        assert (await stage.office.fall_due())["failed"] == 0


async def test_a_child_is_adopted(stage: Stage, identities: Identities):
    # Given Clara, and two others, on Nethermoor's list late in December
    stage.office.on(date(2026, 12, 29))
    clara = await stage.patient_of(stage.nethermoor, CLARA)
    await stage.patient_of(stage.nethermoor, SAM)
    before = await size(stage)

    # When the National Back Office's weekly list names her, and Nethermoor itself asks too
    asked: dict[str, Any] = {"kind": "adoption", "reference": "NBO 2026/51", "evidence": "weekly list of 28 December"}
    by_practice = await identities.answer(
        acts.NOTIFY, nhs_number=clara.number, authority="practice", by_practice=stage.nethermoor.ods_code, **asked
    )
    case = await identities.notified(clara.number, authority="nbo", reason=REASON, **asked)

    # Then only the National Back Office is heard
    assert isinstance(by_practice, Impossible) and by_practice.field == "authority"

    # When the new number comes with the new name, and another person approves it
    new_number = stage.office.plan.number()
    new: dict[str, Any] = {
        "surname": "Larkspur",
        "first_forename": "Poppy",
        "address": ["", "8 Orchard End", "", "Nethermoor"],
    }
    await identities.step(acts.NUMBER, case, new_number=new_number, postcode="ZX4 2CD", **new)
    await identities.step(acts.APPROVE, case, OMAR)
    await identities.make(case)

    # Then Poppy is on the list at once, and Nethermoor is told to register her within five working days
    assert await _name(stage, new_number) == "Poppy Larkspur"
    [(kind, route, content)] = await _letters(stage)
    assert (kind, route, content["register_by"]) == ("ID-1", "practice", "2027-01-06")
    assert clara.number not in str(content) and "Clara" not in str(content)

    # When the days pass over the quarter's end, and Nethermoor takes the old record off and acknowledges it
    await day_by_day(stage, date(2027, 1, 1))
    [(_, removal)] = [each for each in await stage.letters_to(stage.nethermoor) if each[0] == "F2"]
    assert (removal["number"], removal["deduction_reason"]) == (clara.number, "7")
    await identities.practices_take_everything()
    await day_by_day(stage, date(2027, 1, 6))

    # Then nobody finds Clara any more: not by number, name, or id, and nothing about her is in the queue
    assert await _found_by(stage, clara.number) == []
    assert await stage.office.column("select id from patients where surname ilike 'ashdown'") == []
    assert await stage.office.column("select id from match_keys where patient_id = :id", id=clara.id) == []
    assert await stage.office.column("select surname from patients where id = :id", id=clara.id) == [""]
    assert await stage.queue() == []

    # And the list is as long as it was, on the quarter's last day too
    assert await size(stage) == before == await at_quarters_end(stage, date(2026, 12, 31))

    # And the quarter closes as any other
    quarter = await _close_quarter(stage, "2026-12-31")
    assert quarter == before

    # When Nethermoor is asked again, for it has not registered her in time
    await day_by_day(stage, date(2027, 1, 9))
    assert [kind for kind, _, _ in await _letters(stage)] == ["ID-1", "ID-1"]
    assert (await identities.case(case)).state == "registration-chased"

    # And then does
    poppy = replace(CLARA, name=Name("Larkspur", "Poppy"), place_of_birth=None)
    await stage.office.send(stage.office.plan.acceptance(stage.nethermoor, poppy, new_number))
    await day_by_day(stage, date(2027, 1, 11))

    # Then it is noticed, the envelope is made, and some nights later the case is closed
    assert (await identities.case(case)).state == "registered"
    await identities.step(acts.ENVELOPE, case)
    await identities.nights(case)  # late forms of the old identity may come for ten working days
    assert (await identities.step(acts.CLOSE, case)).state == "closed"
    assert await size(stage) == before

    # And nothing that hung on the old record hangs on the new one
    [row] = await stage.office.column("select to_jsonb(p) from patients p where nhs_number = :n", n=new_number)
    assert row["place_of_birth"] is None and row["previous_surname"] is None and row["apart"]
    assert [kind for kind, _ in await stage.letters_to(stage.nethermoor)] == ["F2", "F8", "F4"]
    assert "number" not in (await stage.letters_to(stage.nethermoor))[0][1]


async def test_a_patient_of_forty_five_is_registered_as_a_man(stage: Stage, identities: Identities):
    # Given Sam, who is 45, and whose practice asks for a new number
    sam = await stage.patient_of(stage.nethermoor, SAM)
    before = await size(stage)
    told: dict[str, Any] = {
        "reference": "form 81",
        "evidence": "the practice's form",
        "by_practice": stage.nethermoor.ods_code,
    }
    asked: dict[str, Any] = {"kind": "gender", "authority": "practice", **told}
    silent = await identities.answer(acts.NOTIFY, nhs_number=sam.number, **asked)

    # Then it is to say that Sam was told what that means, and consented
    assert isinstance(silent, Impossible) and silent.field == "counselled"
    case = await identities.notified(sam.number, counselled=True, consented_on=stage.today.isoformat(), **asked)

    # When the new number comes; only the name would be an ordinary amendment
    new_number = stage.office.plan.number()
    named: dict[str, Any] = {"new_number": new_number, "surname": "Birchfield", "first_forename": "Sam"}
    only_name = await identities.answer(acts.NUMBER, id=case, version=1, **named)
    assert isinstance(only_name, Impossible) and "ordinary amendment" in only_name.sentence
    await identities.step(acts.NUMBER, case, sex="1", title="Mr", **named)
    await identities.step(acts.APPROVE, case, OMAR)
    await identities.make(case)

    # Then the practice is told that he is not called, in words that fit any man of his age
    [(_, _, content)] = await _letters(stage)
    assert content["screening"] == {"practice_arranges_if_needed": ["cervical"]}

    # And the office has the task to see that the practice arranges it
    [task] = (await identities.case(case)).facts["tasks"]
    assert (task["task"], task["becomes"]) == ("screening-cervical", "withdrawn")
    await identities.to_the_end(case)

    # And he is on the list in place of nobody; the number that was can come back with nobody's form
    assert await size(stage) == before and await _name(stage, new_number) == "Sam Birchfield"
    stale = stage.office.plan.acceptance(stage.saltholme, SAM, sam.number)
    outcome = await stage.office.send(stale)
    assert outcome.patient_id is None and outcome.state in ("refused", "in-queue")
    assert await stage.office.column("select id from patients where nhs_number = :n", n=sam.number) == []


async def test_nobody_under_eighteen_gets_a_new_number_for_gender(stage: Stage, identities: Identities):
    # Given somebody who is eighteen tomorrow
    young = replace(SAM, date_of_birth=date(2008, 11, 3))
    patient = await stage.patient_of(stage.nethermoor, young)
    asked: dict[str, Any] = {
        "kind": "gender",
        "authority": "practice",
        "reference": "form 82",
        "evidence": "form",
        "by_practice": stage.nethermoor.ods_code,
        "counselled": True,
        "consented_on": stage.today.isoformat(),
    }

    # When the practice asks today, then it is refused with the reason
    early = await identities.answer(acts.NOTIFY, nhs_number=patient.number, **asked)
    assert isinstance(early, Impossible) and "under 18" in early.sentence

    # When it asks tomorrow, then it is taken
    stage.office.on(stage.today + timedelta(days=1))
    assert (await identities.done(acts.NOTIFY, nhs_number=patient.number, **asked)).state == "notified"


async def _name(stage: Stage, number: str) -> str:
    query = "select first_forename || ' ' || surname from patients where nhs_number = :number"
    return await stage.office.one(query, number=number)


async def _found_by(stage: Stage, number: str) -> list[UUID]:
    return await stage.office.column(
        "select id from patients where nhs_number = :n union all"
        " select patient_id from patient_numbers where nhs_number = :n",
        n=number,
    )


async def _letters(stage: Stage) -> list[tuple[str, str, dict[str, Any]]]:
    rows = await stage.office.column("select json_build_array(kind, route, content) from letters order by reference")
    return [(kind, route, content) for kind, route, content in rows]


async def _close_quarter(stage: Stage, ends_on: str) -> int:
    """Two people close a quarter; returns how many Nethermoor had."""
    office = stage.office
    first, second = office.plan.context(IRIS), office.plan.context(OMAR)
    async with office.at_work() as at_work:
        prepared = await done(at_work.connection, first, PREPARE, ends_on=ends_on)
    async with office.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "update national_requests set state = 'C', closed_at = now(), next_attempt_at = null where state <> 'C'"
        )
    async with office.at_work() as at_work:
        answer = await do(at_work.connection, second, CONFIRM, id=prepared.id, version=1)
        assert not isinstance(answer, Impossible), answer
    query = "select people from quarter_counts where practice_id = :id"
    return await office.one(query, id=stage.nethermoor.id)
