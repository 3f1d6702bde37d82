"""Somebody new is given a number: what is made, and what is answered."""

from registry.monitoring.check import check
from registry.values.nhs_number import NHSNumber
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.newcomers import called, newcomer
from tests.fhir_api.population import HERE


async def test_somebody_new_is_made(fhir: Fhir):
    answer = await fhir.post("Patient", newcomer())
    made = answer.json()
    assert answer.status_code == 201
    assert NHSNumber.parse(made["id"])
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Location"].endswith(f"/FHIR/R4/Patient/{made['id']}")
    assert made["name"][0]["family"] == "Wainscott"
    assert made["name"][0]["period"] == {"start": "1986-07-01"}
    assert made["address"][0]["line"] == ["14 Larkspur Road", "Otterford"]
    assert {len(item["id"]) for item in (*made["name"], *made["address"], *made["telecom"])} == {8}
    assert "generalPractitioner" not in made
    assert (await fhir.get(f"Patient/{made['id']}")).json() == made


async def test_every_invariant_holds_afterwards(fhir: Fhir):
    assert (await fhir.post("Patient", newcomer())).status_code == 201
    async with fhir.database.engine.connect() as connection:
        assert await check(connection) == []


async def test_who_asked_and_what_waits_is_kept(fhir: Fhir):
    number = (await fhir.post("Patient", newcomer())).json()["id"]
    [(kind, source, state, outcome, practice, command)] = await fhir.rows(
        "select t.kind, t.source, t.state, t.outcome, r.ods_code, t.command from transactions t"
        " join patients p on p.id = t.patient_id join practices r on r.id = t.practice_id where p.nhs_number = :n",
        n=number,
    )
    assert (kind, source, state, outcome, practice) == ("new-person", "fhir", "accepted", "allotted", HERE)
    assert command == {"authority": "Y90", "authority_type": "x"}
    assert await fhir.rows("select kind, state, expects from matters") == [
        ("newcomer", "awaiting-registration", "acceptance")
    ]
    assert await fhir.rows(
        "select l.code from list_movements v join lists l on l.id = v.to_list order by v.id desc limit 1"
    ) == [("unregistered",)]
    assert await fhir.rows("select kind, state, question ->> 'number' from national_requests") == [
        ("announce", "P", number)
    ]
    assert await fhir.rows("select count(*) from match_decisions where transaction_id is not null") == [(1,)]


async def test_the_number_leaves_the_reserve(fhir: Fhir):
    [(before,)] = await fhir.rows("select count(*) from number_reserve")
    number = (await fhir.post("Patient", newcomer())).json()["id"]
    assert await fhir.rows("select count(*) from number_reserve") == [(before - 1,)]
    assert await fhir.rows("select count(*) from number_reserve where nhs_number = :n", n=number) == [(0,)]


async def test_what_the_server_says_is_passed_over(fhir: Fhir):
    sent = newcomer(id="9999999999", meta={"versionId": "7"}, active=True)
    sent["name"][0]["id"] = "mine"
    made = (await fhir.post("Patient", sent)).json()
    assert made["id"] != "9999999999"
    assert made["meta"]["versionId"] == "1"
    assert made["name"][0]["id"] != "mine"


async def test_the_same_request_again_gets_the_same_answer(fhir: Fhir):
    headers: dict[str, str | None] = {"X-Request-ID": "60e0b220-8136-4ca5-ae46-1d97ef59d068"}
    first = await fhir.post("Patient", newcomer(), headers=headers)
    again = await fhir.post("Patient", newcomer(), headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert await fhir.rows("select count(*) from transactions where kind = 'new-person'") == [(1,)]


async def test_the_office_may_ask_too(fhir: Fhir):
    assert (await fhir.post("Patient", newcomer(), who="office")).status_code == 201
    assert await fhir.rows("select practice_id from transactions where kind = 'new-person'") == [(None,)]


async def test_an_application_without_a_user_may_not(fhir: Fhir):
    for who in ("app", "app-read"):
        answer = await fhir.post("Patient", newcomer(), who=who)
        assert (answer.status_code, code_of(answer)) == (403, "INVALID_METHOD")


async def test_official_stands_for_usual_and_former_names_find_them(fhir: Fhir):
    sent = called("Wainscott", "Rosa", birthDate="1991-05-05")
    sent["name"][0]["use"] = "official"
    sent["name"].append(
        {"use": "old", "family": "Tarrant", "given": ["Rosa"], "period": {"start": "1991-05-05", "end": "2015-06-01"}}
    )
    made = (await fhir.post("Patient", sent)).json()
    assert [name["use"] for name in made["name"]] == ["usual", "old"]
    again = called("Tarrant", "Rosa", birthDate="1991-05-05")
    assert code_of(await fhir.post("Patient", again)) == "SINGLE_MATCH"


async def test_a_temporary_address_ends_by_itself(fhir: Fhir):
    sent = newcomer()
    sent["address"].append(
        {"use": "temp", "period": {"start": "2026-10-20"}, "line": ["", "2 Quay", "", "Seaby"], "postalCode": "ZX9 9AA"}
    )
    made = (await fhir.post("Patient", sent)).json()
    assert made["address"][1]["period"] == {"start": "2026-10-20", "end": "2026-11-19"}


async def test_somebody_without_a_fixed_abode_needs_no_lines(fhir: Fhir):
    homeless = [{"use": "home", "period": {"start": "2026-01-01"}, "postalCode": "ZZ99 3VZ"}]
    assert (await fhir.post("Patient", newcomer(address=homeless))).status_code == 201


async def test_the_body_needs_no_type_as_in_examples_of_pds(fhir: Fhir):
    assert (await fhir.post("Patient", newcomer(resourceType=None))).status_code == 201
