"""Each field of a newcomer that is absent or wrong: the code, and the path of the field."""

from typing import Any

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.people.newcomers import newcomer, with_, without

ABSENT = (
    ("name", "name"),
    ("name/0/use", "name/0/use"),
    ("name/0/given", "name/0/given"),
    ("name/0/family", "name/0/family"),
    ("gender", "gender"),
    ("birthDate", "birthDate"),
    ("address", "address"),
    ("address/0/use", "address/0/use"),
    ("address/0/period", "address/0/period"),
    ("address/0/period/start", "address/0/period"),
    ("address/0/line", "address/0/line"),
    ("telecom/0/system", "telecom/0/system"),
    ("telecom/0/value", "telecom/0/value"),
    ("extension", "extension/registeringAuthority"),
    ("extension/0/extension/0", "extension/0/extension/registeringAuthorityType"),
    ("extension/0/extension/1", "extension/0/extension/organisationIdentifier"),
    (
        "extension/0/extension/0/valueCodeableConcept/coding/0/code",
        "extension/0/extension/0/valueCodeableConcept/coding/0/code",
    ),
)
_USUAL = {"use": "usual", "given": ["Jo"], "family": "Wainscott"}
_HOME = {"use": "home", "period": {"start": "2020-01-01"}, "line": ["", "1 Row", "", "Seaby", ""]}
WRONG: tuple[tuple[str, Any, str, str], ...] = (
    ("name", [_USUAL, _USUAL], "TOO_MANY_VALUES_SUBMITTED", "name"),
    ("name/0/use", "nickname", "INVALID_CREATE", "name"),
    ("name/0/use", "banana", "INVALID_VALUE", "name/0/use"),
    ("name/0/period/end", "2030-01-01", "INVALID_CREATE", "name/0/period/end"),
    ("name/0/period/start", "2099-01-01", "INVALID_CREATE", "name/0/period/start"),
    ("name/0/given", ["A", "B", "C", "D", "E", "F"], "TOO_MANY_VALUES_SUBMITTED", "name/0/given"),
    ("name/0/given", "Jo", "INVALID_VALUE", "name/0/given"),
    ("name/0/given/0", "J*", "UNSUPPORTED_CHARACTERS_IN_FIELD", "name/0/given/0"),
    ("name/0/family", "--", "INVALID_VALUE", "name/0/family"),
    ("name/0/family", "W" * 201, "INVALID_CREATE", "name/0/family"),
    ("name/0/family", 7, "INVALID_VALUE", "name/0/family"),
    ("name/0/colour", "red", "ADDITIONAL_PROPERTIES", "colour"),
    ("gender", "banana", "INVALID_VALUE", "gender"),
    ("gender", "other", "INVALID_VALUE", "gender"),
    ("birthDate", "1986-07", "INVALID_VALUE", "birthDate"),
    ("birthDate", "1986-02-30", "INVALID_VALUE", "birthDate"),
    ("birthDate", 19860701, "INVALID_VALUE", "birthDate"),
    ("birthDate", "2026-11-03", "INVALID_CREATE", "birthDate"),
    ("birthDate", "1786-07-01", "INVALID_CREATE", "birthDate"),
    ("multipleBirthInteger", 0, "INVALID_VALUE", "multipleBirthInteger"),
    ("address/0/use", "work", "INVALID_CREATE", "address"),
    ("address", [_HOME, _HOME], "TOO_MANY_VALUES_SUBMITTED", "address"),
    ("address/0/period", {"end": "2026-01-01"}, "MISSING_VALUE", "address/0/period/start"),
    ("address/0/period/start", "2099-01-01", "INVALID_CREATE", "address/0/period/start"),
    ("address/0/period/start", 5, "INVALID_VALUE", "address/0/period/start"),
    ("address/0/period/end", "2026-02-01", "INVALID_CREATE", "address/0/period/end"),
    ("address/0/period/end", "2025-02-01", "INVALID_CREATE", "address/0/period/end"),
    ("address/0/line", ["3 Fuller Street", "Leeds"], "INVALID_CREATE", "address/0/line"),
    ("address/0/line", ["", "", "", "Leeds", ""], "INVALID_CREATE", "address/0/line"),
    ("address/0/line", ["1", "2", "3", "4", "5", "6"], "TOO_MANY_VALUES_SUBMITTED", "address/0/line"),
    ("address/0/line/1", "a\tb", "INVALID_VALUE", "address/0/line/1"),
    ("extension/0/extension/1/valueString", "", "INVALID_VALUE", "extension/0/extension/1/valueString"),
    ("extension/0/extension/1/valueString", "W" * 30, "INVALID_VALUE", "extension/0/extension/1/valueString"),
    ("extension", [{"url": "https://example.org/x", "valueString": "x"}], "INVALID_VALUE", "extension/0/url"),
    ("identifier", [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}], "INVALID_CREATE",
     "identifier"),
    ("meta", {"security": [{"code": "R"}]}, "INVALID_CREATE", "meta/security"),
    ("active", False, "INVALID_VALUE", "active"),
    ("deceasedBoolean", True, "ADDITIONAL_PROPERTIES", "deceasedBoolean"),
    ("generalPractitioner", [{"identifier": {"value": "Y90101"}}], "ADDITIONAL_PROPERTIES", "generalPractitioner"),
    ("colour", "red", "ADDITIONAL_PROPERTIES", "colour"),
    ("resourceType", "Person", "INVALID_VALUE", "resourceType"),
    ("telecom/0/value", "1" * 300, "INVALID_VALUE", "telecom/0/value"),
    ("telecom/0/use", "banana", "INVALID_VALUE", "telecom/0/use"),
    ("contact", [{"telecom": [{"system": "phone", "value": "1" * 30_000}]}], "TOO_LARGE", ""),
)  # fmt: skip
"""Path, value, code, and the path that is told."""


