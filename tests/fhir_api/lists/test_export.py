"""$export: from asking to the files."""

from uuid import uuid4

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.lists.conftest import ASYNC, Exports
from tests.fhir_api.population import (
    ADA,
    BELLA,
    BELLAMY,
    CARYS,
    ELSEWHERE,
    HERE,
    OTHER_TWIN,
    RESTRICTED,
    SURVIVOR,
    THERE,
    TOM,
    TWIN,
)

ON_LIST = {ADA, BELLA, CARYS, RESTRICTED, TOM, SURVIVOR, TWIN, OTHER_TWIN}


async def test_the_whole_list_is_fetched_in_the_shape_of_a_read(exports: Exports):
    manifest = await exports.made()
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"].endswith(f"/FHIR/R4/Group/{HERE}/$export")
    assert manifest["error"] == []
    assert "deleted" not in manifest
    people = {each["id"]: each for each in await exports.lines(manifest, "Patient")}
    assert people.keys() == ON_LIST
    for number, person in people.items():
        assert person == (await exports.fhir.get(f"Patient/{number}")).json()


async def test_asking_needs_respond_async(fhir: Fhir):
    answer = await fhir.get(f"Group/{HERE}/$export")
    assert (answer.status_code, code_of(answer)) == (400, "MISSING_VALUE")
    assert answer.json()["issue"][0]["expression"] == ["Prefer"]
    answer = await fhir.get(f"Group/{HERE}/$export", headers={"Prefer": "return=minimal"})
    assert (answer.status_code, code_of(answer)) == (400, "INVALID_VALUE")


async def test_how_far_it_is_and_where_the_manifest_will_be(exports: Exports):
    asked = await exports.ask()
    assert asked.status_code == 202
    where = asked.headers["content-location"]
    answer = await exports.fhir.get(where)
    assert answer.status_code == 202
    assert answer.headers["x-progress"] == "waiting"
    assert int(answer.headers["retry-after"]) >= 1
    await exports.work()
    answer = await exports.fhir.get(where)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["expires"].endswith("GMT")


async def test_asked_for_again_while_it_is_being_made_it_is_the_same(exports: Exports):
    first, second = await exports.ask(), await exports.ask()
    assert first.headers["content-location"] == second.headers["content-location"]
    other = await exports.ask(_type="Patient")
    assert other.headers["content-location"] != first.headers["content-location"]


async def test_types_are_chosen(exports: Exports):
    manifest = await exports.made(_type="EpisodeOfCare", _outputFormat="application/fhir+ndjson")
    assert {each["type"] for each in manifest["output"]} == {"EpisodeOfCare"}


async def test_parameters_in_a_body(exports: Exports, fhir: Fhir):
    given = [{"name": "_type", "valueString": "Patient"}, {"name": "_outputFormat", "valueString": "ndjson"}]
    body = {"resourceType": "Parameters", "parameter": given}
    request_id = str(uuid4())
    headers = {**ASYNC, "X-Request-ID": request_id}
    asked = await fhir.post(f"Group/{HERE}/$export", body, headers=headers)
    assert asked.status_code == 202
    await exports.work()
    again = await fhir.post(f"Group/{HERE}/$export", body, headers=headers)
    assert again.headers["content-location"] == asked.headers["content-location"]
    manifest = (await fhir.get(asked.headers["content-location"])).json()
    assert {each["type"] for each in manifest["output"]} == {"Patient"}


