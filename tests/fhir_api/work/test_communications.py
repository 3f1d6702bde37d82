"""Queries: asked by the office, answered by the practice's Communication, closed by nothing else."""

from datetime import date
from typing import Any

import pytest

from registry.fhir_api.people.to_fhir import ODS_CODE as ODS
from registry.transactions.acts.act import Impossible
from registry.transactions.queries.acts import QUERY_ACTS
from tests.fhir_api.conftest import code_of
from tests.fhir_api.population import BELLA, CARYS, HERE, RESTRICTED, THERE
from tests.fhir_api.work.bodies import a_removal, a_saying, a_status
from tests.fhir_api.work.conftest import Work, words
from tests.support.acts import do

ASK, ASK_AGAIN, NOTE_ANSWER, CLOSE, WITHDRAW = QUERY_ACTS.acts


async def asked(work: Work, **more: Any) -> tuple[str, str]:
    """A query to HERE: the id of its Task, and of its question."""
    details = {"practice": HERE, "nhs_number": BELLA, "question": "DOES SHE LIVE AT 5 FULLER STREET?"}
    made = await work.act(ASK, **{**details, **more})
    return str(made.id), str(made.data["question"])


async def test_a_query_is_read_answered_and_closed(work: Work):
    task_id, question = await asked(work)
    task = await work.get(f"Task/{task_id}")
    assert words(task) == ("requested", "awaiting-practice")
    assert task["owner"]["identifier"]["value"] == HERE and task["description"].startswith("DOES SHE")

    received = await work.patch(task_id, a_status("received"))
    assert words(received.json()) == ("received", "awaiting-practice")
    said = await work.fhir.post("Communication", a_saying(task_id, question=question))

    assert said.status_code == 201, said.text
    assert await work.task(task_id) == ("in-progress", "answered")
    answer, first = await work.found(f"Communication?part-of=Task/{task_id}")
    assert first["id"] == question and first["sender"]["display"] == "Registration office"
    assert answer["id"] == said.json()["id"] and answer["sender"]["identifier"]["value"] == HERE
    assert answer["inResponseTo"] == [{"reference": f"Communication/{question}", "type": "Communication"}]
    await work.act(CLOSE, id=task_id, version=3)
    assert await work.task(task_id) == ("completed", "closed")
    assert await work.office.breaches() == []


async def test_only_an_answer_to_the_question_answers(work: Work):
    task_id, question = await asked(work)
    other, _ = await asked(work, nhs_number=CARYS)

    remark = await work.fhir.post("Communication", a_saying(task_id, "WE SHALL ASK HER"))
    wrong = await work.fhir.post("Communication", a_saying(other, question=question))
    completed = await work.patch(task_id, a_status("completed"))

    assert remark.status_code == 201 and await work.task(task_id) == ("requested", "awaiting-practice")
    assert wrong.status_code == 400 and wrong.json()["issue"][0]["expression"] == ["inResponseTo/0/reference"]
    assert completed.status_code == 422 and "Communication" in completed.json()["issue"][0]["diagnostics"]


async def test_without_an_answer_it_is_overdue_and_can_still_be_answered(work: Work):
    task_id, question = await asked(work)
    work.office.on(date(2026, 11, 17))
    await work.office.fall_due()
    assert await work.task(task_id) == ("in-progress", "overdue")

    assert (await work.fhir.post("Communication", a_saying(task_id, question=question))).status_code == 201

    assert await work.task(task_id) == ("in-progress", "answered")


async def test_the_office_asks_once_more_and_takes_back(work: Work):
    task_id, question = await asked(work)
    await work.fhir.post("Communication", a_saying(task_id, question=question))

    again = await work.fhir.post("Communication", a_saying(task_id, "AND SINCE WHEN?"), "office")
    assert again.status_code == 201 and await work.task(task_id) == ("requested", "awaiting-practice")
    await work.act(WITHDRAW, id=task_id, version=3, reason="found in the records")

    assert await work.task(task_id) == ("cancelled", "withdrawn")
    late = await work.fhir.post("Communication", a_saying(task_id, question=again.json()["id"]))
    assert late.status_code == 422 and code_of(late) == "INVALID_STATE_TRANSITION"


async def test_what_a_practice_said_by_telephone_is_noted(work: Work):
    task_id, question = await asked(work)

    details = {"question_id": question, "answer": "SHE DOES", "told_by": "reception"}
    await work.act(NOTE_ANSWER, id=task_id, version=1, **details)

    assert await work.task(task_id) == ("in-progress", "answered")


@pytest.mark.parametrize("text", ["", "   ", "SHE LIVES AT CAFÉ ROW", "x" * 1001, "A\nB", "SMILE \U0001f600"])
async def test_a_text_that_gp_links_does_not_carry_is_refused(work: Work, text: str):
    task_id, question = await asked(work)

    answer = await work.fhir.post("Communication", a_saying(task_id, text, question))

    assert answer.status_code == 400, answer.text
    assert await work.fhir.rows("select count(*) from query_messages") == [(1,)]


async def test_a_communication_is_about_a_query_of_ones_own(work: Work):
    task_id, question = await asked(work)
    removal = await work.place(a_removal(CARYS))
    refusals = [
        (a_saying(task_id, question=question), "there", 404),
        (a_saying(removal["id"]), "staff", 422),
        (a_saying(task_id, partOf=[]), "staff", 400),
        (a_saying(task_id, payload=[]), "staff", 400),
        (a_saying(task_id, status="banana"), "staff", 400),
        (a_saying(task_id, status="in-progress"), "staff", 400),
        (a_saying(task_id, topic={"text": "x"}), "staff", 400),
        (a_saying("not-an-id"), "staff", 400),
        (a_saying(task_id, sender={"identifier": {"system": ODS, "value": THERE}}), "staff", 403),
        (a_saying(task_id), "app-read", 403),
    ]

    for body, who, status in refusals:
        answer = await work.fhir.post("Communication", body, who)
        assert answer.status_code == status, answer.text
    assert (await work.fhir.get(f"Communication/{question}", "there")).status_code == 404
    assert await work.found("Communication", "there") == []
    assert await work.fhir.rows("select count(*) from query_messages") == [(1,)]


async def test_nothing_is_asked_in_writing_about_somebody_protected(work: Work):
    async with work.office.at_work() as office:
        details = {"practice": HERE, "nhs_number": RESTRICTED, "question": "WHERE DOES HE LIVE?"}
        refused = await do(office.connection, office.context(), ASK, **details)
    assert isinstance(refused, Impossible) and "ring" in refused.sentence

    task_id, question = await asked(work)
    async with work.office.at_work() as office:
        await office.connection.exec_driver_sql(f"update patients set restricted = true where nhs_number = '{BELLA}'")
    said = await work.get(f"Communication/{question}", "office")
    assert "payload" not in said and said["recipient"] == [
        {"type": "Organization", "display": "A practice that is not told"}
    ]
    shown = await work.get(f"Task/{task_id}", "office")
    assert HERE not in str(shown) and "FULLER" not in str(shown)
    assert await work.found(f"Communication?recipient={HERE}", "office") == []
    assert await work.found(f"Task?owner={HERE}", "office") == []
    assert [each["id"] for each in await work.found(f"Task?owner={HERE}")] == [task_id]
