"""Taking back: a cancelled acceptance and a cancelled deduction."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.transactions.acts.act import Act, Done, Impossible
from registry.transactions.commands import Changes
from registry.transactions.outside import Outside
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.cancel_deduction import CANCEL_DEDUCTION
from registry.values.address import Address
from registry.values.person import Name
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice

DELIVER = (
    "update practice_messages set position = n.place, transaction_number = 100 + n.place, sent_at = now() from ("
    " select id, row_number() over (partition by practice_id order by id) as place from practice_messages) n"
    " where n.id = practice_messages.id and withdrawn_at is null"
)


async def cancel(office: Office, number: str, practice: Practice) -> Done:
    return await done(
        office.connection, office.context(), CANCEL_ACCEPTANCE, nhs_number=number, practice=practice.ods_code
    )


async def refused(office: Office, act: Act[Any], number: str, practice: str) -> str:
    answer = await do(office.connection, office.context(), act, nhs_number=number, practice=practice)
    assert isinstance(answer, Impossible), answer
    return answer.sentence


async def deliver(office: Office) -> None:
    """Everything that waits is given to its practice."""
    await office.connection.exec_driver_sql(DELIVER)


async def standing_messages(office: Office, practice: Practice) -> list[str]:
    rows = await office.connection.exec_driver_sql(
        "select kind from practice_messages where practice_id = $1 and withdrawn_at is null order by id", (practice.id,)
    )
    return list(rows.scalars())


async def letters(office: Office) -> list[tuple[str, str]]:
    rows = await office.connection.exec_driver_sql("select kind, state from letters order by reference")
    return [(row.kind, row.state) for row in rows]


@pytest.fixture
async def places(office: Office) -> tuple[Practice, Practice]:
    return await office.practice(), await office.practice()


async def test_a_cancelled_acceptance_puts_the_person_back_and_nobody_was_told(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    anna, number = await office.person(former)
    row = await office.one("select id from list_memberships where patient_id = :id", id=anna)
    accepted = await office.send(office.acceptance(new, number=number))
    office.on(office.today + timedelta(days=12))
    answer = await cancel(office, number, new)
    assert await office.list_of(anna) == former.id
    assert await office.one("select id from list_memberships where upper_inf(period)") == row
    assert await standing_messages(office, former) == []
    assert await standing_messages(office, new) == ["F4", "F2"]
    assert (await office.inbox(new))[-1][1]["deduction_reason"] == "10"
    assert await letters(office) == []
    taken_back_by = "select taken_back_by from transactions where id = :id"
    assert await office.one(taken_back_by, id=accepted.transaction_id) == answer.transaction_id
    assert answer.data is None


async def test_a_practice_that_was_told_that_they_left_is_told_by_letter(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    anna, number = await office.person(former)
    await office.send(office.acceptance(new, number=number))
    await deliver(office)
    await cancel(office, number, new)
    assert await office.list_of(anna) == former.id
    assert await standing_messages(office, former) == ["F2"] and await letters(office) == [("UND-1", "queued")]
    assert await office.one("select practice_id from letters") == former.id


async def test_somebody_whom_the_acceptance_made_stays_in_the_register_on_no_list(
    office: Office, places: tuple[Practice, Practice]
):
    _, new = places
    number = office.number()
    form = office.acceptance(new, number=number, acceptance_type="1")
    await office.send(form)
    waiting = await office.one("select count(*) from transactions where state = 'waiting-for-trace'")
    assert waiting == 1
    from registry.transactions.commands import TraceAnswer
    from registry.transactions.national_answers import take_answer

    question = await office.one("select id from national_requests where state <> 'C'")
    await take_answer(office.connection, office.context(), question, TraceAnswer("single", number))
    anna = await office.one("select id from patients where nhs_number = :number", number=number)
    assert await office.list_of(anna) == new.id
    await cancel(office, number, new)
    assert await office.list_of(anna) is None
    last = "select to_list from list_movements where patient_id = :id order by id desc limit 1"
    assert await office.one(last, id=anna) == Outside.BIRTH.id
    assert await office.one(last.replace("to_list", "removal"), id=anna) == "CAN"


async def test_somebody_who_came_from_no_list_is_there_again_for_the_same_reason(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    anna, number = await office.person(former)
    await office.send(office.deduction(former, number, "5"))
    office.on(office.today + timedelta(days=100))
    await office.send(office.acceptance(new, number=number))
    await cancel(office, number, new)
    assert await office.list_of(anna) is None
    last = "select removal from list_movements where patient_id = :id order by id desc limit 1"
    assert await office.one(last, id=anna) == "EMB"


async def test_cancelled_a_second_time_it_is_cancelled_already(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    _, number = await office.person(former)
    await office.send(office.acceptance(new, number=number))
    first = await cancel(office, number, new)
    again = await cancel(office, number, new)
    assert again.sentence == "It was cancelled already, on 2026-11-02."
    assert again.transaction_id == first.transaction_id
    assert await office.one("select count(*) from list_movements where reverses is not null") == 1


async def test_the_practice_may_accept_again_after_a_cancellation(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    anna, number = await office.person(former)
    await office.send(office.acceptance(new, number=number))
    await cancel(office, number, new)
    await office.send(office.acceptance(new, number=number))
    assert await office.list_of(anna) == new.id
    await cancel(office, number, new)
    assert await office.list_of(anna) == former.id


async def test_what_came_later_stands_in_the_way_and_is_named(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    third = await office.practice()
    _, number = await office.person(former)
    await office.send(office.acceptance(new, number=number))
    office.on(office.today + timedelta(days=5))
    later = await office.send(office.acceptance(third, number=number))
    sentence = await refused(office, CANCEL_ACCEPTANCE, number, new.ods_code)
    assert f"to {third.ods_code} by transaction {later.transaction_id}: that stands in the way" in sentence


async def test_only_an_acceptance_is_cancelled_as_one(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    _, number = await office.person(former)
    assert "since before the register began" in await refused(office, CANCEL_ACCEPTANCE, number, former.ods_code)
    assert "never was" in await refused(office, CANCEL_ACCEPTANCE, number, new.ods_code)
    assert "No practice" in await refused(office, CANCEL_ACCEPTANCE, number, "Y99999")
    assert "Nobody" in await refused(office, CANCEL_ACCEPTANCE, office.number(), new.ods_code)
    assert "never taken off" not in await refused(office, CANCEL_DEDUCTION, number, former.ods_code)


async def test_what_the_acceptance_changed_is_restored_where_nobody_changed_it_since(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    anna, number = await office.person(former)
    moved = replace(ANNA, address=Address(("", "9 Sluice Row", "", "Saltholme", ""), "ZX9 1AA"))
    moved = replace(moved, name=Name("Harrowgate", "Anna", "Maud", "", "Dr"))
    await office.send(office.acceptance(new, moved, number))
    await office.send(office.amendment(new, number, Changes(title="Prof")))
    answer = await cancel(office, number, new)
    assert await office.one("select line_2 from patients where id = :id", id=anna) == "12 Quillet Lane"
    assert await office.one("select title from patients where id = :id", id=anna) == "Prof"
    assert answer.data is not None and answer.data["changed_since"] == ("title",)
    case = await office.one("select evidence ->> 'changed_since' from anomalies where state = 'open'")
    assert case == '["title"]'
    # The mistaken address is no former one, and finds nobody.
    assert await office.one("select count(*) from patient_former_addresses") == 0
    mistaken = "select count(*) from match_keys where postcode = 'ZX91AA' and is_current"
    assert await office.one(mistaken) == 0


async def test_the_mistaken_key_is_gone(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    _, number = await office.person(former)
    moved = replace(ANNA, address=Address(("", "9 Sluice Row", "", "Saltholme", ""), "ZX9 1AA"))
    await office.send(office.acceptance(new, moved, number))
    assert await office.one("select count(*) from match_keys where postcode = 'ZX91AA'") == 1
    await cancel(office, number, new)
    assert await office.one("select count(*) from match_keys where postcode = 'ZX91AA'") == 0


async def test_what_the_acceptance_had_ended_is_listed(office: Office, places: tuple[Practice, Practice]):
    former, new = places
    _, number = await office.person(former)
    asked = await office.send(office.deduction(former, number))
    await office.send(office.acceptance(new, number=number))
    answer = await cancel(office, number, new)
    assert answer.data is not None
    [request] = answer.data["requests"]
    assert request["id"] == str(asked.transaction_id) and request["outcome"] == "deduction-superseded"


async def test_an_executed_deduction_is_cancelled_without_a_gap(office: Office, places: tuple[Practice, Practice]):
    former, _ = places
    anna, number = await office.person(former)
    await office.send(office.deduction(former, number, "5", happened_on=office.today))
    await deliver(office)
    office.on(office.today + timedelta(days=9))
    details = {"nhs_number": number, "practice": former.ods_code}
    answer = await done(office.connection, office.context(), CANCEL_DEDUCTION, **details)
    assert await office.list_of(anna) == former.id
    assert await office.one("select period from list_memberships") == await office.one(
        "select daterange('2020-03-02', null)"
    )
    assert await letters(office) == [("UND-1", "queued")]
    again = await done(office.connection, office.context(), CANCEL_DEDUCTION, **details)
    assert again.sentence.startswith("It was cancelled already") and again.transaction_id == answer.transaction_id


async def test_a_deduction_is_not_cancelled_when_they_have_registered_elsewhere(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    _, number = await office.person(former)
    await office.send(office.deduction(former, number, "5"))
    later = await office.send(office.acceptance(new, number=number))
    sentence = await refused(office, CANCEL_DEDUCTION, number, former.ods_code)
    assert str(later.transaction_id) in sentence


async def test_a_death_is_not_cancelled_by_telephone(office: Office, places: tuple[Practice, Practice]):
    former, _ = places
    _, number = await office.person(former)
    await office.send(office.deduction(former, number, "1"))
    assert "recorded as dead" in await refused(office, CANCEL_DEDUCTION, number, former.ods_code)
    assert "recorded as dead" in await refused(office, CANCEL_ACCEPTANCE, number, former.ods_code)


async def test_counts_of_a_past_day_by_what_was_known_then_do_not_move(
    office: Office, places: tuple[Practice, Practice]
):
    former, new = places
    _, number = await office.person(former)
    await office.send(office.acceptance(new, number=number))
    office.on(date(2027, 1, 4))
    closed_at = office.clock.now()
    known = (
        "select count(*) filter (where to_list = :id) - count(*) filter (where from_list = :id) from list_movements"
        " where effective_on <= '2026-12-31' and recorded_at <= :at"
    )
    counts = [await office.one(known, id=each.id, at=closed_at) for each in places]
    office.on(date(2027, 1, 20))
    await cancel(office, number, new)
    assert [await office.one(known, id=each.id, at=closed_at) for each in places] == counts == [0, 1]
