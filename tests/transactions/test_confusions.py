"""Taking two people apart: whose each item is, which number each has, where each is, and who is told."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from registry.patients.invalidated import is_invalidated
from registry.transactions.acts.act import Impossible
from registry.transactions.commands import TraceAnswer
from registry.transactions.confusions.allot import GIVE_NUMBER
from registry.transactions.look.person import look_at_person
from registry.transactions.look.transactions import look_at_transactions
from registry.transactions.national_answers import take_answer
from registry.transactions.quarters.count import count_lists, last_movement
from registry.transactions.settle import Decision, Settled, settle
from registry.transactions.special_registrations.forces_acts import REGISTER_FORCES
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.values.nhs_number import NHSNumber
from tests.support.acts import do, done
from tests.support.confusing import (
    ANNE,
    COLLEAGUE,
    Confusion,
    attribute_by_practice,
    described,
    ready_to_propose,
    row,
    shared_record,
    suspected,
    taken_for,
)
from tests.support.merging import merged, undone
from tests.support.office import ANNA, Office
from tests.support.scheme_office import SchemeOffice

MEMBER = "select list_id, accepted_on, gp_code from list_memberships where patient_id = :id and upper_inf(period)"
KINDS = "select string_agg(kind, ' ' order by reference) from letters where kind like 'CON%'"


async def person_at(office: Office, place: int) -> UUID:
    """Whom a split made of the first, or of the second."""
    return await office.one("select patient_id from confusion_people where place = :place", place=place)


async def test_two_people_are_taken_apart(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, record, number = await ready_to_propose(office, first, second)
    moved = await office.one("select max(id) from list_movements")

    done = await confusion.split()

    assert done.state == "split" and "2 people" in done.sentence
    # Anne, whose acceptance made the record's last movement, keeps the record and her place; Anna gets her own.
    anna = await person_at(office, 1)
    assert anna != record and anna.version == 4
    assert await row(office.connection, MEMBER, id=record) == (second.id, office.today, second.gp_code)
    assert await row(office.connection, MEMBER, id=anna) == (first.id, date(2020, 3, 2), first.gp_code)
    # The number is Anna's, and what was posted stays where it was.
    assert await office.one("select id from patients where nhs_number = :number", number=number) == anna
    assert await office.one("select nhs_number from patients where id = :id", id=record) is None
    assert await office.one("select count(*) from list_movements where id > :id", id=moved) == 1
    # The register's own particulars are what each was described as; the version before is kept.
    names = "select first_forename || ' ' || date_of_birth || ' ' || line_2 from patients where id = :id"
    assert await office.one(names, id=record) == "Anne 1961-02-03 7 Sandpit Row"
    assert await office.one(names, id=anna) == "Anna 1984-05-17 12 Quillet Lane"
    assert await office.one("select version from patients where id = :id", id=record) == 3


async def test_the_practice_of_whoever_gets_a_number_is_told_it(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, record, number = await ready_to_propose(office, first, second, anne=("given", new))
    before = len(await office.inbox(second))

    await confusion.split()

    [(kind, content)] = (await office.inbox(second))[before:]
    assert kind == "F1" and content["number"] == number and content["new_number"] == new
    assert content["date_of_birth"] == "1961-02-03"
    told = (await office.inbox(first))[-1]
    assert told[0] == "F1" and told[1]["number"] == number and "new_number" not in told[1]
    assert await office.one("select nhs_number from patients where id = :id", id=record) == new
    # Each practice has a letter too, and Anne one about her number.
    assert await office.one(KINDS) == "CON-1 CON-1 CON-2 CON-2 CON-4"
    asked = "select count(*) from national_requests where kind = 'update' and state <> 'C' and transaction_id in ("
    assert await office.one(f"{asked} select id from transactions where kind = 'split')") == 2


async def test_a_practice_that_holds_nobody_hears_how_it_ended(office: Office):
    first, second, third = await office.practice(), await office.practice(), await office.practice()
    record, number = await office.person(first)
    await taken_for(office, third, number, like=ANNA)
    office.on(office.today + timedelta(days=30))
    await taken_for(office, second, number)
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    await confusion.give("first", await confusion.roots(practice=third))
    await attribute_by_practice(confusion, first, second)
    await confusion.split()

    ended = "select practice_id from letters where kind = 'CON-3'"
    assert await office.one(ended) == first.id
    assert await office.list_of(await person_at(office, 1)) == third.id
    assert await office.list_of(record) == second.id


async def test_a_number_that_nobody_keeps_is_nobodys_ever_after(office: Office):
    first, second = await office.practice(), await office.practice()
    one, other = office.number(), office.number()
    rulings = {"anna": ("given", one), "anne": ("given", other)}
    confusion, record, number = await ready_to_propose(office, first, second, **rulings)
    await confusion.split()

    assert await is_invalidated(office.connection, number)
    holders = "select count(*) from patients where nhs_number = :number"
    assert await office.one(holders, number=number) == 0
    assert await office.one("select count(*) from patient_numbers where nhs_number = :number", number=number) == 0
    numbers = {await office.one("select nhs_number from patients where id = :id", id=each) for each in (
        record, await person_at(office, 1)
    )}  # fmt: skip
    assert numbers == {one, other}


async def test_whoever_gets_a_number_later_waits_visibly_and_is_told_it(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, record, number = await ready_to_propose(office, first, second)
    await confusion.split()
    waiting = "select due_at is not null and owner = 'registration' from matters where kind = 'number-allotment'"
    assert await office.one(waiting)
    assert await office.one("select count(*) from open_work where what = 'number-allotment'") == 1

    request = await office.one("select id from national_requests where kind = 'allocate' and state <> 'C'")
    for _ in range(2):
        await take_answer(office.connection, office.context(), request, TraceAnswer("allocated", new))

    assert await office.one("select nhs_number from patients where id = :id", id=record) == new
    assert await office.one("select state from matters where kind = 'number-allotment'") == "allotted"
    kind, content = (await office.inbox(second))[-1]
    assert kind == "F1" and content == {"gp_code": second.gp_code, "number": number, "new_number": new}
    assert (await office.one(KINDS)).endswith("CON-4")


async def test_whoever_lacks_a_number_again_when_a_merge_is_undone_waits_again(office: Office):
    first, second, third = await office.practice(), await office.practice(), await office.practice()
    confusion, record, _ = await ready_to_propose(office, first, second)
    await confusion.split()
    request = await office.one("select id from national_requests where kind = 'allocate' and state <> 'C'")
    other, _ = await office.person(third)
    merge = await merged(office, record, other)
    # Together they have a number, so that the answer which comes now is not needed.
    await take_answer(office.connection, office.context(), request, TraceAnswer("allocated", office.number()))
    open_now = "select count(*) from matters where kind = 'number-allotment' and closed_at is null and patient_id = :id"
    assert await office.one(open_now, id=record) == 0

    await undone(office, merge)
    assert await office.one("select nhs_number is null from patients where id = :id", id=record)
    assert await office.one(open_now, id=record) == 1


async def test_a_number_that_the_national_side_does_not_make_is_keyed_by_hand(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, record, number = await ready_to_propose(office, first, second)
    await confusion.split()
    request = await office.one("select id from national_requests where kind = 'allocate' and state <> 'C'")
    await take_answer(office.connection, office.context(), request, TraceAnswer("single", number))
    matter = await office.one("select id from matters where kind = 'number-allotment' and state = 'by-hand'")

    context, given = office.context(), {"id": matter, "version": 2, "reason": "their letter"}
    taken = await do(office.connection, context, GIVE_NUMBER, **given, number=number)
    assert isinstance(taken, Impossible) and taken.field == "number"
    await done(office.connection, context, GIVE_NUMBER, **given, number=new)
    assert await office.one("select nhs_number from patients where id = :id", id=record) == new


async def test_history_is_shown_with_whom_it_belongs_to(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, _, number = await ready_to_propose(office, first, second, anne=("given", new))
    acceptance = await office.one("select id from transactions where kind = 'acceptance'")
    await confusion.split()

    anna = await look_at_person(office.connection, NHSNumber(number))
    anne = await look_at_person(office.connection, NHSNumber(new))
    assert anna is not None and anne is not None
    ways = [[(each["from"], each["to"]) for each in one.answer["movements"]] for one in (anna, anne)]
    assert ways == [
        [("take-on", first.ods_code), ("unregistered", first.ods_code)],
        [(first.ods_code, second.ods_code)],
    ]
    assert [each["practice"] for each in anna.answer["stays"]] == [first.ods_code, first.ods_code]
    assert [each["practice"] for each in anne.answer["stays"]] == [second.ods_code]
    [shown] = await look_at_transactions(office.connection, str(acceptance))
    assert shown.answer["nhs_number"] == new


async def test_a_registration_from_the_forces_goes_with_its_place_on_the_list(office: Office):
    first, second = await office.practice(), await office.practice()
    await shared_record(office, first, second)
    number = await office.one("select nhs_number from patients")
    soldier = {"nhs_number": number, "practice": second.ods_code, "reference": "DMS-1", "authorised_on": office.today}
    await done(office.connection, office.context(), REGISTER_FORCES, **soldier)
    confusion = await suspected(office, number)

    stay = await office.one("select id from list_memberships where upper_inf(period)")
    goes_with = {each["item"]: each["goes_with"] for each in await confusion.items()}
    [registration] = [each["item"] for each in await confusion.items() if each["what"] == "forces-registration"]
    assert goes_with[registration] is not None and goes_with[registration] == goes_with[f"stay:{stay}"]


async def test_a_place_on_the_scheme_goes_with_what_happened(office: Office):
    scheme = await SchemeOffice.at(office)
    record, number, place = await scheme.removed()
    await scheme.stepped("incident", place, happened_at=office.clock.now(), narrative="kicked the door")
    confusion = await suspected(office, number)
    goes_with = {each["item"]: each["goes_with"] for each in await confusion.items()}
    incidents = await office.connection.execute(text("select id from scheme_incidents order by id"))
    first, later = incidents.scalars()
    removal = await office.one("select id from transactions where kind = 'immediate-removal'")
    assert goes_with[f"incident:{first}"] is None
    for item in (f"matter:{place}", f"incident:{later}", f"transaction:{removal}"):
        assert goes_with[item] == f"incident:{first}"

    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    await confusion.give("first", [f"incident:{first}"])
    await confusion.give_the_rest("second")
    await confusion.split()
    assert await office.one("select patient_id from matters where id = :id", id=place) == await person_at(office, 1)
    assert record in {await person_at(office, 1), await person_at(office, 2)}


async def test_a_form_that_is_decided_after_the_split_belongs_to_whom_it_names(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    record, number = await shared_record(office, first, second)
    waiting = await office.send(office.acceptance(first, ANNE, new, free_text="PLEASE READ"))
    assert waiting.state == "in-queue"
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "given", new))
    await attribute_by_practice(confusion, first, second)
    office.later(office.clock.now() + timedelta(hours=1))
    await confusion.split()

    office.on(office.today + timedelta(days=1))
    find = "select id, version from anomalies where transaction_id = :id and state = 'open'"
    settled: object = None
    for _ in range(2):  # The first look at it shows whom it may name since the split.
        case, version = await row(office.connection, find, id=waiting.transaction_id)
        decision = Decision("accept", version, "it is she", number=new)
        settled = await settle(office.connection, office.context(), case, decision)
    assert isinstance(settled, Settled), settled
    whose = "select patient_id from transactions where id = :id"
    assert await office.one(whose, id=waiting.transaction_id) == record


async def test_what_was_counted_before_is_counted_still(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, _, _ = await ready_to_propose(office, first, second)
    ends_on = date(2026, 9, 30)
    before = await count_lists(office.connection, ends_on, await last_movement(office.connection))
    yesterday = (
        "select list_id, count(*) from list_memberships where period @> cast(:day as date) group by 1 order by 1"
    )
    held = (await office.connection.execute(text(yesterday), {"day": office.today - timedelta(days=1)})).all()
    await confusion.split()

    assert await count_lists(office.connection, ends_on, await last_movement(office.connection)) == before
    assert (await office.connection.execute(text(yesterday), {"day": office.today - timedelta(days=1)})).all() == held


async def test_every_item_is_audited_by_itself(office: Office):
    first, second = await office.practice(), await office.practice()
    confusion, record, _ = await ready_to_propose(office, first, second)
    items = len(await confusion.items())
    await confusion.split()

    events = "select count(*) from audit_events where action = 'confusion.attributed' and patient_ids @> array[:id]"
    query = text(events).bindparams(id=record)
    assert (await office.connection.execute(query)).scalar_one() == items
    assert await office.one("select count(*) from attributions where transaction_id is null") == 0


@pytest.mark.parametrize("keeps", ["first", "second"])
async def test_a_waiting_deduction_stays_with_whoever_asked_was_meant(office: Office, keeps: str):
    first, second = await office.practice(), await office.practice()
    record, number = await office.person(first)
    await taken_for(office, second, number)
    await office.send(office.deduction(second, number))
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    [request] = [each["item"] for each in await confusion.items() if each["what"].startswith("deduction-request")]
    await confusion.give(keeps, [request])
    others = [each for each in await confusion.roots(practice=second) if each != request]
    await confusion.give("first", await confusion.roots(practice=first))
    await confusion.give("second", others)
    await confusion.give_the_rest("second")
    await confusion.split()

    # Anna is not with the practice that asked: her deduction is overtaken.
    state = await office.one("select state from pending_deductions")
    assert state == ("pending" if keeps == "second" else "superseded")
    whose = await person_at(office, 1 if keeps == "first" else 2)
    given = "select patient_id from attributions where table_name = 'pending_deductions' and is_current"
    assert await office.one(given) == whose and await person_at(office, 2) == record


async def test_one_of_them_has_died(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    record, number = await office.person(first)
    await taken_for(office, second, number)
    await office.send(office.deduction(second, number, "1", happened_on=office.today))
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "given", new))
    assert any(each["item"].endswith(":death") and each["goes_with"] for each in await confusion.items())
    await attribute_by_practice(confusion, first, second)
    await confusion.split()

    life = "select status from patients where id = :id"
    anna = await person_at(office, 1)
    assert await office.one(life, id=record) == "informal-dead" and await office.one(life, id=anna) == "live"
    assert await office.list_of(anna) == first.id and await office.list_of(record) is None


async def test_twins_of_one_practice_whose_second_form_moved_nobody(office: Office):
    practice = await office.practice()
    record, number = await office.person(practice)
    await taken_for(office, practice, number)
    found = "select outcome from transactions where kind = 'acceptance'"
    assert await office.one(found) == "already-there"
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    await confusion.done("describe", **described(ANNA, "first", "keep"))
    await confusion.done("describe", **described(ANNE, "second", "to-be-allotted"))
    await confusion.give("second", await confusion.roots("transaction"))
    await confusion.give_the_rest("first")
    await confusion.split()

    anne = await person_at(office, 2)
    assert await office.list_of(record) == practice.id and await office.list_of(anne) == practice.id
    assert await office.one("select accepted_on from list_memberships where patient_id = :id", id=anne) == office.today


async def test_three_people_on_one_record(office: Office):
    first, second, third = await office.practice(), await office.practice(), await office.practice()
    record, number = await office.person(first)
    await taken_for(office, second, number)
    office.on(office.today + timedelta(days=1))
    await taken_for(office, third, number, like=ANNA)
    confusion = await suspected(office, number)
    await confusion.to_the_back_office()
    for person, like, ruling in (("first", ANNA, "keep"), ("second", ANNE, "to-be-allotted"), ("third", ANNA, "given")):
        given = office.number() if ruling == "given" else None
        await confusion.done("describe", **described(like, person, ruling, given))
    for person, practice in (("first", first), ("second", second), ("third", third)):
        await confusion.give(person, await confusion.roots(practice=practice))
    await confusion.give_the_rest("first")
    await confusion.split()

    lists = [await office.list_of(await person_at(office, place)) for place in (1, 2, 3)]
    assert lists == [first.id, second.id, third.id] and await person_at(office, 3) == record


async def test_nothing_from_before_can_be_taken_back_onto_the_other(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, record, _ = await ready_to_propose(office, first, second, anne=("given", new))
    await confusion.split()

    call = {"nhs_number": new, "practice": second.ods_code, "reason": "never came"}
    answer = await do(office.connection, office.context(), CANCEL_ACCEPTANCE, **call)
    assert isinstance(answer, Impossible) and "taken apart" in answer.sentence
    assert await office.list_of(record) == second.id


async def test_a_record_that_was_split_can_be_split_again(office: Office):
    first, second, new = await office.practice(), await office.practice(), office.number()
    confusion, record, _ = await ready_to_propose(office, first, second, anne=("given", new))
    await confusion.split()
    again = await suspected(office, new)
    items = {each["item"].partition(":")[0] for each in await again.items()}
    # Anne's record holds what is hers alone.
    assert not [
        each for each in await again.items() if each["practice"] == first.ods_code and "message" in each["item"]
    ]
    assert {"movement", "stay", "transaction", "message", "record"} <= items
    assert isinstance(again, Confusion) and COLLEAGUE.name == "colleague" and record
