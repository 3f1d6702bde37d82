"""What is wrong is refused with a status, a code, and a text that names the field and repeats nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from fhir.resources.R4B.operationoutcome import OperationOutcome
from httpx import Response

from tests.links.facade import bodies
from tests.links.facade.bodies import (
    acceptance,
    address,
    amendment,
    deduction,
    identified,
    removal,
    replacing,
    with_patient,
    with_text,
    without,
)
from tests.links.facade.conftest import Door
from tests.support.office import Practice

Make = Callable[[Practice], Any]
SECRET = "MRS SOMEBODY"


@pytest_asyncio.fixture
async def door(shared_door: Door) -> Door:
    """One door for all: each test sees to it that nothing is left."""
    return shared_door


def issue_of(answer: Response, status: int, code: str) -> str:
    """The text of the one issue."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    OperationOutcome.model_validate(answer.json())
    (issue,) = answer.json()["issue"]
    assert (issue["severity"], issue["code"]) == ("error", code), answer.text
    return issue["details"]["text"]


async def nothing_was_kept(door: Door) -> None:
    assert await door.drawn() == 0
    for table in ("facade_requests", "transactions", "practice_messages", "anomalies"):
        assert await door.count(table) == 0


WRONG: list[tuple[str, Make, str, str]] = [
    ("acceptance", lambda p: without(acceptance(p), "acceptanceCode"), "structure", "acceptanceCode: missing"),
    ("acceptance", lambda p: without(acceptance(p), "acceptanceType"), "structure", "acceptanceType: missing"),
    ("acceptance", lambda p: without(acceptance(p), "acceptanceDate"), "structure", "acceptanceDate: missing"),
    ("acceptance", lambda p: without(acceptance(p), "previousGpName"), "structure", "previousGpName: missing"),
    ("acceptance", lambda p: without(acceptance(p), "patient"), "structure", "patient: missing"),
    ("acceptance", lambda p: with_text(acceptance(p), "acceptanceCode", "X"), "invalid", "acceptanceCode: not one of"),
    ("acceptance", lambda p: with_text(acceptance(p), "acceptanceType", "6"), "invalid", "acceptanceType: not one of"),
    ("acceptance", lambda p: with_text(acceptance(p), "acceptanceType", "5"), "invalid", "send type 3"),
    (
        "acceptance",
        lambda p: with_text(acceptance(p), "acceptanceDate", "30/10/2026"),
        "invalid",
        "acceptanceDate: not",
    ),
    ("acceptance", lambda p: with_text(acceptance(p), "acceptanceDate", 20261030), "structure", "must be text"),
    ("acceptance", lambda p: with_text(acceptance(p), "freeText", " "), "structure", "freeText: must not be blank"),
    ("acceptance", lambda p: with_text(acceptance(p), "freeText", "A" * 4001), "invalid", "freeText: longer"),
    ("acceptance", lambda p: without(acceptance(p, kind="4"), "dateOfUkEntry"), "structure", "dateOfUkEntry: missing"),
    ("acceptance", lambda p: with_patient(acceptance(p), name=None), "structure", "family (surname): missing"),
    ("acceptance", lambda p: with_patient(acceptance(p), gender=None), "structure", "gender (sex): missing"),
    ("acceptance", lambda p: with_patient(acceptance(p), gender="banana"), "invalid", "gender (sex): not one of"),
    ("acceptance", lambda p: with_patient(acceptance(p), address=None), "structure", "line (address): missing"),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p), address=[{"line": [None, None, "HAMLET", "TOWN"]}, {"line": ["OLD"]}]),
        "structure",
        "first or second line",
    ),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p), address=[{"line": ["1 ROAD"]}, {"line": [None, None]}]),
        "structure",
        "address[1].line (previous address): missing",
    ),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p, number=None), extension=None),
        "structure",
        "(NHS number): missing, and there is no place of birth",
    ),
    ("acceptance", lambda p: acceptance(p, number=None, kind="1"), "structure", "(NHS number): missing"),
    ("acceptance", lambda p: with_patient(acceptance(p, kind="1"), birthDate=None), "structure", "birth): missing"),
    ("acceptance", lambda p: acceptance(p, number="9990000017"), "invalid", "(NHS number): its check digit"),
    ("acceptance", lambda p: acceptance(p, number="ABC-DEF"), "invalid", "(NHS number): not a number"),
    ("acceptance", lambda p: acceptance(p, number="1" * 18), "invalid", "(NHS number): longer than 17"),
    ("acceptance", lambda p: with_patient(acceptance(p), birthDate="2026-11-03"), "invalid", "birth): in the future"),
    ("acceptance", lambda p: with_patient(acceptance(p), birthDate="2025-02-30"), "invalid", "not a date"),
    ("acceptance", lambda p: with_patient(acceptance(p), name=[{"family": "A\u0007"}]), "invalid", "control character"),
    ("acceptance", lambda p: with_patient(acceptance(p), name={"family": "A"}), "structure", "surname"),
    ("acceptance", lambda p: with_patient(acceptance(p), nickname=SECRET), "structure", "does not have here"),
    ("acceptance", lambda p: with_patient(acceptance(p), resourceType="Person"), "structure", "patient: must be"),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p), managingOrganization={"identifier": [{"value": p.cipher}] * 2}),
        "structure",
        "one identifier only",
    ),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p), managingOrganization={"identifier": {"value": "YD"}}),
        "invalid",
        "YD01 is not known as the authority",
    ),
    (
        "acceptance",
        lambda p: with_patient(acceptance(p), managingOrganization={"identifier": {"value": SECRET}}),
        "invalid",
        "destination HA cipher",
    ),
    (
        "acceptance",
        lambda p: with_text(acceptance(p), "gpTradingPartnerCode", "NONE"),
        "invalid",
        "gpTradingPartnerCode",
    ),
    ("acceptance", lambda p: [acceptance(p)], "structure", "resourceType"),
    ("acceptance", lambda p: {**acceptance(p), "resourceType": "Bundle"}, "structure", "resourceType"),
    ("acceptance", lambda p: {**acceptance(p), "parameter": []}, "structure", "no parameter"),
    ("acceptance", lambda p: {**acceptance(p), "parameter": {"name": SECRET}}, "structure", "must be a list"),
    ("acceptance", lambda p: {**acceptance(p), SECRET: 1}, "structure", "does not have here"),
    (
        "acceptance",
        lambda p: {**acceptance(p), "parameter": acceptance(p)["parameter"] + [bodies.text_parameter(SECRET, "A")] * 2},
        "structure",
        "given twice",
    ),
    ("removal", lambda p: without(removal(p), "freeText"), "structure", "freeText: missing"),
    ("removal", lambda p: with_patient(removal(p), **identified(" ")), "structure", "(NHS number): must not be blank"),
    ("deduction", lambda p: without(deduction(p), "dateOfDeduction"), "structure", "dateOfDeduction: missing"),
    ("deduction", lambda p: without(deduction(p), "deductionReasonCode"), "structure", "deductionReasonCode: missing"),
    ("deduction", lambda p: deduction(p, reason="99"), "invalid", "deductionReasonCode: not one of 1, 5, 13"),
    ("deduction", lambda p: with_patient(deduction(p), identifier=None), "structure", "(NHS number): missing"),
    ("deduction", lambda p: with_patient(deduction(p), generalPractitioner=None), "structure", "GP code"),
    ("PATCH", lambda p: amendment(p) | {"gpCode": None}, "invalid", "gpCode (GP code): missing"),
    ("PATCH", lambda p: amendment(p) | {"gpCode": " "}, "invalid", "gpCode (GP code): must not be blank"),
    ("PATCH", lambda p: amendment(p) | {"gpTradingPartnerCode": 7}, "invalid", "gpTradingPartnerCode"),
    ("PATCH", lambda p: amendment(p) | {"healthcarePartyCode": None}, "invalid", "healthcarePartyCode"),
    ("PATCH", lambda p: amendment(p) | {"nhsNumber": None}, "invalid", "nhsNumber (NHS number): missing"),
    ("PATCH", lambda p: amendment(p, "9990000026"), "invalid", "not the number in the address"),
    ("PATCH", lambda p: amendment(p) | {"patches": []}, "structure", "at least one patch"),
    ("PATCH", lambda p: amendment(p) | {"patches": None}, "structure", "patches: must be a list"),
    ("PATCH", lambda p: amendment(p) | {"patches": ["x", 5, None]}, "structure", "patches[0].path"),
    ("PATCH", lambda p: [replacing("/gender", "male")], "structure", "patches"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/name/0/text", SECRET)), "structure", "patches[0].path"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/identifier/0/value", "1")), "structure", "[0].path"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/name/0/family", "")), "structure", "[0].value"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/name/0/family", None)), "structure", "[0].value"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/name/0/family", "%")), "invalid", "may not be erased"),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, replacing("/birthDate", "2030-01-01")), "invalid", "in the future"),
    (
        "PATCH",
        lambda p: amendment(p, bodies.NUMBER, {"op": "test", "path": "/gender", "value": "male"}),
        "structure",
        "patches[0].op",
    ),
    (
        "PATCH",
        lambda p: amendment(p, bodies.NUMBER, {"op": "remove", "path": "/gender"}),
        "structure",
        "patches[0].op",
    ),
    (
        "PATCH",
        lambda p: amendment(p, bodies.NUMBER, replacing("/gender", "male"), replacing("/Gender", "female")),
        "structure",
        "patches[1].path: amended twice",
    ),
    (
        "PATCH",
        lambda p: amendment(
            p, bodies.NUMBER, {"op": "remove", "path": "/name/0/given"}, replacing("/name/0/given/0", "ADA")
        ),
        "structure",
        "either removed together or given",
    ),
    ("PATCH", lambda p: amendment(p, bodies.NUMBER, *address("A", "B", "C")), "structure", "all five lines"),
    (
        "PATCH",
        lambda p: amendment(p, bodies.NUMBER, replacing("/address/0/postalCode", "ZX4 7QP")),
        "structure",
        "all five lines",
    ),
    (
        "PATCH",
        lambda p: amendment(p, bodies.NUMBER, *address(None, None, "C", "D", "E")),
        "structure",
        "first or second line",
    ),
]


