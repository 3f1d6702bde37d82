"""Two people on one number: a story from the form that was taken for another's to two people who share nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.commands import Changes, TraceAnswer
from registry.transactions.settle import Decision
from registry.values.actor import Actor
from tests.journeys.conftest import Stage
from tests.support.acts import do
from tests.support.confusing import ACTS, ANNE, COLLEAGUE, described
from tests.support.office import ANNA, CLERK


async def tried(stage: Stage, act: str, by: Actor = CLERK, **details: Any) -> Answer:
    """What a clerk is answered."""
    return await stage.office.act(
        lambda connection: do(connection, stage.office.plan.context(by), ACTS[act], **details)
    )


async def did(stage: Stage, act: str, by: Actor = CLERK, **details: Any) -> Done:
    """What a clerk does."""
    answer = await tried(stage, act, by, **details)
    assert isinstance(answer, Done), answer
    return answer


async def on(stage: Stage, confusion: UUID | None, act: str, by: Actor = CLERK, **details: Any) -> Done:
    """What a clerk does on a confusion, at the version that they see."""
    version = await stage.office.one("select version from matters where id = :id", id=confusion)
    return await did(stage, act, by, id=confusion, version=version, **{"reason": "seen", **details})


async def undecided(stage: Stage, confusion: UUID | None, practice: str | None = None) -> list[str]:
    """The items that somebody has still to decide: all, or those of a practice."""
    shown = (await did(stage, "facts", id=confusion)).data["items"]
    return [
        each["item"]
        for each in shown
        if not each["goes_with"] and not each["belongs_to"] and practice in (None, each["practice"])
    ]


async def test_two_people_on_one_number_are_taken_apart(stage: Stage):
    # Given Anna of Nethermoor, and a form of Anne from Saltholme that bears Anna's number and is taken for her
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    form = stage.office.plan.acceptance(stage.saltholme, ANNE, anna.number)
    await stage.office.send(form)
    await stage.office.settle(Decision("accept", 1, "the number is hers", number=anna.number))
    assert await stage.told(stage.nethermoor) == ["F2"]

    # When Saltholme puts right forename and birth date together, it is held, and the clerk suspects
    changes = Changes(surname="Winterbourne", date_of_birth=date(1961, 2, 3))
    await stage.office.send(stage.office.plan.amendment(stage.saltholme, anna.number, changes))
    assert await stage.queue() == ["two-of-name-sex-birth"]
    [case] = await stage.office.cases()
    opened = await did(
        stage, "suspect", nhs_number=anna.number, trigger="amendment", case=case, reason="another birth date"
    )
    confusion = opened.id
    await stage.office.settle(Decision("reject", 1, "two people", code="7"))

    # Then both practices are asked, answer, and the National Back Office says: two people
    await on(stage, confusion, "triage")
    await on(stage, confusion, "ask")
    stage.office.on(stage.today + timedelta(days=9))
    await on(stage, confusion, "answer", of=stage.nethermoor.ods_code, reason="ours was born in 1984 and never moved")
    await on(stage, confusion, "answer", of=stage.saltholme.ods_code, reason="ours was born in 1961")
    await on(stage, confusion, "complete")
    await on(stage, confusion, "refer", reference="NBO-480017")
    stage.office.on(stage.today + timedelta(days=30))
    await on(stage, confusion, "confirm", reason="two birth registrations")

    # When each is described, and each item is given to one of them on evidence
    await on(stage, confusion, "describe", **described(ANNA, "first", "keep"))
    await on(stage, confusion, "describe", **described(ANNE, "second", "to-be-allotted"))
    for person, practice in (("first", stage.nethermoor), ("second", stage.saltholme)):
        theirs = await undecided(stage, confusion, practice.ods_code)
        told: dict[str, Any] = {"person": person, "evidence": "the practice's answer", "said_by": practice.ods_code}
        await on(stage, confusion, "attribute", item=theirs, **told)
    await on(stage, confusion, "attribute", person="first", suggested=True, evidence="her address of before")
    rest = await undecided(stage, confusion)
    await on(stage, confusion, "attribute", person="second", item=rest, evidence="from her form")

    # And one proposes the split, which a colleague carries out
    await on(stage, confusion, "propose", reason="two birth registrations")
    assert isinstance(
        await tried(stage, "approve", id=confusion, version=await stage.office.one(
            "select version from matters where id = :id", id=confusion
        ), reason="seen"),
        Impossible,
    )  # fmt: skip
    before = len(await stage.letters_to(stage.saltholme))
    await on(stage, confusion, "approve", COLLEAGUE)

    # Then Anna is on Nethermoor's list with her acceptance date, and Anne on Saltholme's
    lists = "select r.ods_code || ' ' || m.accepted_on from list_memberships m join practices r on r.id = m.list_id"
    lists += " join patients p on p.id = m.patient_id where upper_inf(m.period) and p.first_forename = :name"
    assert await stage.office.one(lists, name="Anna") == f"{stage.nethermoor.ods_code} 2020-03-02"
    assert (await stage.office.one(lists, name="Anne")).startswith(stage.saltholme.ods_code)
    assert await stage.told(stage.nethermoor) == ["F2", "F1"]
    assert [kind for kind, _ in (await stage.letters_to(stage.saltholme))[before:]] == ["F1"]

    # And when the national side has made a number for Anne, Saltholme hears it, and so does she
    number = stage.office.plan.number()
    await stage.office.answer(TraceAnswer("allocated", number))
    assert (await stage.letters_to(stage.saltholme))[-1][1]["new_number"] == number
    kinds = await stage.office.column("select kind from letters order by reference")
    assert kinds.count("CON-1") == 2 and kinds.count("CON-2") == 2 and kinds[-1] == "CON-4"

    # And a form of Anna's with her old number finds Anna alone
    stage.office.on(stage.today + timedelta(days=1))
    again = stage.office.plan.acceptance(stage.saltholme, ANNA, anna.number)
    assert (await stage.office.send(again)).outcome == "registered"
    assert await stage.office.one("select count(*) from list_memberships where upper_inf(period)") == 2


async def test_one_person_after_all(stage: Stage):
    # Given a woman whose surname and birth date were both wrong in the register, and a clerk who suspects two people
    anna = await stage.patient_of(stage.nethermoor, ANNA)
    opened = await did(stage, "suspect", nhs_number=anna.number, reason="another name and birth date")
    await on(stage, opened.id, "triage")
    await on(stage, opened.id, "ask")

    # When the practice has seen her passport, it is closed, and nothing has changed
    await on(stage, opened.id, "answer", of=stage.nethermoor.ods_code, reason="passport seen: one woman")
    ended = await on(stage, opened.id, "one-person", reason="passport seen")
    assert ended.state == "one-person-after-all"
    assert await stage.list_of(anna) == stage.nethermoor and await stage.told(stage.nethermoor) == []
