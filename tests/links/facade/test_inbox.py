"""What waits for a practice: in order, in the adaptor's documents, until it is acknowledged."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import text

from registry.values.clock import FixedClock
from registry.values.organisation import link_code
from tests.links.facade import bodies
from tests.links.facade.conftest import Door
from tests.support.office import Office, Practice


def sha(party: str, number: int) -> str:
    return hashlib.sha256(f"{party}{number}".encode()).hexdigest()


def parts(entry: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an entry by name."""
    return {each["name"]: each.get("valueString", each.get("resource")) for each in entry["resource"]["parameter"]}


async def told(door: Door, practice: Practice, kind: str, **content: Any) -> None:
    """Put a message into the outbox as an operation does."""
    content = {"gp_code": practice.gp_code, **content}
    async with door.database.engine.begin() as connection:
        await connection.execute(
            text(
                "insert into practice_messages"
                " (uuid, practice_id, kind, content, transaction_number, created_at, due_at)"
                " values (gen_random_uuid(), :practice, :kind, cast(:content as jsonb), :number, now(), now())"
            ),
            {
                "practice": practice.id,
                "kind": kind,
                "content": orjson.dumps(content).decode(),
                "number": 41 if kind in ("F3", "F4") else 7000 + int(kind[1:]),
            },
        )


async def acknowledge(door: Door, urn: Any, token: str | None = None) -> Any:
    body = {"resourceType": "Parameters", "parameter": [bodies.text_parameter("message", urn)]}
    return await door.send("POST", "/fhir/$nhais.acknowledge", body, token=token)


async def test_an_empty_inbox(door: Door):
    bundle = await door.inbox()
    assert bundle == {"resourceType": "Bundle", "type": "collection"}
    Bundle.model_validate(bundle)


async def test_a_transfer_is_approved_here_and_deducted_there(door: Door, office: Office):
    _, number = await office.person(door.neighbour)
    await office.connection.commit()
    given = await door.post("acceptance", bodies.acceptance(door.practice, number))
    mine, theirs = await door.inbox(), await door.inbox(door.neighbour_token)
    for bundle in (mine, theirs):
        Bundle.model_validate(bundle)
    approval = parts(mine["entry"][0])
    assert list(approval) == ["operationId", "transactionType", "document"]
    assert approval["operationId"] == given.headers["OperationId"]
    assert approval["transactionType"] == "approval"
    assert approval["document"]["parameter"][0] == bodies.text_parameter(
        "gpTradingPartnerCode", door.practice.partner_code
    )
    deduction = parts(theirs["entry"][0])
    drawn = await door.one("select transaction_number from practice_messages where kind = 'F2'")
    assert deduction["operationId"] == sha(link_code(door.neighbour.cipher), drawn)
    assert deduction["transactionType"] == "deduction"
    said = {each["name"]: each.get("valueString") for each in deduction["document"]["parameter"]}
    assert said["deductionReasonCode"] == "3"
    assert said["dateOfDeduction"] == "2026-11-02"


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("F2", "deduction", {"number": "9990000018", "deduction_reason": "14", "deduction_date": "2026-11-01"}),
        ("F3", "rejection", {"free_text": "3 CONFIRM CURRENT ADDRESS"}),
        ("F4", "approval", {"number": "9990000018"}),
        ("F8", "close_quarter_notification", {"quarter_end": "2026-12-31"}),
        (
            "F9",
            "fp69_prior_notification",
            {
                "number": "9990000018",
                "surname": "OAKEN",
                "first_forename": "ADA",
                "date_of_birth": "1965-03-01",
                "address": ["", "12 FERN ROAD", "", "LITTLE HEXTON", ""],
                "fp69_reason": "8",
                "fp69_expiry": "2027-02-01",
            },
        ),
        ("F10", "fp69_flag_removal", {"number": "9990000018"}),
        ("F11", "deduction_rejection", {"number": "9990000018", "free_text": "WILL BE REMOVED IN 30 DAYS"}),
    ],
)
async def test_every_kind_has_the_adaptors_name_and_a_fhir_document(
    door: Door, kind: str, name: str, content: dict[str, Any]
):
    await told(door, door.practice, kind, **content)
    bundle = await door.inbox()
    Bundle.model_validate(bundle)
    message = parts(bundle["entry"][0])
    assert message["transactionType"] == name
    assert message["document"]["resourceType"] == "Parameters"
    replies = kind in ("F3", "F4")
    party = door.practice.partner_code if replies else link_code(door.practice.cipher)
    assert message["operationId"] == sha(party, 41 if replies else 7000 + int(kind[1:]))


async def test_an_amendment_travels_as_the_text_of_its_body(door: Door):
    await told(door, door.practice, "F1", number="9990000018", surname="O'ROWAN", title="%")
    bundle = await door.inbox()
    Bundle.model_validate(bundle)
    message = parts(bundle["entry"][0])
    assert message["transactionType"] == "amendment"
    assert orjson.loads(message["document"]) == {
        "nhsNumber": "9990000018",
        "gpCode": door.practice.gp_code,
        "gpTradingPartnerCode": door.practice.partner_code,
        "healthcarePartyCode": door.practice.cipher,
        "patches": [
            {"op": "replace", "path": "/name/0/family", "value": "O?'ROWAN"},
            {"op": "remove", "path": "/name/0/prefix/0"},
        ],
    }


