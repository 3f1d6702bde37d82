"""Who stops the making of somebody new, and what is told of them."""

from typing import Any

import httpx
from sqlalchemy import text

from registry.database import unit_of_work
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.newcomers import called, living_at, newcomer
from tests.fhir_api.population import ALONE, DEAD, RESTRICTED, TWIN

_TEASEL = {"address": living_at("", "9 Teasel Close", "", "Otterford", "", postcode="ZX1 1AD")}
_KILN = {"address": living_at("", "2 Kiln Lane", "", "Otterford", "", postcode="ZX2 1AA")}
MAX = called("Holroyd", "Max", gender="male", birthDate="1985-01-01", address=living_at(
    "", "11 Teasel Close", "", "Otterford", "", postcode="ZX1 1AD"))  # fmt: skip
SIMON = called("Dewhurst", "Simon", gender="male", birthDate="1977-08-30", **_KILN)
UNABLE = "Unable to create new patient."


def diagnostics(answer: httpx.Response) -> str:
    return answer.json()["issue"][0]["diagnostics"]


async def created(fhir: Fhir, patient: dict[str, Any], who: str = "staff") -> bool:
    answer = await fhir.post("Patient", patient, who=who)
    assert answer.status_code in (200, 201), answer.text
    return answer.status_code == 201


async def test_one_who_fits_is_told_by_number(fhir: Fhir):
    answer = await fhir.post("Patient", MAX)
    assert (answer.status_code, code_of(answer)) == (200, "SINGLE_MATCH")
    assert diagnostics(answer) == f"{UNABLE} NHS number {ALONE} found for supplied demographic data."
    assert "ETag" not in answer.headers
    assert await fhir.rows("select count(*) from transactions") == [(0,)]
    assert await fhir.rows(
        "select cardinality(patient_ids) from audit_events where action = 'newcomer-match.read'"
    ) == [(1,)]


async def test_whoever_is_dead_is_told_too(fhir: Fhir):
    edna = called("Eastwood", "Edna", birthDate="1931-05-17")
    assert DEAD in diagnostics(await fhir.post("Patient", edna))


async def test_several_are_told_without_numbers(fhir: Fhir):
    """Two of one name and birthday in one town: either may be meant."""
    one = called("Yarrow", "Petra", birthDate="1990-06-05", address=living_at("", "1 Row", "", "Seaby", ""))
    other = called("Yarrow", "Petra", birthDate="1990-06-05", address=living_at("", "90 Hill", "", "Wendale", "",
                                                                             postcode="ZX7 7ZZ"))  # fmt: skip
    number = (await fhir.post("Patient", one)).json()["id"]
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patient", "resource": other},
            {"name": "acknowledgedMatches", "valueString": number},
            {"name": "reason", "valueString": "two sisters-in-law"},
        ],
    }
    assert (await fhir.post("Patient/$allocate", body, who="office")).status_code == 201
    third = {**one, "address": living_at("", "5 Quay", "", "Seaby", "", postcode="ZX9 9AC")}
    answer = await fhir.post("Patient", third)
    assert (answer.status_code, code_of(answer)) == (200, "MULTIPLE_MATCHES")
    assert diagnostics(answer) == f"{UNABLE} Multiple matches found for supplied demographic data."


async def test_of_somebody_restricted_practices_learn_no_number_and_the_office_does(fhir: Fhir):
    answer = await fhir.post("Patient", SIMON)
    assert code_of(answer) == "SINGLE_MATCH"
    assert RESTRICTED not in answer.text
    assert "Contact the registration office" in diagnostics(answer)
    assert RESTRICTED in diagnostics(await fhir.post("Patient", SIMON, who="office"))


async def test_where_somebody_restricted_lives_makes_no_difference(fhir: Fhir):
    """Asked of one address after another, the answer would tell it."""
    elsewhere = {"address": living_at("", "77 Sea View", "", "Seaby", "", postcode="ZX9 9ZZ")}
    for patient in (SIMON, {**SIMON, **elsewhere}):
        assert "Contact the registration office" in diagnostics(await fhir.post("Patient", patient))
    # Near misses, which the address alone could make a match of.
    for near in ({"birthDate": "1977-08-31"}, {"name": called("Dewhurts", "Simon")["name"]}):
        here, there = {**SIMON, **near}, {**SIMON, **near, **elsewhere}
        assert (await created(fhir, here)) == (await created(fhir, there))


async def test_whoever_is_kept_apart_is_never_told(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(text("update patients set apart = true where nhs_number = :n"), {"n": ALONE})
    for who in ("staff", "office"):
        answer = await fhir.post("Patient", MAX, who=who)
        assert code_of(answer) == "SINGLE_MATCH"
        assert ALONE not in answer.text
    # What is only like them does not lead to them.
    assert await created(fhir, {**MAX, "name": called("Halroyd", "Max")["name"]})


async def test_a_twin_can_be_made(fhir: Fhir):
    third = called("Garside", "Violet", birthDate="2019-10-01", multipleBirthInteger=3, **_TEASEL)
    assert await created(fhir, third)


async def test_but_not_twice(fhir: Fhir):
    answer = await fhir.post("Patient", called("Garside", "Ivy", birthDate="2019-10-01", **_TEASEL))
    assert TWIN in diagnostics(answer)


async def test_a_son_of_his_fathers_name_can_be_made(fhir: Fhir):
    assert await created(fhir, {**MAX, "birthDate": "2016-03-20"})


async def test_a_sister_can_be_made(fhir: Fhir):
    assert await created(fhir, {**MAX, "name": called("Holroyd", "Ann")["name"], "birthDate": "1987-04-11"})


async def test_slips_and_forms_of_a_name_are_stopped(fhir: Fhir):
    born = {"birthDate": "1979-10-21"}
    assert await created(fhir, called("Wainscott", "Catherine", **born))
    for alike in (
        called("Wainscott", "Kate", **born),
        called("Wainscot", "Catherine", **born),
        called("Wainscott", "Catherine", birthDate="1979-12-21"),
        called("Wainscott", "Catherine", gender="male", **born),
        called("Marlow", "Catherine", **born),
        called("Wainscott", "Catherine", **born, address=living_at("", "1 Far", "", "Seaby", "", postcode="ZX9 9AA")),
    ):
        assert not await created(fhir, alike), alike


async def test_another_year_of_birth_stops_nobody_and_the_office_is_shown_the_pair(fhir: Fhir):
    assert await created(fhir, called("Wainscott", "Catherine", birthDate="1979-10-21"))
    assert await created(fhir, called("Wainscott", "Catherine", birthDate="1978-10-21"))
    cases = await fhir.rows("select sentence from anomalies where kind = 'possible-duplicate' and state = 'open'")
    assert cases == [("Two records may be of one person: all but the year of birth agrees.",)]


async def test_whoever_was_invalidated_stops_nobody(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(text("update patients set status = 'invalidated' where nhs_number = :n"), {"n": ALONE})
    assert await created(fhir, MAX)


async def test_strangers_stop_nobody(fhir: Fhir):
    assert await created(fhir, newcomer())
