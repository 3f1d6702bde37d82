"""A row of work as a Task."""

from collections.abc import Mapping
from typing import Any

from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import NHS_NUMBER
from registry.fhir_api.work import references
from registry.fhir_api.work.tasks.codes import (
    ACCEPTANCE_CODE,
    ACCEPTANCE_TYPE,
    BUSINESS_STATUS,
    CASE_KIND,
    CODES,
    DEDUCTION_REASON,
    FP69_REASON,
    INPUT,
    OUTPUT,
    WORK,
    concept,
)
from registry.fhir_api.work.tasks.inputs import DATES, TEXTS
from registry.fhir_api.work.tasks.states import STATES, TaskState
from registry.values.nhs_number import NHSNumber

Row = Mapping[str, Any]


def task_resource(row: Row, own_code: str | None) -> Json:
    """The Task of a row of `store.find_tasks`. `own_code` is the caller's practice, None for the office."""
    code = CODES[row["code"]]
    state = STATES[row["code"]][row["state"]]
    task: Json = {
        "resourceType": "Task",
        "id": str(row["id"]),
        "meta": {"versionId": str(row["version"]), "lastUpdated": references.instant(row["changed_at"])},
        "status": state.status,
        "businessStatus": concept(BUSINESS_STATUS, state.business),
        "intent": code.intent,
        "code": concept(WORK, row["code"], code.display),
    }
    parts: Json = {
        "identifier": _identifiers(row),
        "focus": _focus(row),
        "for": references.person(row["nhs_number"]) or references.person(_written(row), known=False),
        "authoredOn": references.instant(row["opened_at"]),
        "lastModified": references.instant(row["changed_at"]),
        "requester": _requester(row, own_code),
        "owner": _owner(row, state, own_code),
        "reasonCode": _reason(row),
        "description": _description(row),
        "restriction": _restriction(row, state),
        "statusReason": _status_reason(row),
        "input": _inputs(row),
        "output": _outputs(row, state),
    }
    return task | {name: part for name, part in parts.items() if part}


def _written(row: Row) -> str | None:
    """The number that a form named, where it is one: whatever else was written there is told to nobody."""
    number = NHSNumber.parse(row["number_written"] or "")
    return None if number is None else number.value


def _identifiers(row: Row) -> list[Json]:
    operation = row["more"].get("operation")
    return [{"system": f"{WORK}-operation", "value": operation}] if operation else []


def _focus(row: Row) -> Json | None:
    earlier = row["more"].get("earlier")
    if row["code"] == "cancellation-request" and earlier:
        return {"reference": f"Task/{earlier}", "type": "Task"}
    return references.person(row["nhs_number"])


def _requester(row: Row, own_code: str | None) -> Json:
    more = row["more"]
    if CODES[row["code"]].source != "transactions" or (more["kind"] == "particulars" and more["source"] != "fhir"):
        return references.OFFICE
    return references.practice(row["placed_by"] or own_code)


def _owner(row: Row, state: TaskState, own_code: str | None) -> Json:
    return references.practice(row["asked_of"] or own_code) if state.owner == "practice" else references.OFFICE


def _reason(row: Row) -> Json | None:
    command: Json = row["more"].get("command") or {}
    match row["code"]:
        case "acceptance":
            given = {ACCEPTANCE_TYPE: command.get("acceptance_type"), ACCEPTANCE_CODE: command.get("acceptance_code")}
            coding = [{"system": system, "code": code} for system, code in given.items() if code]
            return {"coding": coding} if coding else None
        case "deduction-request" if command.get("reason"):
            return concept(DEDUCTION_REASON, command["reason"])
        case "deduction" if (row["more"].get("content") or {}).get("deduction_reason"):
            return concept(DEDUCTION_REASON, str(row["more"]["content"]["deduction_reason"]))
        case "fp69" if row["more"].get("code"):
            return concept(FP69_REASON, str(row["more"]["code"]))
        case "anomaly" | "possible-duplicate":
            return concept(CASE_KIND, row["more"]["kind"])
        case _:
            return None


def _description(row: Row) -> str | None:
    """The sentence of a case, which the office alone reads; the question of a query."""
    return row["more"].get("sentence") if CODES[row["code"]].source == "cases" else row["more"].get("question")


def _restriction(row: Row, state: TaskState) -> Json | None:
    """By when it is to be done: the last day that a practice has, the day of a deduction, or the instant it is due."""
    day = row["more"].get("due_on") or (row["more"].get("expires_on") if state.owner == "practice" else None)
    if row["due_at"] is None:
        return None
    return {"period": {"end": day or references.instant(row["due_at"])}}


def _status_reason(row: Row) -> Json | None:
    """Why a practice's request was not followed, in the words in which it is told; what a case found stays inside."""
    more = row["more"]
    if CODES[row["code"]].source != "transactions" or more["state"] not in ("refused", "superseded", "cancelled"):
        return None
    return {"text": more["sentence"]} if more.get("sentence") else None


def _inputs(row: Row) -> list[Json]:
    command: Json = row["more"].get("command") or {}
    numbers = row["more"].get("numbers") or ()
    if numbers:
        return [_item(INPUT, "candidate", "valueReference", references.person(each)) for each in numbers if each]
    found = [_item(INPUT, name, "valueDate", command[item]) for name, item in DATES.items() if command.get(item)]
    return found + [
        _item(INPUT, name, "valueString", command[item]) for name, item in TEXTS.items() if command.get(item)
    ]


def _outputs(row: Row, state: TaskState) -> list[Json]:
    found: list[Json] = []
    if row["code"] == "acceptance" and state.status == "completed" and row["nhs_number"]:
        value = {"system": NHS_NUMBER, "value": row["nhs_number"]}
        found.append(_item(OUTPUT, "nhs-number", "valueIdentifier", value))
    if row["spell"]:
        found.append(_item(OUTPUT, "registration", "valueReference", {"reference": f"EpisodeOfCare/{row['spell']}"}))
    on = (row["more"].get("content") or {}).get("deduction_date")
    if on:
        found.append(_item(OUTPUT, "deduction-date", "valueDate", on))
    if row["more"].get("decision"):
        found.append(_item(OUTPUT, "decision", "valueCode", row["more"]["decision"]))
    return found


def _item(system: str, name: str, kind: str, value: Any) -> Json:
    return {"type": concept(system, name), kind: value}
