"""Asking who somebody is, why two are alike, and why a decision was as it was; and what is never told."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.finding.explain_pair import NOBODY, Unknown, explain_pair
from registry.transactions.finding.find import find
from registry.transactions.finding.replay_stored import replay_stored
from registry.values.address import Address
from registry.values.clock import FixedClock
from registry.values.person import Demographics, Name, Sex
from tests.support.office import ANNA, Office

FATHER = Demographics(
    Name("Harrowgate", "John"), Sex.MALE, date(1958, 5, 17), address=ANNA.address, place_of_birth="NETHERMOOR"
)
SON = replace(FATHER, date_of_birth=date(1988, 11, 2))
ELSEWHERE = Address(("", "3 Former Street", "", "Oldtown", ""), "QP1 1AA")


@pytest_asyncio.fixture
async def office(connection: AsyncConnection, clock: FixedClock) -> Office:
    return Office(connection, clock)


async def test_somebody_known_is_found_with_the_steps_that_lead_there(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice)
    found = await find(office.connection, ANNA)
    assert (found.answer["outcome"], found.patient_ids) == ("certain", (patient_id,))
    [candidate] = found.answer["candidates"]
    assert (candidate["grade"], candidate["protected"]) == ("certain", False)
    assert candidate["person"]["nhs_number"] == number and candidate["person"]["practice"] == practice.ods_code
    steps = {step["step"]: step["weight"] for step in candidate["waterfall"]}
    parts = [weight for step, weight in steps.items() if step not in ("score", "threshold", "guard")]
    assert sum(parts) == pytest.approx(steps["score"]) == pytest.approx(candidate["score"], abs=0.001)
    assert 0.999 < candidate["probability"] < 1


async def test_a_son_is_not_his_father(office: Office):
    await office.person(like=FATHER)
    found = await find(office.connection, SON)
    assert found.answer["outcome"] != "certain"
    assert all(each["grade"] != "certain" for each in found.answer["candidates"])


async def test_nobody_comes_near(office: Office):
    await office.person()
    found = await find(office.connection, Demographics(Name("Ashdown", "Peter"), Sex.MALE, date(1999, 1, 2)))
    assert (found.answer["outcome"], found.answer["candidates"], found.patient_ids) == ("none", [], ())


async def test_what_says_nothing_is_said(office: Office):
    absurd = Demographics(
        Name("Ж" * 300, "BABY", "XX"), Sex.UNKNOWN, date(1900, 1, 1), "0101010006", address=Address.of([], "?")
    )
    found = await find(office.connection, absurd)
    told = {each["field"] for each in found.answer["not_used"]}
    assert told == {"surname", "forename", "middle name", "date of birth", "sex", "NHS number", "postcode"}
    assert found.answer["outcome"] == "none"


async def test_of_somebody_protected_only_that_somebody_fits(office: Office):
    practice = await office.practice()
    patient_id, number = await office.person(practice, restricted=True)
    found = await find(office.connection, replace(ANNA, number=number))
    assert found.answer["candidates"] == [{"protected": True, "grade": "certain"}]
    assert found.patient_ids == (patient_id,), "that it was told is audited"


async def test_no_question_about_places_finds_out_where_somebody_protected_lives(office: Office):
    """The answer is the same for the right place, the right district, a wrong place and none."""
    await office.person(restricted=True)
    places = [ANNA.address, Address.of(["", "1 Other Road"], "ZX4 7QQ"), ELSEWHERE, Address()]
    for asked in (ANNA, replace(ANNA, date_of_birth=None), replace(ANNA, name=Name("Harrowgate", "A"))):
        told = [(await find(office.connection, replace(asked, address=place))).answer for place in places]
        told += [(await find(office.connection, replace(asked, previous_address=place))).answer for place in places]
        facts = [{name: value for name, value in each.items() if name != "not_used"} for each in told]
        assert all(each == facts[0] for each in facts)


async def test_who_is_kept_apart_is_compared_with_nobody(office: Office):
    _, number = await office.person(apart=True)
    _, other = await office.person(like=replace(ANNA, address=ELSEWHERE))
    found = await find(office.connection, ANNA)
    assert [each["person"]["nhs_number"] for each in found.answer["candidates"]] == [other]
    explained = await explain_pair(office.connection, number, other)
    assert explained == Unknown(NOBODY, "first")
    assert explained == await explain_pair(office.connection, office.number(), other), "as of a number nobody has"


async def test_a_pair_is_explained_alike_from_either_side(office: Office):
    _, one = await office.person(like=FATHER)
    _, other = await office.person(like=SON)
    there, back = await explain_pair(office.connection, one, other), await explain_pair(office.connection, other, one)
    assert not isinstance(there, Unknown) and not isinstance(back, Unknown)
    assert [each["weights"] for each in there.answer["explanations"]] == ["batch", "incoming"]
    for mine, theirs in zip(there.answer["explanations"], back.answer["explanations"], strict=True):
        assert mine == theirs
        assert mine["outcome"] != "certain"


async def test_the_places_of_a_protected_pair_are_left_out(office: Office):
    _, one = await office.person(restricted=True)
    _, other = await office.person()
    explained = await explain_pair(office.connection, one, other)
    assert not isinstance(explained, Unknown) and explained.answer["places_left_out"]
    for each in explained.answer["explanations"]:
        assert [step["level"] for step in each["waterfall"] if step["step"] == "address"] == [None]


@pytest.mark.parametrize(("first", "malformed"), [("123", True), ("9999999999", True), ("0101010006", True)])
async def test_what_is_no_number_is_said(office: Office, first: str, malformed: bool):
    explained = await explain_pair(office.connection, first, office.number())
    assert isinstance(explained, Unknown) and (explained.field, explained.is_malformed) == ("first", malformed)


async def test_one_record_is_no_pair(office: Office):
    _, number = await office.person()
    explained = await explain_pair(office.connection, number, number)
    assert isinstance(explained, Unknown) and explained.field == "second"


async def test_a_decision_is_replayed_to_the_same(office: Office):
    practice = await office.practice()
    await office.person(like=FATHER)
    outcome = await office.send(office.acceptance(practice, like=SON))
    replayed = await replay_stored(office.connection, outcome.transaction_id)
    assert replayed is not None
    for told in replayed.answer["decisions"]:
        assert told["is_same"] and told["model_at_hand"] and told["outcome_again"] == told["outcome"]
        for candidate in told["candidates"]:
            assert candidate["score_again"] == pytest.approx(candidate["score"], abs=1e-4)
    by_id = await replay_stored(office.connection, replayed.answer["decisions"][0]["id"])
    assert by_id is not None and by_id.answer["decisions"][0] == replayed.answer["decisions"][0]
    assert await replay_stored(office.connection, uuid4()) is None


async def test_a_model_that_is_gone_is_said(office: Office):
    practice = await office.practice()
    await office.person(like=FATHER)
    outcome = await office.send(office.acceptance(practice, like=SON))
    await office.connection.execute(text("update match_decisions set model_version = 'of-old'"))
    replayed = await replay_stored(office.connection, outcome.transaction_id)
    assert replayed is not None
    told = replayed.answer["decisions"][0]
    assert not told["model_at_hand"] and "no longer at hand" in told["sentence"]
    assert all(candidate["score_again"] is None for candidate in told["candidates"])


async def test_a_decision_with_somebody_protected_is_not_taken_again(office: Office):
    practice = await office.practice()
    patient_id, _ = await office.person(like=FATHER)
    outcome = await office.send(office.acceptance(practice, like=SON))
    await office.connection.execute(text("update patients set restricted = true"))
    replayed = await replay_stored(office.connection, outcome.transaction_id)
    assert replayed is not None and patient_id not in replayed.patient_ids
    told = replayed.answer["decisions"][0]
    assert (told["candidates"], told["candidates_left_out"], told["is_same"]) == ([], True, None)
