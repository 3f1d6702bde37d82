"""The way of a confusion: its states, what is refused on it, its clocks, and what waits meanwhile."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.transactions.acts.act import Done, Impossible, Stale, WrongState
from registry.transactions.amend import TwoAtOnce, amend_by_office
from registry.transactions.commands import Changes
from registry.transactions.show_case import show_case
from registry.values.person import Sex
from tests.support.acts import do
from tests.support.committing_office import CommittingOffice
from tests.support.confusing import (
    ACTS,
    ANNE,
    COLLEAGUE,
    attribute_by_practice,
    described,
    ready_to_propose,
    shared_record,
    suspected,
    taken_for,
)
from tests.support.office import ANNA, Office

EVERYTHING = {"scope_all": True, "scope_practice_id": None}


async def test_every_practice_involved_is_asked_and_the_home_office_where_it_helps(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.done("triage")
    await confusion.done("ask", home_office=True)

    asked = "select practice_id from letters where kind = 'CON-1' order by reference"
    assert await office.one(f"select array({asked})") == [first.id, second.id]
    stranger = await confusion.do("answer", of="Y99999")
    assert isinstance(stranger, Impossible) and stranger.field == "of"
    assert "2 are still" in (await confusion.done("answer", of=first.ods_code)).sentence
    silent = await confusion.do("complete", reason="")
    assert isinstance(silent, Impossible) and "2 have not answered" in silent.sentence
    await confusion.done("answer", of=second.ods_code)
    assert (await confusion.done("answer", of="HOME-OFFICE")).sentence == "All have answered."
    assert (await confusion.done("complete", reason="")).state == "evidence-complete"


async def test_it_is_referred_under_the_reference_of_the_outside_case(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    assert isinstance(await confusion.do("refer", reference="NBO-1234"), WrongState)
    for act in ("triage", "ask", "complete"):
        await confusion.done(act)
    wrong = await confusion.do("refer", reference="what the lady said")
    assert isinstance(wrong, Impossible) and wrong.field == "reference"
    await confusion.done("refer", reference="nbo-1234")
    assert await office.one("select facts ->> 'reference' from matters where kind = 'confusion'") == "NBO-1234"


async def test_opened_twice_it_is_one(office: Office):
    first = await office.practice()
    _, number = await office.person(first)
    confusion = await suspected(office, number)
    again = await do(office.connection, office.context(), ACTS["suspect"], nhs_number=number, reason="rang again")
    assert isinstance(again, Done) and again.id == confusion.id
    assert await office.one("select count(*) from matters where kind = 'confusion'") == 1


async def test_what_belongs_to_nobody_blocks_the_proposal(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()

    alone = await confusion.do("propose")
    assert isinstance(alone, Impossible) and "at least two" in alone.sentence
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    await confusion.give("second", await confusion.roots(practice=second))
    left = await confusion.do("propose")
    assert isinstance(left, Impossible) and "belong to nobody yet" in left.sentence
    await attribute_by_practice(confusion, first, second)
    assert (await confusion.done("propose")).state == "proposed"


async def test_another_person_approves(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, record, _ = await ready_to_propose(office, first, second)
    await confusion.done("propose")

    own = await confusion.do("approve")
    assert isinstance(own, Impossible) and "Another person" in own.sentence
    stale = await confusion.do("approve", COLLEAGUE, version=1)
    assert isinstance(stale, Stale)
    assert (await confusion.done("decline", COLLEAGUE)).state == "attributing"
    assert await office.one("select count(*) from patients") == 1 and await office.list_of(record) == second.id


async def test_what_comes_after_the_proposal_is_looked_at_first(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, _, number = await ready_to_propose(office, first, second)
    await confusion.done("propose")
    await office.send(office.amendment(second, number, Changes(title="Dr")))

    answer = await confusion.do("approve", COLLEAGUE)
    assert isinstance(answer, Impossible) and "Decline it" in answer.sentence
    await confusion.done("decline", COLLEAGUE)
    await confusion.give_the_rest("second")
    await confusion.split()


async def test_what_the_office_changed_after_the_proposal_is_looked_at_first(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, _, number = await ready_to_propose(office, first, second)
    await confusion.done("propose")
    await amend_by_office(office.connection, office.context(), number, Changes(title="Dr"), "rang")
    answer = await confusion.do("approve", COLLEAGUE)
    assert isinstance(answer, Impossible) and "decline" in answer.sentence.lower()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"ruling": "given"}, "number"),
        ({"ruling": "given", "number": "9990000019"}, "number"),
        ({"ruling": "keep", "number": "9990000018"}, "number"),
        ({"date_of_birth": date(2099, 1, 1)}, "date_of_birth"),
    ],
)
async def test_what_cannot_be_described(office: Office, details: dict[str, Any], field: str):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.done("triage")
    answer = await confusion.do("describe", **{**described(ANNE, "second", "to-be-allotted"), **details})
    assert isinstance(answer, Impossible) and answer.field == field


async def test_a_number_is_given_only_where_it_is_nobodys_and_kept_by_one(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    _, anothers = await office.person(first, like=ANNE)
    confusion = await suspected(office, number)
    await confusion.done("triage")
    taken = await confusion.do("describe", **described(ANNE, "second", "given", anothers))
    assert isinstance(taken, Impossible) and "somebody's already" in taken.sentence
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    both = await confusion.do("describe", **described(ANNE, "second", "keep"))
    assert isinstance(both, Impossible) and both.field == "ruling"
    # Said again, a description takes the place of the one before.
    await confusion.done("describe", **described(ANNA, "first", "to-be-allotted"))
    await confusion.done("describe", **described(ANNE, "second", "keep"))
    assert await office.one("select count(*) from confusion_people") == 2


async def test_what_cannot_be_attributed(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.done("triage")
    item: dict[str, Any] = {"evidence": "the form", "person": "second"}
    undescribed = await confusion.do("attribute", **item, item=["record:x"])
    assert isinstance(undescribed, Impossible) and undescribed.field == "person"
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    for names in (["nonsense"], ["transaction:0197b0de-0000-7000-8000-000000000001"], []):
        answer = await confusion.do("attribute", **item, item=names)
        assert isinstance(answer, Impossible) and answer.field == "item"
    [stay] = [each for each in await confusion.items() if each["what"].startswith("on the list") and each["open"]]
    answer = await confusion.do("attribute", **item, item=[stay["item"]])
    assert isinstance(answer, Impossible) and stay["goes_with"] in answer.sentence


async def test_the_register_suggests_and_a_person_decides(office: Office):
    first, second = await office.practice(), await office.practice()
    _, number = await shared_record(office, first, second)
    confusion = await suspected(office, number)
    await confusion.done("triage")
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    found = {each["item"]: each["suggested"]["person"] for each in await confusion.items() if "suggested" in each}
    [form] = [each["item"] for each in await confusion.items() if each["what"].startswith("acceptance")]
    assert found[form] == "second"
    assert {found[each] for each in found if each.startswith("former-address")} == {"first"}
    assert all(each["belongs_to"] is None for each in await confusion.items())

    await confusion.done("attribute", person="second", suggested=True, evidence="read each")
    await confusion.done("attribute", person="first", suggested=True, evidence="read each")
    assert all(each["belongs_to"] for each in await confusion.items() if each["item"] in found)


async def test_while_it_is_open_no_clock_removes_anybody(committing: CommittingOffice):
    async with committing.at_work() as office:
        practice = await office.practice()
        person, number = await office.person(practice)
        leaves_on = office.today + timedelta(days=9)
        await office.send(office.deduction(practice, number, "5", happened_on=leaves_on))
        confusion = await suspected(office, number)
    for day in (9, 10):
        committing.on(date(2026, 11, 2) + timedelta(days=day))
        await committing.fall_due()
    held = await committing.one("select held_because from pending_deductions")
    assert held is not None and "share this record" in held
    assert await committing.list_of(person) == practice.id

    async with committing.at_work() as office:
        confusion.office = office
        await confusion.done("one-person")
    committing.on(date(2026, 11, 13))
    await committing.fall_due()
    assert await committing.list_of(person) is None


async def test_after_eight_weeks_the_supervisor_has_it_and_after_ten_it_is_overdue(committing: CommittingOffice):
    async with committing.at_work() as office:
        practice = await office.practice()
        _, number = await office.person(practice)
        confusion = await suspected(office, number)
        await confusion.to_the_back_office()
    opened, query = committing.today, "select owner || ' ' || priority from matters where id = :id"
    assert await committing.one("select due_at <= opened_at + interval '56 days' from matters where id = :id",
                                id=confusion.id)  # fmt: skip
    events = "select string_agg(event, ' ' order by version) from matter_events where event in ('alert', 'overdue')"
    for days, said in ((55, None), (57, "alert"), (71, "alert overdue")):
        committing.on(opened + timedelta(days=days))
        await committing.fall_due()
        assert await committing.one(events) == said
    assert (await committing.one(query, id=confusion.id)).startswith("supervisor")


async def test_a_held_amendment_offers_to_open_a_confusion(office: Office):
    practice = await office.practice()
    _, number = await office.person(practice)
    changes = Changes(surname="Vane", date_of_birth=date(1961, 2, 3))
    outcome = await office.send(office.amendment(practice, number, changes))
    assert outcome.outcome == "two-of-name-sex-birth"
    case = await office.one("select id from anomalies where state = 'open'")
    shown = await show_case(office.connection, EVERYTHING, case)
    assert shown is not None and "confusions suspect" in shown[0]["offers"][0]

    details = {"nhs_number": number, "reason": "two birth dates", "trigger": "amendment", "case": case}
    opened = await do(office.connection, office.context(), ACTS["suspect"], **details)
    assert isinstance(opened, Done)
    assert await office.one("select facts ->> 'case' from matters where id = :id", id=opened.id) == str(case)
    stranger = {**details, "nhs_number": (await office.person(practice, like=ANNE))[1]}
    answer = await do(office.connection, office.context(), ACTS["suspect"], **stranger)
    assert isinstance(answer, Impossible) and answer.field == "case"


IDENTITY = "select surname || ' ' || sex || ' ' || date_of_birth from patients where id = :id"


async def test_an_acceptance_never_changes_two_of_surname_sex_and_birth_date(office: Office):
    first, second = await office.practice(), await office.practice()
    record, number = await office.person(first)
    before = (await office.one(IDENTITY, id=record)).split()
    other = ANNE.__class__(
        name=ANNA.name.__class__("Vane", "Anna"), sex=Sex.MALE, date_of_birth=date(1961, 2, 3), address=ANNA.address,
        place_of_birth=ANNA.place_of_birth,
    )  # fmt: skip
    await taken_for(office, second, number, like=other)
    after = (await office.one(IDENTITY, id=record)).split()
    assert after[1:] == before[1:] and sum(one != two for one, two in zip(before, after, strict=True)) == 1
    kind, content = (await office.inbox(second))[-1]
    assert kind == "F1" and content["date_of_birth"] == "1984-05-17" and content["sex"] == "2"


@pytest.mark.parametrize(
    "changes",
    [
        Changes(surname="Vane", sex=Sex.MALE),
        Changes(surname="Vane", date_of_birth=date(1961, 2, 3)),
        Changes(sex=Sex.MALE, date_of_birth=date(1961, 2, 3)),
    ],
    ids=["surname and sex", "surname and birth date", "sex and birth date"],
)
async def test_nobody_changes_two_at_once_without_having_said_so(office: Office, changes: Changes):
    practice = await office.practice()
    record, number = await office.person(practice)
    before = await office.one(IDENTITY, id=record)
    assert (await office.send(office.amendment(practice, number, changes))).state == "in-queue"
    own = await amend_by_office(office.connection, office.context(), number, changes, "certificate")
    assert isinstance(own, TwoAtOnce) and "confusions suspect" in own.sentence
    assert await office.one(IDENTITY, id=record) == before
    await amend_by_office(office.connection, office.context(), number, changes, "certificate", one_person=True)
    assert await office.one(IDENTITY, id=record) != before
