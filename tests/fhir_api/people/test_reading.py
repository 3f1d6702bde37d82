"""GET Patient/{id}."""

from uuid import uuid4

import pytest

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import ADA, DEAD, NOBODY, OLD_NUMBER, RESTRICTED, SURVIVOR


async def test_a_person_is_read_as_they_were_written(fhir: Fhir):
    answer = await fhir.get(f"Patient/{ADA}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    person = answer.json()
    assert answer.headers["etag"] == f'W/"{person["meta"]["versionId"]}"'
    assert [name["id"] for name in person["name"]] == ["n1", "n2"]
    assert person["name"][0]["suffix"] == ["MBE"]
    assert [address["id"] for address in person["address"]] == ["a1", "a2"]
    assert person["address"][0]["line"] == ["3 Mill Lane", "Otterford"]
    assert [point["id"] for point in person["telecom"]] == ["t1", "t2"]
    assert person["multipleBirthInteger"] == 1
    assert person["generalPractitioner"][0]["identifier"]["value"] == "Y90101"


async def test_of_somebody_restricted_nothing_tells_where_they_are(fhir: Fhir):
    for who in ("staff", "there", "office", "app"):
        person = (await fhir.get(f"Patient/{RESTRICTED}", who)).json()
        assert person["name"][0]["family"] == "Dewhurst"
        assert not {"address", "telecom", "contact", "generalPractitioner"} & person.keys()
        assert person["meta"]["security"][0]["code"] == "R"


async def test_a_superseded_number_gives_the_survivor(fhir: Fhir):
    assert (await fhir.get(f"Patient/{OLD_NUMBER}")).json()["id"] == SURVIVOR


async def test_death_and_removal_are_told(fhir: Fhir):
    person = (await fhir.get(f"Patient/{DEAD}")).json()
    assert person["deceasedDateTime"] == "2020-02-02T00:00:00+00:00"
    assert "generalPractitioner" not in person


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"Patient/{NOBODY}", 404, "RESOURCE_NOT_FOUND"),
        (f"Patient/{ADA[:9]}{(int(ADA[9]) + 1) % 10}", 400, "INVALID_RESOURCE_ID"),
        ("Patient/12", 400, "INVALID_RESOURCE_ID"),
        (f"Patient/{ADA}?year=1", 400, "ADDITIONAL_PROPERTIES"),
        (f"Patient/{ADA}?_format=xml", 406, "NOT_ACCEPTABLE"),
    ],
)
async def test_what_cannot_be_read_is_told_by_its_code(fhir: Fhir, path: str, status: int, code: str):
    answer = await fhir.get(path)
    assert (answer.status_code, code_of(answer)) == (status, code)


async def test_ids_of_the_request_come_back_also_on_errors(fhir: Fhir):
    mine = {"X-Request-ID": str(uuid4()), "X-Correlation-ID": "round 7"}
    for path in (f"Patient/{ADA}", f"Patient/{NOBODY}", "Nothing/1"):
        answer = await fhir.get(path, headers={**mine})
        assert answer.headers["x-request-id"] == mine["X-Request-ID"]
        assert answer.headers["x-correlation-id"] == "round 7"


async def test_a_request_without_its_id_or_with_a_bad_one_is_refused(fhir: Fhir):
    without = await fhir.get(f"Patient/{ADA}", headers={"X-Request-ID": None})
    assert (without.status_code, code_of(without)) == (400, "MISSING_VALUE")
    bad = await fhir.get(f"Patient/{ADA}", headers={"X-Request-ID": "1234"})
    assert (bad.status_code, code_of(bad)) == (400, "INVALID_VALUE")
    assert "1234" in bad.json()["issue"][0]["diagnostics"]


async def test_every_reading_is_audited_and_every_refusal(fhir: Fhir):
    await fhir.get(f"Patient/{ADA}")
    await fhir.get(f"Patient/{NOBODY}")
    rows = await fhir.rows(
        "select action, cardinality(patient_ids) from audit_events where id > 0 order by id desc limit 2"
    )
    assert sorted(rows) == [("fhir.refused", 0), ("patient.read", 1)]


async def test_whoever_lacks_the_right_is_refused_and_it_is_noted(fhir: Fhir):
    assert (await fhir.get(f"Patient/{ADA}/_history")).status_code == 403
    rows = await fhir.rows(
        "select actor_name, subject ->> 'permission' from audit_events where action = 'access.denied'"
    )
    assert rows == [("staff:staff", "read-history")]