@pytest.mark.parametrize(("operation", "make", "code", "told"), WRONG)
async def test_a_wrong_request_is_refused_and_leaves_nothing(
    door: Door, operation: str, make: Make, code: str, told: str
):
    body = make(door.practice)
    answer = await (door.patch(bodies.NUMBER, body) if operation == "PATCH" else door.post(operation, body))
    text = issue_of(answer, 400, code)
    assert told in text
    assert SECRET not in answer.text
    await nothing_was_kept(door)


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"{.......}", b"<parameter/>", b"nul", b"\xff", b'"a\\u0000b"', b"[" * 5000]
)
async def test_no_body_and_no_json(door: Door, body: bytes):
    for answer in (await door.post("removal", body), await door.patch(bodies.NUMBER, body)):
        issue_of(answer, 400, "structure")
    await nothing_was_kept(door)


async def test_every_fault_is_told_at_once(door: Door):
    body = without(without(removal(door.practice, "9990000017"), "freeText"), "gpTradingPartnerCode")
    text = issue_of(await door.post("removal", body), 400, "structure")
    assert all(name in text for name in ("freeText", "gpTradingPartnerCode", "NHS number"))


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/fhir+json", "application/json-patch+json"]
)
async def test_only_json_is_taken(door: Door, kind: str):
    for answer in (
        await door.post("removal", removal(door.practice), **{"content-type": kind}),
        await door.patch(bodies.NUMBER, amendment(door.practice), **{"content-type": kind}),
    ):
        issue_of(answer, 415, "unknown")
    await nothing_was_kept(door)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/fhir/Patient/$nhais.adoption", 404, "not-found"),
        ("POST", "/fhir/Patient/acceptance", 404, "not-found"),
        ("POST", "/fhir/nothing", 404, "not-found"),
        ("GET", "/fhir/Patient/$nhais.acceptance", 405, "unknown"),
        ("PATCH", "/fhir/Patient/$nhais.acceptance", 405, "unknown"),
        ("PUT", "/fhir/Patient/9990000018", 405, "unknown"),
        ("POST", "/fhir/$nhais.inbox", 405, "unknown"),
        ("GET", "/fhir/$nhais.acknowledge", 405, "unknown"),
    ],
)
async def test_unknown_operations_and_wrong_methods(door: Door, method: str, path: str, status: int, code: str):
    answer = await door.send(method, path, removal(door.practice) if method != "GET" else None)
    issue_of(answer, status, code)
    assert ("allow" in answer.headers) == (status == 405)


