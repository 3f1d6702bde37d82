"""The practice's number of a request: answered the same however often it is sent, and acted on once."""

import asyncio
from datetime import date
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import text

from registry.links.partners import Partner, directory_of
from tests.links.facade import bodies
from tests.links.facade.conftest import Door
from tests.support.office import Office


async def test_the_same_number_and_body_give_the_same_answer(door: Door):
    body = bodies.acceptance(door.practice)
    answers = [await door.post("acceptance", body, ConversationId="our-7") for _ in range(3)]
    assert {(each.status_code, each.headers["OperationId"], each.headers["ConversationId"]) for each in answers} == {
        (202, answers[0].headers["OperationId"], "our-7")
    }
    assert (await door.count("transactions"), await door.count("facade_requests"), await door.drawn()) == (1, 1, 1)


async def test_blanks_and_the_order_of_keys_make_no_other_body(door: Door):
    body = bodies.acceptance(door.practice)
    spaced = orjson.dumps(dict(reversed(body.items())), option=orjson.OPT_INDENT_2)
    first = await door.post("acceptance", body, ConversationId="our-7")
    second = await door.post("acceptance", spaced, ConversationId="our-7")
    assert first.headers["OperationId"] == second.headers["OperationId"]
    assert await door.count("transactions") == 1


async def test_the_same_number_with_another_body_is_refused(door: Door):
    await door.post("acceptance", bodies.acceptance(door.practice), ConversationId="our-7")
    others = [
        await door.post("acceptance", bodies.acceptance(door.practice, acceptanceCode="R"), ConversationId="our-7"),
        await door.post("removal", bodies.removal(door.practice), ConversationId="our-7"),
        await door.patch(bodies.NUMBER, bodies.amendment(door.practice), ConversationId="our-7"),
    ]
    for answer in others:
        assert answer.status_code == 409
        assert answer.json()["issue"][0]["code"] == "conflict"
        assert "ConversationId" in answer.json()["issue"][0]["details"]["text"]
    assert (await door.count("transactions"), await door.drawn()) == (1, 1)


async def test_the_same_body_for_another_operation_is_another_request(door: Door):
    """A body that would do for both is told apart by where it went."""
    both = bodies.parameters(
        door.practice,
        bodies.identified(bodies.NUMBER),
        freeText="GONE",
        dateOfDeduction="2026-10-30",
        deductionReasonCode="13",
    )
    assert (await door.post("removal", both, ConversationId="our-7")).status_code == 202
    assert (await door.post("deduction", both, ConversationId="our-7")).status_code == 409


async def test_without_a_number_every_request_is_new(door: Door):
    body = bodies.acceptance(door.practice)
    answers = [await door.post("acceptance", body) for _ in range(2)]
    assert len({each.headers["OperationId"] for each in answers}) == 2
    assert len({each.headers["ConversationId"] for each in answers}) == 2
    assert await door.count("transactions") == 2


async def test_numbers_are_each_practices_own(door: Door):
    await door.post("removal", bodies.removal(door.practice), ConversationId="our-7")
    answer = await door.post(
        "removal", bodies.removal(door.neighbour), token=door.neighbour_token, ConversationId="our-7"
    )
    assert answer.status_code == 202
    assert await door.count("facade_requests") == 2


async def test_a_request_that_was_refused_leaves_its_number_free(door: Door):
    wrong = bodies.without(bodies.removal(door.practice), "freeText")
    assert (await door.post("removal", wrong, ConversationId="our-7")).status_code == 400
    assert (await door.post("removal", bodies.removal(door.practice), ConversationId="our-7")).status_code == 202
    assert await door.drawn() == 1


@pytest.mark.parametrize("known", [True, False])
async def test_twenty_at_once_under_one_number_are_one(door: Door, office: Office, known: bool):
    number = bodies.NUMBER
    if known:
        _, number = await office.person(door.neighbour)
        await office.connection.commit()
    body = bodies.acceptance(door.practice, number)
    answers = await asyncio.gather(*(door.post("acceptance", body, ConversationId="our-7") for _ in range(20)))
    assert {each.status_code for each in answers} == {202}
    assert len({each.headers["OperationId"] for each in answers}) == 1
    assert (await door.count("transactions"), await door.count("facade_requests")) == (1, 1)
    assert await door.count("list_movements where reason like 'acceptance%'") == int(known)


