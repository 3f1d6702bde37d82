"""Queries to practices: asked, said, answered, overdue, closed; and what no order of saying breaks."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.monitoring.check import check
from registry.transactions.acts.act import Done, Impossible, Stale, WrongState
from registry.transactions.due.matters import matter_falls_due
from registry.transactions.matters.in_hand import take_in_hand
from registry.transactions.queries.acts import QUERY_ACTS
from registry.transactions.queries.machine import OPEN, QUERY
from registry.transactions.queries.rules import text_fault
from registry.transactions.queries.say import Said, Saying, Unsaid, say
from tests.support.acts import do, done
from tests.support.office import Office

ASK, ASK_AGAIN, NOTE_ANSWER, CLOSE, WITHDRAW = QUERY_ACTS.acts


async def asked(office: Office, **more: Any) -> tuple[UUID, UUID]:
    """A query and its question."""
    practice = await office.practice()
    details = {"practice": practice.ods_code, "question": "ARE YOU THERE?", **more}
    made = await done(office.connection, office.context(), ASK, **details)
    assert made.id is not None
    return made.id, UUID(str(made.data["question"]))


async def say_as_practice(office: Office, query: UUID, question: UUID | None, words: str = "YES") -> Said | Unsaid:
    work = await take_in_hand(office.connection, office.context(), query)
    assert work is not None
    said = await say(work, Saying(words, False, question))
    await work.writes.flush(office.connection)
    return said


async def state(office: Office, query: UUID) -> str:
    return await office.one("select state from matters where id = :id", id=query)


async def test_several_practices_may_be_asked_about_one_person(office: Office):
    _, number = await office.person()
    first, _ = await asked(office, nhs_number=number)
    second, _ = await asked(office, nhs_number=number)
    assert [await state(office, each) for each in (first, second)] == ["asked", "asked"]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"practice": "Y99999"}, "practice"),
        ({"nhs_number": "9990000019"}, "nhs_number"),
        ({"question": "CAFÉ?"}, "question"),
        ({"question": "X" * 1001}, "question"),
    ],
)
async def test_what_cannot_be_asked_is_not(office: Office, details: dict[str, str], field: str):
    practice = await office.practice()
    wanted = {"practice": practice.ods_code, "question": "ARE YOU THERE?", **details}
    answer = await do(office.connection, office.context(), ASK, **wanted)
    assert isinstance(answer, Impossible) and answer.field == field
    assert await office.one("select count(*) from matters") == 0


async def test_only_what_was_answered_is_closed(office: Office):
    query, question = await asked(office)
    refused = await do(office.connection, office.context(), CLOSE, id=query, version=1)
    assert isinstance(refused, WrongState) and refused.allowed == ("answered",)
    assert isinstance(await say_as_practice(office, query, question), Said)
    stale = await do(office.connection, office.context(), CLOSE, id=query, version=1)
    assert isinstance(stale, Stale)
    assert isinstance(await do(office.connection, office.context(), CLOSE, id=query, version=2), Done)
    assert isinstance(await say_as_practice(office, query, question), Unsaid)


async def test_an_answer_names_a_question_of_the_same_query(office: Office):
    query, _ = await asked(office)
    _, other = await asked(office)
    said = await say_as_practice(office, query, other)
    assert isinstance(said, Unsaid) and said.field == "in_response_to"


async def test_the_clock_makes_it_overdue_once_and_then_it_rises(office: Office):
    query, _ = await asked(office)
    office.on(date(2026, 11, 17))
    assert await matter_falls_due(office.connection, office.context(), query) == "query overdue"
    office.on(date(2026, 11, 20))
    await matter_falls_due(office.connection, office.context(), query)
    assert await state(office, query) == "overdue"
    assert await office.one("select priority from matters where id = :id", id=query) == 1


async def test_the_database_keeps_what_the_code_promises(office: Office):
    query, question = await asked(office)
    insert = (
        "insert into query_messages (id, matter_id, number, from_office, practice_id, in_response_to, text, sent_at)"
        " select gen_random_uuid(), id, :number, :office, practice_id, :question, :words, now() from matters"
        " where id = :query"
    )
    good: dict[str, Any] = {"number": 2, "office": False, "question": None, "words": "X", "query": query}
    for wrong in ({"words": " "}, {"number": 1}, {"number": 0}, {"office": True, "question": question}):
        with pytest.raises(IntegrityError):
            async with office.connection.begin_nested():
                await office.connection.execute(text(insert), good | wrong)


@given(st.text(max_size=40), st.integers(1, 30))
def test_a_text_is_carried_or_has_a_fault(words: str, longest: int):
    fault = text_fault(words, longest)
    if fault is None:
        assert words.strip().isascii() and 0 < len(words.strip()) <= longest and words.strip().isprintable()
    else:
        assert fault


STEPS = st.lists(st.sampled_from(["answer", "remark", "ask", "close", "withdraw", "due"]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_no_order_of_saying_breaks_an_invariant(office: Office, steps: list[str]):
    query, question = await asked(office)
    for step in steps:
        version = await office.one("select version from matters where id = :id", id=query)
        details: dict[str, Any] = {"id": query, "version": version, "reason": "so it is"}
        match step:
            case "answer" | "remark":
                await say_as_practice(office, query, question if step == "answer" else None)
            case "ask":
                await do(office.connection, office.context(), ASK_AGAIN, **details, question="AND NOW?")
            case "close" | "withdraw":
                await do(office.connection, office.context(), CLOSE if step == "close" else WITHDRAW, **details)
            case _:
                now = await state(office, query)
                if now in OPEN:
                    due: Any = await office.one("select due_at from matters where id = :id", id=query)
                    office.later(due)
                    await matter_falls_due(office.connection, office.context(), query)
    assert await state(office, query) in {stage.name for stage in QUERY.stages}
    assert await check(office.connection) == []