async def test_a_practice_speaks_for_itself_only(door: Door):
    for answer in (
        await door.post("removal", removal(door.neighbour)),
        await door.patch(bodies.NUMBER, amendment(door.neighbour)),
    ):
        assert "gpTradingPartnerCode" in answer.json()["issue"][0]["expression"]
        issue_of(answer, 403, "forbidden")
    await nothing_was_kept(door)


async def test_nobody_known_is_asking(door: Door):
    for method, path in (
        ("POST", "/fhir/Patient/$nhais.removal"),
        ("PATCH", "/fhir/Patient/9990000018"),
        ("GET", "/fhir/$nhais.inbox"),
        ("POST", "/fhir/$nhais.acknowledge"),
    ):
        issue_of(await door.send(method, path, removal(door.practice), token="nr_unknown"), 401, "login")


async def test_a_body_that_is_too_large(door: Door):
    body = with_text(removal(door.practice), "freeText", "A" * (2 * 1024 * 1024))
    issue_of(await door.post("removal", body), 413, "unknown")


@pytest.mark.parametrize("number", ["a b", "x" * 129, "n\u00e4"])
async def test_a_conversation_number_that_cannot_be_kept(door: Door, number: str):
    answer = await door.client.post(
        "/fhir/Patient/$nhais.removal",
        json=removal(door.practice),
        headers={"authorization": f"Bearer {door.token}", "ConversationId": number.encode("latin-1")},  # pyright: ignore[reportArgumentType]
    )
    assert "ConversationId" in issue_of(answer, 400, "invalid")
