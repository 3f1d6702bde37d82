"""GET Patient/{id}/_history and one version of it: the office's own."""

from typing import Any

import orjson

from tests.fhir_api.conftest import BASE, Fhir, code_of
from tests.fhir_api.population import ADA, NOBODY, OLD_NUMBER, RESTRICTED, SURVIVOR

_VERSION = """
    insert into patient_versions (patient_id, version, until, changed_by, facts)
    select id, version, :until, 'tests', to_jsonb(p) from patients p where nhs_number = :number
"""


async def change(fhir: Fhir, number: str, at: str, **columns: str) -> None:
    """The next version of a person, as a change makes it."""
    from sqlalchemy import text

    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    async with fhir.database.engine.begin() as connection:
        await connection.execute(text(_VERSION.replace(":until", f"'{at}'")), {"number": number})
        await connection.execute(
            text(
                f"update patients set version = version + 1, updated_at = '{at}', {changes} where nhs_number = :number"
            ),
            {"number": number},
        )


async def three_versions(fhir: Fhir, number: str = ADA) -> None:
    await fhir.database.engine.dispose()
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update patients set created_at = '2026-01-01' where nhs_number = '{number}'")
    await change(fhir, number, "2026-02-01T10:00:00Z", surname="'Quince'")
    await change(fhir, number, "2026-03-01T10:00:00Z", line_2="'9 Mill Lane'")


def versions(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["meta"]["versionId"] for entry in bundle.get("entry", ())]


async def test_versions_come_newest_first_and_say_when_they_began(fhir: Fhir):
    await three_versions(fhir)
    answer = await fhir.get(f"Patient/{ADA}/_history", "office")
    bundle = answer.json()
    assert (answer.status_code, bundle["type"]) == (200, "history")
    assert versions(bundle) == ["3", "2", "1"]
    newest, middle, first = bundle["entry"]
    assert [each["resource"]["name"][0]["family"] for each in (newest, middle, first)] == ["Quince", "Quince", "Quill"]
    assert newest["resource"]["address"][0]["line"][0] == "9 Mill Lane"
    assert first["resource"]["address"][0]["line"][0] == "3 Mill Lane"
    assert [each["id"] for each in first["resource"]["telecom"]] == ["t1", "t2"]
    assert first["request"] == {"method": "POST", "url": "Patient"}
    assert first["response"] == {"status": "201", "etag": 'W/"1"', "lastModified": "2026-01-01T00:00:00.000+00:00"}
    assert newest["request"] == {"method": "PUT", "url": f"Patient/{ADA}"}
    assert newest["response"]["lastModified"] == "2026-03-01T10:00:00.000+00:00"
    assert "tests" not in answer.text


async def test_pages_follow_each_other_without_a_gap(fhir: Fhir):
    await three_versions(fhir)
    seen: list[str] = []
    url: str | None = f"{BASE}Patient/{ADA}/_history?_count=1"
    while url is not None:
        bundle = (await fhir.get(url, "office")).json()
        assert len(bundle["entry"]) == 1
        seen += versions(bundle)
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    assert seen == ["3", "2", "1"]


async def test_a_page_is_good_for_its_own_search_alone(fhir: Fhir):
    await three_versions(fhir)
    bundle = (await fhir.get(f"Patient/{ADA}/_history?_count=1", "office")).json()
    token = bundle["link"][1]["url"].partition("_page=")[2]
    for path in (f"{SURVIVOR}/_history?_count=1", f"{ADA}/_history?_count=2", f"{ADA}/_history"):
        answer = await fhir.get(f"Patient/{path}{'&' if '?' in path else '?'}_page={token}", "office")
        assert (answer.status_code, code_of(answer)) == (400, "INVALID_VALUE")


async def test_since_leaves_out_what_began_before(fhir: Fhir):
    await three_versions(fhir)
    asked = {
        "2026-02-01T10:00:00Z": ["3", "2"],
        "2026-02-01T10:00:00.001%2B00:00": ["3"],
        "2026-03-02": [],
        "2025-01-01": ["3", "2", "1"],
    }
    for since, wanted in asked.items():
        assert versions((await fhir.get(f"Patient/{ADA}/_history?_since={since}", "office")).json()) == wanted
    for wrong in ("yesterday", "", "2026-02-30"):
        assert code_of(await fhir.get(f"Patient/{ADA}/_history?_since={wrong}", "office")) == "INVALID_VALUE"


async def test_one_version_has_its_etag(fhir: Fhir):
    await three_versions(fhir)
    for number in ("1", "2", "3"):
        answer = await fhir.get(f"Patient/{ADA}/_history/{number}", "office")
        assert answer.headers["etag"] == f'W/"{number}"'
        assert answer.json()["meta"]["versionId"] == number
    assert answer.headers["last-modified"] == "Sun, 01 Mar 2026 10:00:00 GMT"
    for number in ("0", "4", "999999999", "9999999999", "x"):
        answer = await fhir.get(f"Patient/{ADA}/_history/{number}", "office")
        assert (answer.status_code, code_of(answer)) == (404, "RESOURCE_NOT_FOUND")


async def test_of_the_restricted_no_version_tells_where_they_are_or_were(fhir: Fhir):
    await change(fhir, RESTRICTED, "2026-02-01T10:00:00Z", line_2="'77 Secret Row'", postcode="'ZX3 3AA'")
    await change(fhir, RESTRICTED, "2026-02-02T10:00:00Z", place_of_birth="'Secretville'")
    for suffix in ("", "/1", "/2", "/3"):
        answer = await fhir.get(f"Patient/{RESTRICTED}/_history{suffix}", "office")
        assert answer.status_code == 200
        for told in ("Kiln", "Secret", "ZX2", "ZX3", "01632960199", "Y90101", "address", "telecom"):
            assert told not in answer.text
        assert "Dewhurst" in answer.text


async def test_a_version_that_was_restricted_stays_so(fhir: Fhir):
    await change(fhir, RESTRICTED, "2026-02-01T10:00:00Z", restricted="false", line_2="'5 Open Street'")
    newest, first = (await fhir.get(f"Patient/{RESTRICTED}/_history", "office")).json()["entry"]
    assert newest["resource"]["address"][0]["line"][0] == "5 Open Street"
    assert "Kiln" not in orjson.dumps(first).decode()
    assert first["resource"]["meta"]["security"][0]["code"] == "R"


async def test_a_superseded_number_gives_the_survivors_versions(fhir: Fhir):
    bundle = (await fhir.get(f"Patient/{OLD_NUMBER}/_history", "office")).json()
    assert [entry["resource"]["id"] for entry in bundle["entry"]] == [SURVIVOR]
    assert (await fhir.get(f"Patient/{OLD_NUMBER}/_history/1", "office")).json()["id"] == SURVIVOR


async def test_the_history_is_the_offices_own_and_audited(fhir: Fhir):
    for who in ("staff", "app", "app-read", "there"):
        for path in ("_history", "_history/1"):
            answer = await fhir.get(f"Patient/{ADA}/{path}", who)
            assert (answer.status_code, code_of(answer)) == (403, "ACCESS_DENIED")
    assert code_of(await fhir.get(f"Patient/{NOBODY}/_history", "office")) == "RESOURCE_NOT_FOUND"
    await fhir.get(f"Patient/{ADA}/_history/1", "office")
    rows = await fhir.rows("select cardinality(patient_ids) from audit_events where action = 'patient-history.read'")
    assert rows == [(1,)]
    for wrong in ("0", "-1", "x", "1e3", "１"):
        assert code_of(await fhir.get(f"Patient/{ADA}/_history?_count={wrong}", "office")) == "INVALID_VALUE"
