"""What is right is taken: 202, two ids, no body; and what follows is there before the answer."""

import hashlib
import re

from sqlalchemy import text

from tests.links.facade import bodies
from tests.links.facade.conftest import Door
from tests.support.office import Office


def operation_id(door: Door, number: int) -> str:
    return hashlib.sha256(f"{door.practice.partner_code}{number}".encode()).hexdigest()


async def test_an_acceptance_is_taken_with_its_two_ids(door: Door):
    answer = await door.post("acceptance", bodies.acceptance(door.practice))
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["OperationId"] == operation_id(door, 1)
    assert re.fullmatch("[0-9A-F]{32}", answer.headers["ConversationId"])
    assert await door.one("select operation_id from transactions") == operation_id(door, 1)
    assert await door.one("select state from transactions") == "waiting-for-trace"


async def test_every_operation_is_stored_as_its_kind(door: Door, office: Office):
    _, number = await office.person(door.practice)
    await office.connection.commit()
    answers = [
        await door.post("acceptance", bodies.acceptance(door.practice)),
        await door.post("removal", bodies.removal(door.practice, number)),
        await door.post("deduction", bodies.deduction(door.practice, number)),
        await door.patch(number, bodies.amendment(door.practice, number, bodies.replacing("/gender", "female"))),
    ]
    assert [answer.status_code for answer in answers] == [202] * 4, [answer.text for answer in answers]
    assert [answer.headers["OperationId"] for answer in answers] == [operation_id(door, n) for n in (1, 2, 3, 4)]
    async with door.database.engine.connect() as connection:
        found = await connection.execute(
            text("select kind, source, transaction_number from transactions order by transaction_number")
        )
        assert [tuple(row) for row in found] == [
            ("acceptance", "facade", 1),
            ("removal", "facade", 2),
            ("deduction-request", "facade", 3),
            ("amendment", "facade", 4),
        ]


async def test_somebody_known_is_registered_before_the_answer(door: Door, office: Office):
    patient_id, number = await office.person(door.neighbour)
    await office.connection.commit()
    answer = await door.post("acceptance", bodies.acceptance(door.practice, number))
    assert answer.status_code == 202
    assert await office.list_of(patient_id) == door.practice.id
    assert await door.one("select body from facade_requests") == bodies.encoded(
        bodies.acceptance(door.practice, number)
    )


async def test_what_only_the_register_can_say_is_taken_too(door: Door, office: Office):
    """Unknown doctor, unknown person, old formats and ten equal digits: an answer follows by message."""
    other_doctor = bodies.with_patient(
        bodies.acceptance(door.practice), generalPractitioner=[{"identifier": {"value": "1234567,ZZZ"}}]
    )
    answers = [
        await door.post("acceptance", other_doctor),
        await door.post("deduction", bodies.deduction(door.practice, "9990000026")),
        *[await door.post("removal", bodies.removal(door.practice, old)) for old in ("N/10/10", "T247", "9999999999")],
        await door.patch("N%2F10%2F10", bodies.amendment(door.practice, "N/10/10")),
        await door.patch("TT12/24", bodies.amendment(door.practice, "TT12/24")),
        await door.patch("9999999999", bodies.amendment(door.practice, "9999999999")),
    ]
    assert [answer.status_code for answer in answers] == [202] * 8, [answer.text for answer in answers]
    assert await door.count("transactions where patient_id is not null") == 0


async def test_shapes_that_gp_systems_really_send_are_taken(door: Door):
    whole = bodies.acceptance(door.practice)
    as_object = {"identifier": {"value": door.practice.cipher}}
    extensions = [
        {
            "url": "HTTP://hl7.org/fhir/structuredefinition/PATIENT-BIRTHPLACE",
            "valueAddress": {"city": "NETHERMOOR", "country": "ENGLAND"},
        }
    ]
    schema_named = bodies.amendment(door.practice)
    schema_named["destinationHaCipher"] = schema_named.pop("healthcarePartyCode")
    answers = [
        await door.post("acceptance", bodies.with_patient(whole, managingOrganization=as_object)),
        await door.post("acceptance", bodies.with_patient(whole, extension=extensions, identifier=None)),
        await door.post(
            "acceptance", bodies.with_patient(whole, telecom=[{"system": "phone", "value": "01632 960000"}])
        ),
        await door.post("acceptance", bodies.with_text(whole, "somethingElse", "passed over")),
        await door.patch(bodies.NUMBER, schema_named),
        await door.patch("999%20000%200018", bodies.amendment(door.practice, "9990000018")),
    ]
    assert [answer.status_code for answer in answers] == [202] * 6, [answer.text for answer in answers]
    stored = await door.one("select command -> 'demographics' ->> 'place_of_birth' from transactions offset 1 limit 1")
    assert stored == "NETHERMOOR, ENGLAND"


async def test_the_charset_of_json_may_be_said(door: Door):
    body = bodies.acceptance(door.practice)
    answer = await door.post("acceptance", body, **{"content-type": "Application/JSON; charset=UTF-8"})
    assert answer.status_code == 202


async def test_the_office_may_act_for_any_practice(door: Door):
    for practice in (door.practice, door.neighbour):
        answer = await door.send(
            "POST", "/fhir/Patient/$nhais.acceptance", bodies.acceptance(practice), token=door.office_token
        )
        assert answer.status_code == 202
    assert await door.count("transactions") == 2


async def test_a_practice_without_its_series_gets_one(door: Door):
    async with door.database.engine.begin() as connection:
        await connection.execute(text(f"drop sequence facade_number_{door.practice.id.hex}"))
    answer = await door.post("acceptance", bodies.acceptance(door.practice))
    assert answer.headers["OperationId"] == operation_id(door, 1)