async def test_what_cannot_be_asked_for(exports: Exports, fhir: Fhir):
    for query, field in [
        ({"_type": "Observation"}, "_type"),
        ({"_type": ""}, "_type"),
        ({"_outputFormat": "text/csv"}, "_outputFormat"),
        ({"_since": "yesterday"}, "_since"),
        ({"_since": "2026-01-01T00:00:00"}, "_since"),
        ({"_since": "0001-01-01T00:00:00+14:00"}, "_since"),
        ({"_since": "9999-99-99T00:00:00Z"}, "_since"),
        ({"_elements": "id"}, "_elements"),
    ]:
        answer = await exports.ask(**query)
        assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (400, [field]), query
    for body in [
        {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueBoolean": True}]},
        {"resourceType": "Parameters", "parameter": [{"name": "_type"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "_colour", "valueString": "red"}]},
        {"resourceType": "Patient"},
        [],
    ]:
        assert (await fhir.post(f"Group/{HERE}/$export", body, headers=ASYNC)).status_code == 400, body
    assert await fhir.rows("select count(*) from list_exports") == [(0,)]
    lenient = {"Prefer": "respond-async, handling=lenient"}
    answer = await fhir.get(f"Group/{HERE}/$export?_type=Patient,Observation&_elements=id", headers=lenient)
    assert answer.status_code == 202


async def test_a_practice_has_its_own_list_only(exports: Exports, fhir: Fhir):
    answer = await exports.ask("there")
    assert (answer.status_code, code_of(answer)) == (404, "RESOURCE_NOT_FOUND")
    manifest = await exports.made("there", THERE)
    assert await exports.numbers(manifest, "there") == {BELLAMY, ELSEWHERE}
    for other in ("staff", "office"):
        for url in (manifest["output"][0]["url"], manifest["output"][0]["url"].replace("file", "status")[:-2]):
            assert (await fhir.get(url, other)).status_code == 404


async def test_the_office_has_any_list_without_those_whom_it_would_find_there(exports: Exports):
    manifest = await exports.made("office")
    assert await exports.numbers(manifest, "office") == ON_LIST - {RESTRICTED}


async def test_of_somebody_restricted_nothing_tells_where_they_live(exports: Exports):
    manifest = await exports.made("app")
    person = next(each for each in await exports.lines(manifest, "Patient", "app") if each["id"] == RESTRICTED)
    assert person.keys() == {"resourceType", "id", "meta", "identifier", "name", "gender", "birthDate"}
    stays = await exports.fhir.rows(
        "select m.id::text from list_memberships m join patients p on p.id = m.patient_id where p.nhs_number = :number",
        number=RESTRICTED,
    )
    episodes = await exports.lines(manifest, "EpisodeOfCare", "app")
    assert len(episodes) == len(ON_LIST) - 1
    assert stays[0][0] not in {each["id"] for each in episodes}


async def test_who_becomes_protected_takes_the_files_along(exports: Exports, fhir: Fhir):
    manifest = await exports.made()
    await set_changed(fhir, TOM, "restricted = true")
    for file in manifest["output"]:
        assert (await fhir.get(file["url"])).status_code == 404


async def test_it_ends_when_it_is_said_to(exports: Exports, fhir: Fhir):
    asked = await exports.ask()
    where = asked.headers["content-location"]
    assert (await fhir.ask("DELETE", where, "there")).status_code == 404
    assert (await fhir.ask("DELETE", where)).status_code == 202
    assert (await fhir.get(where)).status_code == 404
    assert (await fhir.ask("DELETE", where)).status_code == 404
    await exports.work()
    assert await fhir.rows("select count(*) from list_export_files") == [(0,)]
    manifest = await exports.made()
    assert (await fhir.get(manifest["output"][0]["url"])).status_code == 200


async def test_paths_that_are_no_export(fhir: Fhir):
    for path in (f"$export-status/{uuid4()}", "$export-status/x", f"$export-file/{uuid4()}/1", "$export-file/x/y"):
        assert (await fhir.get(path)).status_code == 404


async def test_who_asked_and_who_was_on_it_is_in_the_audit(exports: Exports, fhir: Fhir):
    manifest = await exports.made("app")
    await exports.numbers(manifest, "app")
    told = await fhir.rows(
        "select action, actor_name, practice_ods, cardinality(patient_ids) from audit_events"
        " where action like 'list-export.%' order by id"
    )
    assert told[0] == ("list-export.asked", "app:app", HERE, 0)
    assert ("list-export.read", "app:app", HERE, len(ON_LIST) - 1) in told
    assert ("list-export.read", "app:app", HERE, 1) in told
    assert [each for each in told if each[0] == "list-export.fetched"]


async def test_there_are_only_so_many_at_once(exports: Exports):
    for minute in range(5):
        assert (await exports.ask(_since=f"2026-01-01T00:0{minute}:00Z")).status_code == 202
    answer = await exports.ask(_since="2026-01-01T00:09:00Z")
    assert (answer.status_code, code_of(answer)) == (429, "TOO_MANY_REQUESTS")
    assert int(answer.headers["retry-after"]) > 0
    assert (await exports.ask("there", THERE)).status_code == 202


async def set_changed(fhir: Fhir, number: str, changes: str) -> None:
    """Change a person's row as if it were now."""
    from sqlalchemy import text

    async with fhir.database.engine.begin() as connection:
        statement = f"update patients set {changes}, updated_at = '2026-11-02 10:00+00' where nhs_number = :number"
        await connection.execute(text(statement), {"number": number})
