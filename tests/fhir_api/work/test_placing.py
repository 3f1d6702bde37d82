"""Placing work: acceptances, deduction requests, removals, cancellations, and what is wrong with them."""

from typing import Any

import pytest

from registry.fhir_api.work.tasks.codes import INPUT, concept
from tests.fhir_api.conftest import code_of
from tests.fhir_api.population import ADA, ALONE, BELLA, ELSEWHERE, HERE, NOBODY, THERE
from tests.fhir_api.work.bodies import (
    a_cancellation,
    a_deduction,
    a_newcomer,
    a_removal,
    a_task,
    an_acceptance,
    an_input,
)
from tests.fhir_api.work.conftest import Work, words


async def test_an_acceptance_of_somebody_of_another_practice_is_done_at_once(work: Work):
    joan = a_newcomer(
        ELSEWHERE,
        name=[{"use": "usual", "family": "Ingham", "given": ["Joan"]}],
        birthDate="1950-03-04",
        address=[{"line": ["2 Dock Road", "Seaby"]}, {"use": "old", "line": ["2 Dock Road", "Seaby"]}],
    )

    task = await work.place(an_acceptance(patient=joan))

    assert words(task) == ("completed", "done")
    assert task["for"]["identifier"]["value"] == ELSEWHERE
    assert task["requester"]["identifier"]["value"] == HERE
    outputs = {each["type"]["coding"][0]["code"]: each for each in task["output"]}
    assert outputs["nhs-number"]["valueIdentifier"]["value"] == ELSEWHERE
    spell = outputs["registration"]["valueReference"]["reference"]
    assert (await work.get(spell))["status"] == "active"
    [(source, kinds)] = await work.fhir.rows(
        "select t.source, (select array_agg(m.kind order by m.id) from practice_messages m"
        " where m.transaction_id = t.id) from transactions t where t.id = :id",
        id=task["id"],
    )
    assert source == "fhir" and kinds == ["F4", "F2"]


async def test_somebody_unknown_is_waited_for_and_then_registered(work: Work):
    task = await work.place(an_acceptance(patient=a_newcomer(NOBODY)))

    assert words(task) == ("in-progress", "awaiting-number")
    assert task["restriction"]["period"]["end"]
    assert (await work.get(f"EpisodeOfCare/{task['id']}"))["status"] == "planned"


@pytest.mark.parametrize(
    ("number", "status"), [(ADA, "accepted"), (ELSEWHERE, "rejected"), (NOBODY, "rejected"), (ALONE, "rejected")]
)
async def test_a_deduction_request_waits_for_its_day_or_is_refused(work: Work, number: str, status: str):
    task = await work.place(a_deduction(number))

    assert task["status"] == status
    if status == "rejected":
        assert task["statusReason"]["text"]
    else:
        assert words(task) == ("accepted", "awaiting-letter") or words(task) == ("accepted", "awaiting-day")


async def test_a_removal_waits_for_its_letter(work: Work):
    assert words(await work.place(a_removal(BELLA))) == ("accepted", "awaiting-letter")


async def test_numbers_come_from_the_practices_own_series(work: Work):
    for number in (ADA, BELLA):
        await work.place(a_deduction(number))

    rows = await work.fhir.rows("select transaction_number from transactions where source = 'fhir' order by id")
    assert [number for (number,) in rows] == [1, 2]


async def test_what_waits_is_cancelled_at_the_practices_word(work: Work):
    task = await work.place(a_removal(BELLA))

    cancelled = await work.place(a_cancellation(task["id"]))

    assert words(cancelled) == ("completed", "done")
    assert cancelled["focus"]["reference"] == f"Task/{task['id']}"
    assert await work.task(task["id"]) == ("cancelled", "cancelled")


async def test_what_was_carried_out_only_the_office_takes_back(work: Work):
    task = await work.place(a_deduction(ADA, reason="1"))
    assert task["status"] == "completed"

    answer = await work.fhir.post("Task", a_cancellation(task["id"]))

    assert answer.status_code == 422 and code_of(answer) == "INVALID_STATE_TRANSITION"
    assert "only the office" in answer.json()["issue"][0]["diagnostics"]


