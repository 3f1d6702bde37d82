"""Tasks and Communications as practices send them, complete; a test changes what it is about."""

from typing import Any

from registry.fhir_api.people.to_fhir import BIRTH_PLACE, NHS_NUMBER, ODS_CODE
from registry.fhir_api.work.tasks.codes import (
    ACCEPTANCE_CODE,
    ACCEPTANCE_TYPE,
    ANSWER,
    DEDUCTION_REASON,
    INPUT,
    WORK,
    concept,
)
from tests.fhir_api.population import HERE

Json = dict[str, Any]


def identified(system: str, value: str) -> Json:
    return {"identifier": {"system": system, "value": value}}


def an_input(name: str, **value: Any) -> Json:
    return {"type": concept(INPUT, name), **value}


def a_task(code: str, practice: str = HERE, number: str | None = None, **more: Any) -> Json:
    """A Task of a kind, placed by a practice."""
    task: Json = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": concept(WORK, code),
        "requester": identified(ODS_CODE, practice),
    }
    if number is not None:
        task["for"] = identified(NHS_NUMBER, number)
    return task | more


def a_newcomer(number: str | None = None, **more: Any) -> Json:
    """Somebody whom the register does not know."""
    patient: Json = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "usual", "family": "Marchbank", "given": ["Odile", "June"], "prefix": ["Mrs"]}],
        "gender": "female",
        "birthDate": "1971-06-18",
        "address": [
            {"use": "home", "line": ["", "7 Sorrel Way", "", "Otterford", ""], "postalCode": "ZX3 2AA"},
            {"use": "old", "line": ["4 Palm Close", "Hexton"]},
        ],
        "extension": [{"url": BIRTH_PLACE, "valueAddress": {"city": "Hexton"}}],
    }
    if number is not None:
        patient["identifier"] = [{"system": NHS_NUMBER, "value": number}]
    return patient | more


def an_acceptance(
    practice: str = HERE, patient: Json | None = None, type_: str = "3", code: str = "A", **more: Any
) -> Json:
    """A transfer in, complete."""
    coding = [{"system": ACCEPTANCE_TYPE, "code": type_}, {"system": ACCEPTANCE_CODE, "code": code}]
    usual: Json = {
        "contained": [a_newcomer() if patient is None else patient],
        "focus": {"reference": "#p1"},
        "reasonCode": {"coding": coding},
        "input": [
            an_input("acceptance-date", valueDate="2026-11-02"),
            an_input("previous-gp-name", valueString="DR BLACKTHORN"),
        ],
    }
    return a_task("acceptance", practice, **{**usual, **more})


def a_deduction(number: str, practice: str = HERE, reason: str = "13", on: str = "2026-11-02", **more: Any) -> Json:
    """A request that somebody be deducted."""
    usual: Json = {
        "reasonCode": concept(DEDUCTION_REASON, reason),
        "input": [an_input("deduction-date", valueDate=on)],
    }
    return a_task("deduction-request", practice, number, **{**usual, **more})


def a_removal(number: str, practice: str = HERE, text: str = "NOW LIVES IN SEABY") -> Json:
    """Somebody moved out of the area."""
    return a_task("removal", practice, number, input=[an_input("free-text", valueString=text)])


def a_cancellation(task_id: str, practice: str = HERE) -> Json:
    """The work of a Task is no longer wanted."""
    return a_task("cancellation-request", practice, focus={"reference": f"Task/{task_id}"})


def a_saying(task_id: str, text: str = "SEEN HERE LAST WEEK", question: str | None = None, **more: Any) -> Json:
    """What a practice says in a query; an answer, where it names the question."""
    said: Json = {
        "resourceType": "Communication",
        "status": "completed",
        "partOf": [{"reference": f"Task/{task_id}"}],
        "payload": [{"contentString": text}],
    }
    if question is not None:
        said["inResponseTo"] = [{"reference": f"Communication/{question}"}]
    return said | more


def a_status(status: str, reason: str | None = None) -> list[Json]:
    """A patch of a Task's status."""
    patches: list[Json] = [{"op": "replace", "path": "/status", "value": status}]
    if reason is not None:
        patches.append({"op": "add", "path": "/statusReason", "value": concept(ANSWER, reason)})
    return patches
