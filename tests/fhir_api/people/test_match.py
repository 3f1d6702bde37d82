"""POST Patient/$match: who is likely to be meant, how sure that is, and what is refused."""

from typing import Any

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import ADA, BELLA, BELLAMY, NOBODY, RESTRICTED, SURVIVOR, TWIN

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"


def described(family: str, given: str, born: str, gender: str = "female", **more: Any) -> dict[str, Any]:
    name = [{"family": family, "given": [given]}]
    return {"resourceType": "Patient", "name": name, "gender": gender, "birthDate": born} | more


def living(*lines: str, postcode: str) -> dict[str, Any]:
    return {"address": [{"use": "home", "line": [*lines], "postalCode": postcode}]}


def parameters(resource: Any, *more: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}, *more]}


def only_certain() -> dict[str, Any]:
    return {"name": "onlyCertainMatches", "valueBoolean": True}


ADA_DESCRIBED = described("Quill", "Ada", "1980-02-29", **living("3 Mill Lane", "Otterford", postcode="ZX1 1AA"))
BELLA_DESCRIBED = described("Barrow", "Bella", "1962-02-11")
IVY_DESCRIBED = described("Garside", "Ivy", "2019-10-01")
SIMON_DESCRIBED = described("Dewhurst", "Simon", "1977-08-30", "male")


async def told(fhir: Fhir, body: Any, who: str = "staff") -> list[tuple[str, str, float]]:
    """Id, grade and score of each entry."""
    answer = await fhir.post("Patient/$match", body, who)
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    entries = bundle.get("entry", [])
    assert bundle["type"] == "searchset"
    assert bundle["total"] == len(entries)
    return [
        (each["resource"]["id"], each["search"]["extension"][0]["valueCode"], each["search"]["score"])
        for each in entries
    ]


async def test_the_likeliest_comes_first_with_grade_and_score(fhir: Fhir):
    (first, *_) = await told(fhir, parameters(ADA_DESCRIBED))
    assert first[:2] == (ADA, "certain")
    assert 0.99 < first[2] <= 1
    rows = await told(fhir, BELLA_DESCRIBED)
    assert rows[0][0] == BELLA
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)
    assert {row[1] for row in rows} <= {"certain", "probable", "possible"}


async def test_a_twin_is_nobodys_certain_match(fhir: Fhir):
    rows = await told(
        fhir, described("Garside", "Ira", "2019-10-01", **living("9 Teasel Close", "Otterford", postcode="ZX1 1AD"))
    )
    assert all(grade != "certain" for _, grade, _ in rows)
    (ivy, *_) = await told(fhir, IVY_DESCRIBED)
    assert ivy[0] == TWIN


async def test_only_certain_matches_are_one_or_none(fhir: Fhir):
    assert [row[0] for row in await told(fhir, parameters(ADA_DESCRIBED, only_certain()))] == [ADA]
    unsure = described("Barrow", "B", "1962-02-11")
    assert await told(fhir, parameters(unsure, only_certain())) == []


async def test_a_system_is_told_of_a_certain_match_alone(fhir: Fhir):
    assert [row[0] for row in await told(fhir, ADA_DESCRIBED, "app")] == [ADA]
    assert await told(fhir, described("Barrow", "B", "1962-02-11"), "app") == []


async def test_nobody_is_a_bundle_without_entries(fhir: Fhir):
    answer = (await fhir.post("Patient/$match", described("Zzyzwych", "Qiana", "1911-01-01"))).json()
    assert answer["total"] == 0
    assert "entry" not in answer


async def test_count_bounds_what_is_told(fhir: Fhir):
    rows = await told(fhir, parameters(BELLA_DESCRIBED, {"name": "count", "valueInteger": 1}))
    assert [row[0] for row in rows] == [BELLA]
    assert await told(fhir, parameters(BELLA_DESCRIBED, {"name": "count", "valueInteger": 10**9}))


async def test_a_number_finds_who_bears_it_now(fhir: Fhir):
    by_number = described("Firth", "Colm", "1990-12-12", "male") | {
        "identifier": [{"system": NHS_NUMBER, "value": SURVIVOR}]
    }
    (first, *_) = await told(fhir, by_number)
    assert first[:2] == (SURVIVOR, "certain")


async def test_the_restricted_are_never_told_of_where_a_place_is_asked(fhir: Fhir):
    (first, *_) = await told(fhir, SIMON_DESCRIBED)
    assert first[0] == RESTRICTED
    entry = (await fhir.post("Patient/$match", SIMON_DESCRIBED)).json()["entry"][0]
    assert not {"address", "telecom", "generalPractitioner", "contact"} & entry["resource"].keys()
    for place in (
        living("2 Kiln Lane", "Otterford", postcode="ZX2 1AA"),
        living("9 Elsewhere", postcode="ZX9 9AA"),
        {"telecom": [{"system": "phone", "value": "01632960199"}]},
        {"generalPractitioner": [{"identifier": {"value": "Y90101"}}]},
    ):
        assert RESTRICTED not in [row[0] for row in await told(fhir, SIMON_DESCRIBED | place)]