async def test_twenty_at_once_under_numbers_of_their_own_register_one_person_once(door: Door, office: Office):
    patient_id, number = await office.person(door.neighbour)
    await office.connection.commit()
    body = bodies.acceptance(door.practice, number)
    answers = await asyncio.gather(*(door.post("acceptance", body) for _ in range(20)))
    assert {each.status_code for each in answers} == {202}
    assert len({each.headers["OperationId"] for each in answers}) == 20
    assert await office.list_of(patient_id) == door.practice.id
    assert await door.count("list_movements where reason like 'acceptance%'") == 1
    assert await door.count("practice_messages where kind = 'F4'") == 20
    assert await door.count("practice_messages where kind = 'F2'") == 1


async def test_opposite_transfers_at_once_leave_one_list_and_no_error(door: Door, office: Office):
    people = [await office.person(door.neighbour if place % 2 else door.practice) for place in range(6)]
    await office.connection.commit()
    requests = [
        door.send(
            "POST",
            "/fhir/Patient/$nhais.acceptance",
            bodies.acceptance(practice, number, accepted_on=date(2026, 10, 20 + each)),
            token=door.office_token,
        )
        for each in range(4)
        for _, number in people
        for practice in (door.practice, door.neighbour)
    ]
    answers = await asyncio.gather(*requests)
    assert {each.status_code for each in answers} == {202}
    assert await door.count("list_memberships where upper_inf(period)") == len(people)


async def test_a_conflict_with_others_is_tried_again_and_then_told(door: Door, monkeypatch: pytest.MonkeyPatch):
    from registry.links.facade import submit

    attempts = 0

    async def overtaken(connection: object, *_: object) -> None:
        nonlocal attempts
        attempts += 1
        raising = "do $$ begin raise exception 'overtaken' using errcode = '40001'; end $$"
        await connection.execute(text(raising))  # pyright: ignore[reportAttributeAccessIssue]

    monkeypatch.setattr(submit, "consider", overtaken)
    answer = await door.post("removal", bodies.removal(door.practice), ConversationId="our-7")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["issue"][0]["code"] == "transient"
    assert attempts == submit.ATTEMPTS
    assert await door.count("facade_requests") == 0
    monkeypatch.undo()
    assert (await door.post("removal", bodies.removal(door.practice), ConversationId="our-7")).status_code == 202


async def test_another_fault_of_the_database_is_not_tried_again(door: Door, monkeypatch: pytest.MonkeyPatch):
    from registry.links.facade import submit

    attempts = 0

    async def broken(connection: object, *_: object) -> None:
        nonlocal attempts
        attempts += 1
        await connection.execute(text("select 1 / 0"))  # pyright: ignore[reportAttributeAccessIssue]

    monkeypatch.setattr(submit, "consider", broken)
    answer = await door.post("removal", bodies.removal(door.practice))
    assert (answer.status_code, attempts) == (400, 1)
    assert await door.count("facade_requests") == 0


async def test_a_practice_that_is_no_longer_what_is_remembered(door: Door):
    """Taken away or made anew a moment ago: nothing is done, and the next request finds out."""
    gone = Partner(uuid4(), "Y99999", "GONE", door.practice.cipher)
    renewed = Partner(uuid4(), door.practice.ods_code, door.practice.partner_code, door.practice.cipher)
    for remembered, then in ((gone, 400), (renewed, 202)):
        directory_of(door.database.engine).put(remembered)
        body = bodies.with_text(bodies.removal(door.practice), "gpTradingPartnerCode", remembered.code)
        answers = [
            await door.send("POST", "/fhir/Patient/$nhais.removal", body, token=door.office_token) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [503, then]
    assert await door.count("transactions") == 1
    assert await door.count("pg_sequences where sequencename like 'facade_number_%'") == 2