async def test_an_absent_field_is_missing(fhir: Fhir):
    for path, told in ABSENT:
        answer = await fhir.post("Patient", without(newcomer(), path))
        assert (answer.status_code, code_of(answer)) == (400, "MISSING_VALUE"), (path, answer.text)
        assert answer.json()["issue"][0]["diagnostics"] == f"Missing value - '{told}'"


async def test_every_wrong_value_is_refused_with_its_code_and_path(fhir: Fhir):
    for path, value, code, told in WRONG:
        answer = await fhir.post("Patient", with_(newcomer(), path, value))
        assert answer.status_code in (400, 413), (path, value, answer.text)
        assert code_of(answer) == code, (path, value, answer.text)
        assert told in answer.json()["issue"][0]["diagnostics"], (path, value, answer.text)
    assert await fhir.rows("select count(*) from transactions") == [(0,)]
    assert await fhir.rows("select count(*) from number_reserve") == [(40,)]


async def test_bodies_that_are_no_patient_at_all(fhir: Fhir):
    for body in (
        None,
        [],
        [newcomer()],
        "text",
        7,
        {},
        {"name": None},
        {"name": [None]},
        {"address": {}},
        {"name": {}},
    ):
        answer = await fhir.post("Patient", body)
        assert answer.status_code == 400, (body, answer.text)


async def test_hostile_bodies_are_refused_and_never_a_fault(fhir: Fhir):
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    for path in ("name", "name/0/given", "address/0/line", "address/0/period", "extension/0/extension", "telecom"):
        for value in (deep, {"a": deep}, 1e308, -1, True, "\u202e", "x" * 100_000, [None], [[]], [{}], {"url": {}}):
            answer = await fhir.post("Patient", with_(newcomer(), path, value))
            assert answer.status_code in (400, 413), (path, value, answer.status_code)


async def test_a_refusal_is_audited(fhir: Fhir):
    await fhir.post("Patient", newcomer(gender="banana"))
    assert await fhir.rows("select subject ->> 'code' from audit_events where action = 'fhir.refused'") == [
        ("INVALID_VALUE",)
    ]