async def test_whoever_is_kept_apart_is_left_out(fhir: Fhir):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update patients set apart = true where nhs_number = '{BELLAMY}'")
    assert BELLAMY not in [row[0] for row in await told(fhir, described("Barrow", "Bellamy", "1962-02-11", "male"))]
    fuzzy = await fhir.get("Patient?_fuzzy-match=true&family=Barrow&given=Bellamy&birthdate=1962-02-11")
    assert BELLAMY not in [entry["resource"]["id"] for entry in fuzzy.json().get("entry", ())]


_PATIENT = {"resourceType": "Patient", "name": [{"family": "Quill"}]}
REFUSED: list[tuple[Any, str, str]] = [
    ([], "INVALID_VALUE", "body"),
    ("x", "INVALID_VALUE", "body"),
    ({}, "MISSING_VALUE", "resourceType"),
    ({"resourceType": "Bundle"}, "INVALID_VALUE", "resourceType"),
    ({"resourceType": "Parameters"}, "MISSING_VALUE", "parameter/resource"),
    ({"resourceType": "Parameters", "parameter": "x"}, "INVALID_VALUE", "parameter"),
    ({"resourceType": "Parameters", "parameter": []}, "MISSING_VALUE", "parameter/resource"),
    (parameters(None), "MISSING_VALUE", "parameter/0/resource"),
    (parameters(_PATIENT | {"gender": "banana"}), "INVALID_VALUE", "parameter/0/resource/gender"),
    (parameters(_PATIENT | {"colour": "red"}), "ADDITIONAL_PROPERTIES", "colour"),
    (parameters(_PATIENT | {"birthDate": "1980"}), "INVALID_VALUE", "parameter/0/resource/birthDate"),
    (parameters(_PATIENT | {"birthDate": "1980-13-01"}), "INVALID_VALUE", "birthDate"),
    (parameters({"resourceType": "Practitioner"}), "INVALID_VALUE", "parameter/0/resource/resourceType"),
    (parameters({"resourceType": "Patient", "gender": "male"}), "MISSING_VALUE", "parameter/0/resource/name"),
    (parameters(_PATIENT, {"name": "resource", "resource": _PATIENT}), "TOO_MANY_VALUES_SUBMITTED", "resource"),
    (parameters(_PATIENT, {"name": "colour", "valueString": "red"}), "ADDITIONAL_PROPERTIES", "colour"),
    (parameters(_PATIENT, {"name": "count", "valueInteger": 0}), "INVALID_VALUE", "parameter/1/valueInteger"),
    (parameters(_PATIENT, {"name": "count", "valueString": "2"}), "MISSING_VALUE", "parameter/1/valueInteger"),
    (parameters(_PATIENT, {"name": "count", "valueInteger": "many"}), "INVALID_VALUE", "parameter/1/valueInteger"),
    (
        parameters(_PATIENT, {"name": "onlyCertainMatches", "valueBoolean": "perhaps"}),
        "INVALID_VALUE",
        "parameter/1/valueBoolean",
    ),
    (
        parameters(_PATIENT | {"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}),
        "UNSUPPORTED_VALUE",
        "parameter/0/resource/modifierExtension",
    ),
    (parameters(_PATIENT | {"implicitRules": "urn:rules"}), "UNSUPPORTED_VALUE", "implicitRules"),
]


async def test_what_cannot_be_read_is_refused_by_code_and_field(fhir: Fhir):
    for body, code, field in REFUSED:
        answer = await fhir.post("Patient/$match", body)
        assert (answer.status_code, code_of(answer)) == (400, code), (body, answer.text)
        assert any(field in each for each in answer.json()["issue"][0]["expression"]), (body, answer.text)


async def test_hostile_bodies_are_no_server_errors(fhir: Fhir):
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    strange: list[Any] = [
        parameters(_PATIENT | {"name": deep}),
        parameters(described("\x00\x00", "‮" * 300, "0001-01-01")),
        parameters(described("A" * 100_000, "B", "9999-12-31")),
        parameters(_PATIENT | {"identifier": [{"system": NHS_NUMBER, "value": "\x00" * 10}]}),
        parameters(_PATIENT | {"address": [{"use": "home", "line": ["\x00"] * 40, "postalCode": "\x00%_"}]}),
        parameters(_PATIENT | {"identifier": [{"system": NHS_NUMBER}]}),
        parameters(_PATIENT | {"identifier": [{"system": NHS_NUMBER, "value": NOBODY}]}),
    ]
    for body in strange:
        answer = await fhir.post("Patient/$match", body)
        assert answer.status_code in (200, 400), answer.text
    broken = {
        "content": b'{"resourceType": "Patient", "name": "\\ud800"',
        "headers": {"Content-Type": "application/json"},
    }
    assert (await fhir.ask("POST", "Patient/$match", **broken)).status_code == 400


async def test_a_match_is_audited(fhir: Fhir):
    await told(fhir, ADA_DESCRIBED)
    (row,) = await fhir.rows(
        "select cardinality(patient_ids), subject from audit_events where action = 'match.read' order by id desc"
    )
    assert row[0] >= 1
    assert row[1] == {"outcome": "certain"}