async def test_the_oldest_come_first_and_stay_until_they_are_acknowledged(door: Door, clock: FixedClock):
    for each in range(5):
        await told(door, door.practice, "F4", number=f"N/{each}/1")
    first = await door.inbox()
    assert [
        parts(each)["document"]["parameter"][1]["resource"]["identifier"][0]["value"] for each in first["entry"]
    ] == [f"N/{each}/1" for each in range(5)]
    assert await door.inbox() == first
    few = await door.inbox(_count=2)
    assert few["entry"] == first["entry"][:2]
    clock.instant += timedelta(minutes=1)
    for _ in range(2):
        answer = await acknowledge(door, first["entry"][2]["fullUrl"])
        assert (answer.status_code, answer.json()["resourceType"]) == (200, "OperationOutcome")
        assert (await door.inbox())["entry"] == first["entry"][3:]
    assert (await acknowledge(door, first["entry"][0]["fullUrl"])).status_code == 200
    assert (await door.inbox())["entry"] == first["entry"][3:]
    await told(door, door.practice, "F4", number="N/9/1")
    assert len((await door.inbox())["entry"]) == 3
    assert await door.one("select array_agg(position order by id) from practice_messages") == [1, 2, 3, 4, 5, 6]


async def test_many_who_read_at_once_see_the_same(door: Door):
    for each in range(10):
        await told(door, door.practice, "F4", number=f"N/{each}/1")
    bundles = await asyncio.gather(*(door.inbox() for _ in range(10)))
    assert all(bundle == bundles[0] for bundle in bundles)
    assert len(bundles[0]["entry"]) == 10


@pytest.mark.parametrize("count", ["0", "-1", "ten", "1.5", "", "9" * 30, "\u0663"])
async def test_a_count_that_is_none(shared_door: Door, count: str):
    answer = await shared_door.client.get(
        "/fhir/$nhais.inbox", params={"_count": count}, headers={"authorization": f"Bearer {shared_door.token}"}
    )
    issue = answer.json()["issue"][0]
    assert (answer.status_code, issue["code"]) == (400, "invalid")
    assert "_count" in issue["details"]["text"]


async def test_at_most_two_hundred_are_given_and_fifty_unless_asked(door: Door):
    async with door.database.engine.begin() as connection:
        await connection.execute(
            text(
                "insert into practice_messages"
                " (uuid, practice_id, kind, content, transaction_number, created_at, due_at)"
                " select gen_random_uuid(), :practice, 'F4', '{}', n, now(), now() from generate_series(1, 210) n"
            ),
            {"practice": door.practice.id},
        )
    assert len((await door.inbox())["entry"]) == 50
    assert len((await door.inbox(_count=100000))["entry"]) == 200


async def test_a_message_of_nobody_or_of_another_practice(door: Door):
    await told(door, door.neighbour, "F4")
    theirs = (await door.inbox(door.neighbour_token))["entry"][0]["fullUrl"]
    for urn in (theirs, "urn:uuid:0197f2d4-0000-7000-8000-000000000001"):
        answer = await acknowledge(door, urn)
        assert (answer.status_code, answer.json()["issue"][0]["code"]) == (404, "not-found")
    assert len((await door.inbox(door.neighbour_token))["entry"]) == 1
    for token in (door.office_token, door.neighbour_token):
        assert (await acknowledge(door, theirs, token)).status_code == 200
    assert "entry" not in await door.inbox(door.neighbour_token)


@pytest.mark.parametrize("urn", [None, 5, "", "urn:uuid:", "urn:uuid:xyz", "0197f2d4-0000-7000-8000-000000000001"])
async def test_an_acknowledgement_that_names_no_message(shared_door: Door, urn: Any):
    answer = await acknowledge(shared_door, urn)
    issue = answer.json()["issue"][0]
    assert (answer.status_code, issue["code"]) == (400, "invalid")
    assert "message" in issue["details"]["text"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": [{"name": "other"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "message", "valueString": "urn:uuid:x"}] * 2},
    ],
)
async def test_an_acknowledgement_of_another_shape(shared_door: Door, body: Any):
    answer = await shared_door.send("POST", "/fhir/$nhais.acknowledge", body)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "structure")


async def test_reading_and_acknowledging_are_recorded_with_the_people_seen(door: Door, office: Office):
    patient_id, number = await office.person(door.neighbour)
    await office.connection.commit()
    await door.post("acceptance", bodies.acceptance(door.practice, number))
    urn = (await door.inbox())["entry"][0]["fullUrl"]
    await acknowledge(door, urn)
    async with door.database.engine.connect() as connection:
        found = await connection.execute(
            text("select action, patient_ids, practice_ods from audit_events where action like 'inbox.%' order by id")
        )
        assert [tuple(row) for row in found] == [
            ("inbox.read", [patient_id], door.practice.ods_code),
            ("inbox.acknowledged", [], door.practice.ods_code),
        ]


async def test_the_office_says_whose_inbox_it_wants(door: Door):
    await told(door, door.neighbour, "F4")
    found = await door.inbox(door.office_token, gpTradingPartnerCode=door.neighbour.partner_code)
    assert len(found["entry"]) == 1
    headers = {"authorization": f"Bearer {door.office_token}"}
    unsaid = await door.client.get("/fhir/$nhais.inbox", headers=headers)
    assert (unsaid.status_code, unsaid.json()["issue"][0]["code"]) == (400, "invalid")
    headers = {"authorization": f"Bearer {door.token}"}
    foreign = await door.client.get(
        "/fhir/$nhais.inbox", params={"gpTradingPartnerCode": door.neighbour.partner_code}, headers=headers
    )
    assert foreign.status_code == 403
