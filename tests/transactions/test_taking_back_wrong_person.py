"""A registration onto the wrong person, taken back by two people of the office."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.matching.compare import Comparison
from registry.matching.levels import DateOfBirth, Forename, Number, Place, SexAgreement, Surname
from registry.transactions.acts.act import Act, Answer, Done, Impossible, Stale, WrongState
from registry.transactions.commands import TraceAnswer
from registry.transactions.national_answers import take_answer
from registry.transactions.taking_back.agreement import agreement_of
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.confirm import CONFIRM, DECLINE
from registry.transactions.taking_back.propose import PROPOSE
from registry.values.actor import Actor, ActorKind
from registry.values.address import Address
from registry.values.person import Name, Sex
from tests.support.acts import do, done
from tests.support.office import ANNA, Office, Practice
from tests.transactions.test_taking_back import deliver, letters, standing_messages

COLLEAGUE = Actor(ActorKind.STAFF, "colleague")
OTHER_ANNA = replace(ANNA, address=Address(("", "9 Sluice Row", "", "Saltholme", ""), "ZX9 1AA"))


async def propose(office: Office, number: str, practice: Practice, right: str | None = None) -> UUID:
    answer = await done(
        office.connection,
        office.context(),
        PROPOSE,
        nhs_number=number,
        practice=practice.ods_code,
        right_number=right,
        reason="two of one name",
    )
    assert answer.id is not None
    return answer.id


async def act(office: Office, which: Act[Any], matter: UUID, version: int = 1, by: Actor = COLLEAGUE) -> Answer:
    details = {"id": matter, "version": version, "reason": "looked at the form"}
    return await do(office.connection, office.context(by), which, **details)


ALASTAIR = replace(ANNA, name=Name("Adams", "Alastair"), sex=Sex.MALE, date_of_birth=date(1952, 8, 30))


async def refusal(office: Office, **details: object) -> tuple[str, str | None]:
    answer = await do(office.connection, office.context(), PROPOSE, **details)
    assert isinstance(answer, Impossible), answer
    return answer.sentence, answer.field


async def state_of(office: Office, matter: UUID) -> str:
    return await office.one("select state from matters where id = :id", id=matter)


async def test_the_wrong_person_goes_back_and_the_right_one_is_registered(office: Office):
    former, new = await office.practice(), await office.practice()
    wrong, wrong_number = await office.person(former)
    right, right_number = await office.person(None, like=OTHER_ANNA)
    # The practice quotes Anna's number on the other Anna's form, with her own address.
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    matter = await propose(office, wrong_number, new, right_number)
    answer = await act(office, CONFIRM, matter)
    assert isinstance(answer, Done), answer
    assert await office.list_of(wrong) == former.id and await office.list_of(right) == new.id
    assert await office.one("select line_2 from patients where id = :id", id=wrong) == "12 Quillet Lane"
    # Nothing had left: the former practice hears nothing, the new one gets the right answer only.
    assert await standing_messages(office, former) == []
    assert await standing_messages(office, new) == ["F4"]
    assert (await office.inbox(new))[-1][1]["number"] == right_number
    assert await letters(office) == [] and await state_of(office, matter) == "reversed"
    stay = "select period from list_memberships where patient_id = :id"
    assert await office.one(stay, id=wrong) == await office.one("select daterange('2020-03-02', null)")
    earlier = "select count(*) from transactions where earlier_id = :id and kind in ('reversal', 'acceptance')"
    first = await office.one("select id from transactions where taken_back_by is not null")
    assert await office.one(earlier, id=first) == 2


async def test_both_practices_are_told_when_their_answers_had_left(office: Office):
    former, new = await office.practice(), await office.practice()
    wrong, wrong_number = await office.person(former)
    _, right_number = await office.person(None, like=OTHER_ANNA)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    await deliver(office)
    await act(office, CONFIRM, await propose(office, wrong_number, new, right_number))
    assert await office.list_of(wrong) == former.id
    assert await standing_messages(office, new) == ["F4", "F2", "F4"]
    assert await standing_messages(office, former) == ["F2"]
    assert await letters(office) == [("UND-1", "queued"), ("UND-2", "queued")]


async def test_the_right_person_may_be_new_and_waits_for_the_national_side(office: Office):
    former, new = await office.practice(), await office.practice()
    wrong, wrong_number = await office.person(former)
    right_number = office.number()
    await office.send(office.acceptance(new, ANNA, wrong_number))
    answer = await act(office, CONFIRM, await propose(office, wrong_number, new, right_number))
    assert isinstance(answer, Done) and "Waiting for the national side" in answer.sentence
    assert await office.list_of(wrong) == former.id
    question = await office.one("select id from national_requests where state <> 'C' and kind = 'trace'")
    await take_answer(office.connection, office.context(), question, TraceAnswer("single", right_number))
    created = await office.one("select id from patients where nhs_number = :number", number=right_number)
    assert await office.list_of(created) == new.id and created != wrong


async def test_a_form_without_a_number_of_its_own_makes_somebody_without_one(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    await act(office, CONFIRM, await propose(office, wrong_number, new))
    made = "select count(*) from patients p join list_memberships m on m.patient_id = p.id where p.nhs_number is null"
    assert await office.one(made) == 1


async def test_an_acceptance_that_moved_nobody_is_taken_back_too(office: Office):
    new = await office.practice()
    wrong, wrong_number = await office.person(new)
    right, right_number = await office.person(None, like=OTHER_ANNA)
    outcome = await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    assert outcome.outcome == "already-there"
    await act(office, CONFIRM, await propose(office, wrong_number, new, right_number))
    assert await office.list_of(wrong) == new.id == await office.list_of(right)
    assert await office.one("select line_2 from patients where id = :id", id=wrong) == "12 Quillet Lane"
    asked = "select evidence -> 'changed_since' from anomalies where kind = 'taken-back-leaves-questions'"
    assert await office.one(asked) == ["doctor"]


async def test_two_people_look_at_it(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    matter = await propose(office, wrong_number, new)
    assert await propose(office, wrong_number, new) == matter
    assert isinstance(await act(office, CONFIRM, matter, by=office.context().actor), Impossible)
    assert isinstance(await act(office, CONFIRM, matter, version=4), Stale)
    assert isinstance(await act(office, DECLINE, matter, by=office.context().actor), Done)
    assert isinstance(await act(office, CONFIRM, matter, version=2), WrongState)
    assert await office.one("select count(*) from list_movements where reverses is not null") == 0


async def test_a_second_reversal_says_that_it_was_done(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    await act(office, CONFIRM, await propose(office, wrong_number, new))
    details = {"nhs_number": wrong_number, "practice": new.ods_code}
    again = await done(office.connection, office.context(), PROPOSE, **details)
    assert again.sentence == "It was taken back already."


async def test_whoever_moves_on_meanwhile_overtakes_it(office: Office):
    former, new = await office.practice(), await office.practice()
    third = await office.practice()
    wrong, wrong_number = await office.person(former)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    matter = await propose(office, wrong_number, new)
    office.on(office.today + timedelta(days=1))
    await office.send(office.acceptance(third, number=wrong_number))
    assert await state_of(office, matter) == "overtaken"
    details = {"nhs_number": wrong_number, "practice": new.ods_code}
    answer = await do(office.connection, office.context(), PROPOSE, **details)
    assert isinstance(answer, Impossible) and "stands in the way" in answer.sentence
    assert await office.list_of(wrong) == third.id


async def test_what_cannot_be_proposed_is_refused_by_field(office: Office):
    former, new = await office.practice(), await office.practice()
    _, number = await office.person(former)
    await office.person(None, like=OTHER_ANNA, number=(dead := office.number()), status="informal-dead")

    async def refusal(**details: object) -> tuple[str, str | None]:
        asked = {"nhs_number": number, "practice": new.ods_code, **details}
        answer = await do(office.connection, office.context(), PROPOSE, **asked)
        assert isinstance(answer, Impossible), answer
        return answer.sentence, answer.field

    assert (await refusal())[1] == "practice"
    await office.send(office.acceptance(new, number=number))
    assert (await refusal(right_number=number)) == ("This is a number of the wrong person.", "right_number")
    assert (await refusal(right_number="12"))[1] == "right_number"
    assert (await refusal(right_number=dead))[1] == "right_number"


async def test_a_mistyped_number_puts_the_form_onto_nobody(office: Office):
    former, new = await office.practice(), await office.practice()
    wrong, wrong_number = await office.person(former)
    alastair, his = await office.person(None, like=ALASTAIR)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    asked = {"nhs_number": wrong_number, "practice": new.ods_code}
    sentence, field = await refusal(office, **asked, right_number=his)
    assert field == "right_number"
    assert "sex: different" in sentence and "date of birth: different" in sentence and "forename" in sentence
    assert "Adams" not in sentence and "1952" not in sentence and his not in sentence
    assert await office.one("select count(*) from matters") == 0
    assert await office.list_of(wrong) == new.id and await office.list_of(alastair) is None


async def test_the_second_person_sees_the_number_and_how_the_form_agrees(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    right, right_number = await office.person(None, like=OTHER_ANNA)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    asked = {"nhs_number": wrong_number, "practice": new.ods_code, "right_number": right_number}
    first = await done(office.connection, office.context(), PROPOSE, **asked)
    assert first.data["right_number"] == right_number and first.data["in_the_register"]
    assert first.data["agreement"] == {
        "forename": "the same",
        "surname": "the same",
        "date of birth": "the same",
        "address": "the same address",
        "sex": "the same",
        "middle name": "the same, or a form of the same name",
    }
    # Whoever is to confirm types the number from the form, and is told the same.
    second = await done(office.connection, office.context(COLLEAGUE), PROPOSE, **asked)
    assert (second.id, second.data) == (first.id, first.data)
    facts = await office.one("select facts from matters where id = :id", id=first.id)
    assert facts["right_person"] == str(right) and right_number not in str(facts)
    assert facts["agreement"] == first.data["agreement"]


async def test_another_right_person_is_no_repetition(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    _, right_number = await office.person(None, like=OTHER_ANNA)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    asked = {"nhs_number": wrong_number, "practice": new.ods_code}
    matter = await propose(office, wrong_number, new, right_number)
    for other in (office.number(), None):
        sentence, field = await refusal(office, **asked, right_number=other)
        assert field == "right_number" and "decline" in sentence
    assert (await refusal(office, **{**asked, "practice": former.ods_code}, right_number=right_number))[1] == "practice"
    assert (await refusal(office, **asked, right_number=right_number, transaction=matter))[1] == "transaction"
    await act(office, CONFIRM, matter)
    again = await done(office.connection, office.context(), PROPOSE, **asked, right_number=right_number)
    assert again.sentence == "It was taken back already."
    sentence, field = await refusal(office, **asked, right_number=office.number())
    assert field == "right_number" and "another right person" in sentence


async def test_the_form_is_compared_again_when_it_is_confirmed(office: Office):
    former, new = await office.practice(), await office.practice()
    wrong, wrong_number = await office.person(former)
    right, right_number = await office.person(None, like=OTHER_ANNA)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    matter = await propose(office, wrong_number, new, right_number)
    moved = "update match_keys set sex = '1' where patient_id = $1"
    await office.connection.exec_driver_sql(moved, (right,))
    answer = await act(office, CONFIRM, matter)
    assert isinstance(answer, Impossible) and "sex: different" in answer.sentence
    assert answer.sentence.endswith("Decline it.")
    assert await office.list_of(wrong) == new.id and await state_of(office, matter) == "proposed"
    await office.connection.exec_driver_sql(moved.replace("'1'", "'2'"), (right,))
    await office.connection.exec_driver_sql("update patients set status = 'informal-dead' where id = $1", (right,))
    assert isinstance(await act(office, CONFIRM, matter), Impossible)
    assert isinstance(await act(office, DECLINE, matter), Done)


async def test_a_cancelled_acceptance_is_not_decided_anew_by_naming_somebody(office: Office):
    former, new = await office.practice(), await office.practice()
    _, wrong_number = await office.person(former)
    await office.send(office.acceptance(new, OTHER_ANNA, wrong_number))
    asked = {"nhs_number": wrong_number, "practice": new.ods_code}
    await done(office.connection, office.context(), CANCEL_ACCEPTANCE, **asked)
    sentence, field = await refusal(office, **asked, right_number=office.number())
    assert field == "practice" and "sends it again" in sentence


SAME = Comparison(
    Forename.EQUAL, Surname.EQUAL, DateOfBirth.EQUAL, Place.SAME_ADDRESS, SexAgreement.EQUAL, Number.DIFFERENT
)


@pytest.mark.parametrize(
    ("found", "against"),
    [
        (SAME, ()),
        (Comparison(), ()),
        (replace(SAME, sex=SexAgreement.DIFFERENT), ("sex",)),
        (replace(SAME, date_of_birth=DateOfBirth.ONE_SLIP), ()),
        (replace(SAME, date_of_birth=DateOfBirth.TWO_PARTS), ()),
        (replace(SAME, date_of_birth=DateOfBirth.SAME_YEAR), ("date of birth",)),
        (replace(SAME, date_of_birth=DateOfBirth.GENERATION), ("date of birth",)),
        (replace(SAME, surname=Surname.DIFFERENT), ()),
        (replace(SAME, surname=Surname.DIFFERENT, forename=Forename.INITIAL_ONLY), ("surname",)),
        (replace(SAME, surname=Surname.DIFFERENT, date_of_birth=DateOfBirth.ONE_SLIP), ("surname",)),
        (replace(SAME, surname=Surname.DIFFERENT, date_of_birth=None), ("surname",)),
        (replace(SAME, forename=Forename.SAME_INITIAL), ("forename",)),
        (replace(SAME, forename=Forename.MIDDLE_NAME), ()),
        (replace(SAME, place=Place.DIFFERENT), ()),
    ],
)
def test_what_speaks_clearly_against_the_right_person(found: Comparison, against: tuple[str, ...]) -> None:
    assert agreement_of(found).against == against and "NHS number" not in agreement_of(found).items