async def test_nobody_cancels_the_work_of_another(work: Work):
    task = await work.place(a_removal(BELLA))

    assert (await work.fhir.post("Task", a_cancellation(task["id"], THERE), "there")).status_code == 404
    assert (await work.fhir.post("Task", a_cancellation(task["id"], THERE), "office")).status_code == 403


async def test_a_practice_places_for_itself_alone(work: Work):
    answer = await work.fhir.post("Task", a_removal(BELLA, THERE))

    assert answer.status_code == 403 and code_of(answer) == "ACCESS_DENIED"
    assert (await work.fhir.post("Task", a_removal(BELLA), "app-read")).status_code == 403
    assert (await work.fhir.post("Task", a_removal(BELLA), "app")).status_code == 201


def _nameless() -> dict[str, Any]:
    return {name: value for name, value in a_newcomer().items() if name != "name"}


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"status": "banana"}, "INVALID_VALUE", "status"),
    ({"status": "completed"}, "INVALID_VALUE", "status"),
    ({"intent": "plan"}, "INVALID_VALUE", "intent"),
    ({"code": None}, "MISSING_VALUE", "code"),
    ({"code": concept("urn:x", "acceptance")}, "INVALID_VALUE", "code/coding/0/system"),
    ({"requester": None}, "MISSING_VALUE", "requester"),
    ({"requester": {"display": "us"}}, "MISSING_VALUE", "requester/identifier/value"),
    ({"contained": []}, "MISSING_VALUE", "contained/0"),
    ({"contained": [_nameless()]}, "MISSING_VALUE", "contained/0/name"),
    ({"contained": [a_newcomer(gender="banana")]}, "INVALID_VALUE", "contained/0/gender"),
    ({"contained": [a_newcomer(birthDate="2030-01-01")]}, "INVALID_VALUE", "contained/0/birthDate"),
    ({"contained": [a_newcomer("9990000019")]}, "INVALID_VALUE", "contained/0/identifier/0/value"),
    ({"reasonCode": None}, "MISSING_VALUE", "reasonCode"),
    ({"input": [an_input("acceptance-date", valueDate="2026-11-02")]}, "MISSING_VALUE", "input/previous-gp-name"),
    ({"input": [an_input("previous-gp-name", valueString="DR X")]}, "MISSING_VALUE", "input/acceptance-date"),
    ({"input": [an_input("acceptance-date", valueDate="2026-11")]}, "INVALID_VALUE", "input/0/valueDate"),
    ({"input": [an_input("acceptance-date", valueString="x")]}, "INVALID_VALUE", "input/0/valueString"),
    ({"input": [{"type": concept(INPUT, "hat-size"), "valueString": "7"}]}, "INVALID_VALUE", "input/0/type"),
    ({"note": [{"text": "x"}]}, "ADDITIONAL_PROPERTIES", "note"),
    ({"banana": 1}, "ADDITIONAL_PROPERTIES", "banana"),
]
"""A change of an acceptance that is right, the code, and the field at fault."""


async def test_what_is_missing_or_wrong_is_told_by_its_field(work: Work):
    for change, code, field in WRONG:
        body = {name: value for name, value in {**an_acceptance(), **change}.items() if value is not None}

        answer = await work.fhir.post("Task", body)

        assert answer.status_code == 400, answer.text
        assert code_of(answer) == code, (change, answer.text)
        assert answer.json()["issue"][0]["expression"][0].startswith(field), (change, answer.text)
    assert await work.fhir.rows("select id from transactions where source = 'fhir'") == []


async def test_amendments_are_patches_of_the_patient(work: Work):
    answer = await work.fhir.post("Task", a_task("amendment", number=ADA))

    assert answer.status_code == 422 and "PATCH Patient" in answer.json()["issue"][0]["diagnostics"]


async def test_the_same_request_again_places_nothing_more(work: Work):
    headers: dict[str, str | None] = {"X-Request-ID": "5b8f6c1e-0000-4000-8000-000000000001"}

    answers = [await work.fhir.post("Task", a_removal(BELLA), headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await work.fhir.rows("select id from transactions where source = 'fhir'")) == 1
