"""Practices: every code on one page, the state of the list, and searches page by page."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy import text

from registry.database import unit_of_work
from registry.fhir import own
from registry.fhir_api.organisations.codes import CIPHER, DOCTOR, LINK, LIST_STATE, ODS, PARTNER
from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import HERE, THERE


async def _doctor(fhir: Fhir, gmc: str, local: str, period: str, practice: str = HERE) -> None:
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(
            text(
                "insert into practice_doctors (id, practice_id, gmc_number, local_code, period)"
                " select gen_random_uuid(), id, :gmc, :local, cast(cast(:period as text) as daterange) from practices"
                " where ods_code = :code"
            ),
            {"gmc": gmc, "local": local, "period": period, "code": practice},
        )


def codes(resource: dict[str, Any], system: str) -> list[dict[str, Any]]:
    return [each for each in resource["identifier"] if each["system"] == system]


def ids(answer: Any) -> list[str]:
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


async def test_every_code_of_a_practice_stands_on_one_page(fhir: Fhir):
    await _doctor(fhir, "4826940", "281", "[2010-01-01,2020-04-01)")
    await _doctor(fhir, "4826940", "282", "[2020-04-01,)")
    answer = await fhir.get(f"Organization/{HERE}")
    assert answer.status_code == 200
    practice = answer.json()
    get_fhir_model_class("Organization").model_validate(practice)
    [(partner, cipher)] = await fhir.rows(
        "select trading_partner_code, authority_cipher from practices where ods_code = :code", code=HERE
    )
    assert [each["value"] for each in codes(practice, ODS)] == [HERE]
    assert [each["value"] for each in codes(practice, PARTNER)] == [partner]
    assert [each["value"] for each in codes(practice, CIPHER)] == [cipher]
    assert [each["value"] for each in codes(practice, LINK)] == [cipher + "1"]
    former, present = [each for each in codes(practice, DOCTOR) if each["value"].startswith("4826940")]
    assert (former["value"], former["use"], former["period"]) == (
        "4826940,281",
        "old",
        {"start": "2010-01-01", "end": "2020-03-31"},
    )
    assert (present["value"], present["use"], present["period"]) == (
        "4826940,282",
        "secondary",
        {"start": "2020-04-01"},
    )


async def test_list_state_is_told(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(
            text("update practices set list_state = 'closed' where ods_code = :code"), {"code": THERE}
        )
    for code, state in ((HERE, "open"), (THERE, "closed")):
        for kind in ("Organization", "Location"):
            found = (await fhir.get(f"{kind}/{code}")).json()
            assert found["extension"] == [{"url": own.structure("list-state"), "valueCode": state}]
    assert own.structure("list-state") == LIST_STATE


async def test_anybody_who_may_read_people_may_read_practices(fhir: Fhir):
    for who in ("staff", "app", "app-read", "there", "office"):
        assert (await fhir.get(f"Organization/{HERE}", who)).status_code == 200
    assert (await fhir.get(f"Organization/{HERE}", "nobody")).status_code == 401


async def test_searches_find_by_any_code(fhir: Fhir):
    await _doctor(fhir, "4826940", "281", "[2010-01-01,2020-04-01)")
    [(partner, cipher)] = await fhir.rows(
        "select trading_partner_code, authority_cipher from practices where ods_code = :code", code=HERE
    )
    for value in (
        f"{ODS}|{HERE}",
        HERE.lower(),
        f"{PARTNER}|{partner}",
        partner,
        f"{DOCTOR}|4826940,281",
    ):
        assert ids(await fhir.get("Organization", params={"identifier": value})) == [HERE], value
    assert ids(await fhir.get("Organization", params={"identifier": f"{CIPHER}|{cipher}"})) == [HERE, THERE]
    assert ids(await fhir.get("Organization", params={"identifier": f"{LINK}|{cipher}1"})) == [HERE, THERE]
    for nothing in (f"https://example.org/other|{HERE}", f"|{HERE}", f"{PARTNER}|{HERE}"):
        assert ids(await fhir.get("Organization", params={"identifier": nothing})) == []


async def test_searches_narrow(fhir: Fhir):
    assert ids(await fhir.get("Organization", params={"_id": f"{HERE},Y90000"})) == [HERE]
    assert ids(await fhir.get("Organization", params={"active": "false"})) == []
    assert ids(await fhir.get("Organization", params={"active": "true"})) == [HERE, THERE]
    [(name,)] = await fhir.rows("select name from practices where ods_code = :code", code=HERE)
    assert HERE in ids(await fhir.get("Organization", params={"name": name[:4].lower()}))
    assert ids(await fhir.get("Location", params={"organization": f"Organization/{HERE}"})) == [HERE]
    assert ids(await fhir.get("Location", params={"organization": HERE, "_id": THERE})) == []


async def test_postcodes_find_by_their_beginning(fhir: Fhir):
    async with unit_of_work(fhir.database.engine) as connection:
        await connection.execute(
            text("update practices set postcode = 'ZX4 7QP' where ods_code = :code"), {"code": HERE}
        )
    for asked in ("ZX4 7QP", "zx47", "ZX4"):
        for kind in ("Organization", "Location"):
            assert ids(await fhir.get(kind, params={"address-postalcode": asked})) == [HERE]
    assert ids(await fhir.get("Location", params={"address-postalcode": "ZX47QQ"})) == []


async def test_pages_hold_everybody_once(fhir: Fhir):
    first = await fhir.get("Organization", params={"_count": "1"})
    assert ids(first) == [HERE]
    links = {each["relation"]: each["url"] for each in first.json()["link"]}
    second = await fhir.get(links["next"].replace("http://registry.test", ""))
    assert ids(second) == [THERE]
    assert "next" not in {each["relation"] for each in second.json()["link"]}


@pytest.mark.parametrize(
    "path", ["Organization/Y90000", "Location/%00", "Organization/..%2F..", "Location/" + "x" * 300]
)
async def test_who_is_not_there_is_not_found(fhir: Fhir, path: str):
    answer = await fhir.get(path)
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    ("kind", "parameter", "value"),
    [
        ("Organization", "identifier", "a|"),
        ("Organization", "identifier", "\0"),
        ("Organization", "_id", "%"),
        ("Organization", "active", "yes"),
        ("Organization", "address-postalcode", "ZX4%"),
        ("Organization", "name", "\0"),
        ("Organization", "_count", "0"),
        ("Location", "organization", "Patient/1"),
        ("PractitionerRole", "active", "1"),
        ("PractitionerRole", "practitioner", "a b"),
        ("Practitioner", "identifier", " |"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(fhir: Fhir, kind: str, parameter: str, value: str):
    answer = await fhir.get(kind, params={parameter: value})
    assert answer.status_code == 400
    assert code_of(answer) == "INVALID_VALUE"
    assert answer.json()["issue"][0]["expression"] == [parameter]


async def test_doctors_have_every_code_over_time(fhir: Fhir):
    await _doctor(fhir, "4826940", "281", "[2010-01-01,2020-04-01)")
    await _doctor(fhir, "4826940", "31", "[2020-04-01,)", THERE)
    doctor = (await fhir.get("Practitioner/4826940")).json()
    get_fhir_model_class("Practitioner").model_validate(doctor)
    assert doctor["active"] is True
    assert [(each["value"], each["assigner"]["identifier"]["value"]) for each in codes(doctor, DOCTOR)] == [
        ("4826940,281", HERE),
        ("4826940,31", THERE),
    ]
    assert ids(await fhir.get("Practitioner", params={"identifier": "4826940,31"})) == ["4826940"]
    assert (await fhir.get("Practitioner/0000001")).status_code == 404


async def test_roles_have_days_and_places(fhir: Fhir):
    await _doctor(fhir, "4826940", "281", "[2010-01-01,2020-04-01)")
    await _doctor(fhir, "4826940", "31", "[2020-04-01,)", THERE)
    both = (await fhir.get("PractitionerRole", params={"practitioner": "Practitioner/4826940"})).json()
    assert len(both["entry"]) == 2
    [ended] = (await fhir.get("PractitionerRole", params={"practitioner": "4826940", "active": "false"})).json()[
        "entry"
    ]
    role = ended["resource"]
    get_fhir_model_class("PractitionerRole").model_validate(role)
    assert role["active"] is False
    assert role["period"] == {"start": "2010-01-01", "end": "2020-03-31"}
    assert role["identifier"][0]["value"] == "281"
    assert role["organization"]["reference"] == f"Organization/{HERE}"
    assert (await fhir.get(f"PractitionerRole/{role['id']}")).json() == role
    at_there = await fhir.get("PractitionerRole", params={"organization": THERE, "identifier": "31"})
    assert [entry["resource"]["practitioner"]["reference"] for entry in at_there.json()["entry"]] == [
        "Practitioner/4826940"
    ]
    assert (await fhir.get("PractitionerRole/nobody")).status_code == 404
