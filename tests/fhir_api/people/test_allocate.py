"""`$allocate`: somebody new is made though others fit, when exactly these were looked at."""

from typing import Any

import httpx

from registry.monitoring.check import check
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.newcomers import called, newcomer
from tests.fhir_api.people.test_create_matches import MAX, SIMON
from tests.fhir_api.population import ADA, ALONE, RESTRICTED

REASON = {"name": "reason", "valueString": "born a day after his cousin, both seen"}


def asked(patient: Any, *numbers: str, reason: Any = REASON) -> dict[str, Any]:
    """The Parameters; a number as a string, or as an identifier where it has an x before it."""
    acknowledged = [{"name": "acknowledgedMatches", "valueString": number} for number in numbers]
    parameters = [{"name": "patient", "resource": patient}, *acknowledged, reason]
    return {"resourceType": "Parameters", "parameter": [each for each in parameters if each]}


async def allocate(fhir: Fhir, body: Any, who: str = "office") -> httpx.Response:
    return await fhir.post("Patient/$allocate", body, who=who)


def told(answer: httpx.Response) -> str:
    return " ".join(issue["diagnostics"] for issue in answer.json()["issue"])


async def test_exactly_those_who_fit_are_passed_over(fhir: Fhir):
    answer = await allocate(fhir, asked(MAX, ALONE))
    assert answer.status_code == 201
    assert answer.json()["id"] != ALONE
    [(ids, evidence, transaction)] = await fhir.rows(
        "select patient_ids, evidence, transaction_id from anomalies where kind = 'possible-duplicate'"
    )
    numbers = await fhir.rows("select nhs_number from patients where id = any(:ids)", ids=ids)
    assert {number for (number,) in numbers} == {ALONE, answer.json()["id"]}
    assert transaction is None
    assert evidence["passed_over"] == {"by": "staff:office", "reason": REASON["valueString"]}
    assert evidence["levels"]["surname"] == "equal"
    assert await fhir.rows("select outcome, command ->> 'reason' from transactions") == [
        ("allotted-knowingly", REASON["valueString"])
    ]
    async with fhir.database.engine.connect() as connection:
        assert await check(connection) == []


async def test_others_than_those_who_fit_make_a_conflict_with_the_new_set(fhir: Fhir):
    for numbers in ((), (ADA,), (ALONE, ADA)):
        answer = await allocate(fhir, asked(MAX, *numbers))
        assert (answer.status_code, code_of(answer)) == (409, "CONFLICT")
        assert ALONE in told(answer)
    answer = await allocate(fhir, asked(newcomer(), ADA))
    assert (answer.status_code, code_of(answer)) == (409, "CONFLICT")
    assert "nobody is found" in told(answer)
    assert await fhir.rows("select count(*) from transactions") == [(0,)]
    assert await fhir.rows("select count(*) from anomalies") == [(0,)]


async def test_nobody_who_fits_and_nobody_acknowledged(fhir: Fhir):
    assert (await allocate(fhir, asked(newcomer()))).status_code == 201
    assert await fhir.rows("select count(*) from anomalies") == [(0,)]


async def test_several_make_a_case_for_each(fhir: Fhir):
    first = (await allocate(fhir, asked(MAX, ALONE))).json()["id"]
    assert (await allocate(fhir, asked(MAX, ALONE))).status_code == 409
    assert (await allocate(fhir, asked(MAX, first, ALONE))).status_code == 201
    assert await fhir.rows("select count(*) from anomalies where state = 'open'") == [(3,)]


async def test_an_identifier_will_do(fhir: Fhir):
    body = asked(MAX)
    identifier = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": ALONE}
    body["parameter"].append({"name": "acknowledgedMatches", "valueIdentifier": identifier})
    assert (await allocate(fhir, body)).status_code == 201


async def test_the_office_may_pass_over_somebody_restricted(fhir: Fhir):
    assert RESTRICTED in told(await allocate(fhir, asked(SIMON)))
    assert (await allocate(fhir, asked(SIMON, RESTRICTED))).status_code == 201


async def test_nobody_passes_over_whoever_is_kept_apart(fhir: Fhir):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update patients set apart = true where nhs_number = '{ALONE}'")
    for numbers in ((), (ALONE,)):
        answer = await allocate(fhir, asked(MAX, *numbers))
        assert answer.status_code == 409
        assert ALONE not in answer.text


async def test_only_the_office_may(fhir: Fhir):
    for who in ("staff", "there", "app"):
        assert (await allocate(fhir, asked(MAX, ALONE), who)).status_code == 403


async def test_what_is_wrong_is_named(fhir: Fhir):
    wrong: tuple[tuple[Any, str, str], ...] = (
        (asked(None), "MISSING_VALUE", "parameter/0/resource"),
        (asked(MAX, reason=None), "MISSING_VALUE", "parameter/reason"),
        (asked(MAX, reason={"name": "reason"}), "MISSING_VALUE", "parameter/1/valueString"),
        (asked(MAX, reason={"name": "reason", "valueString": "x" * 3000}), "INVALID_VALUE", "parameter/1/valueString"),
        (asked(MAX, "9990000017"), "INVALID_VALUE", "parameter/1/valueString"),
        (asked(called("Holroyd")), "MISSING_VALUE", "parameter/0/resource/name/0/given"),
        (asked(MAX, reason={"name": "colour", "valueString": "x"}), "ADDITIONAL_PROPERTIES", "colour"),
        ({"resourceType": "Parameters"}, "MISSING_VALUE", "parameter"),
        (newcomer(), "INVALID_VALUE", "resourceType"),
        ({"resourceType": "Parameters", "parameter": [REASON]}, "MISSING_VALUE", "parameter/patient"),
        ({"resourceType": "Parameters", "parameter": [None]}, "INVALID_VALUE", "parameter"),
        ({"resourceType": "Parameters", "parameter": {"name": "patient"}}, "INVALID_VALUE", "parameter"),
    )
    for body, code, field in wrong:
        answer = await allocate(fhir, body)
        assert (answer.status_code, code_of(answer)) == (400, code), (body, answer.text)
        assert field in told(answer), (body, answer.text)
    for body in (None, 7, [], "x", {"resourceType": "Parameters", "parameter": [[]]}):
        assert (await allocate(fhir, body)).status_code == 400, body


async def test_the_case_is_in_the_queue_for_a_person(fhir: Fhir):
    await allocate(fhir, asked(MAX, ALONE))
    [(case_id,)] = await fhir.rows("select id from anomalies")
    shown = await fhir.get(f"/api/anomalies/{case_id}", who="office")
    assert shown.status_code == 200
    assert shown.json()["kind"] == "possible-duplicate"
    decision = {"version": 1, "action": "different", "reason": "cousins"}
    decided = await fhir.ask("POST", f"/api/anomalies/{case_id}/decision", "office", json=decision,
                             headers={"Content-Type": "application/json"})  # fmt: skip
    assert decided.status_code == 200, decided.text
    assert await fhir.rows("select judgement from duplicate_judgements") == [("different",)]
