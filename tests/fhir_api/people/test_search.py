"""GET Patient? and POST Patient/_search: who is found by what, and what is refused."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fhir_api.conftest import Fhir, code_of
from tests.fhir_api.population import (
    ADA,
    ALONE,
    BELLA,
    BELLAMY,
    CARYS,
    DEAD,
    ELSEWHERE,
    HERE,
    NOBODY,
    OLD_NUMBER,
    OTHER_TWIN,
    RESTRICTED,
    SURVIVOR,
    THERE,
    TOM,
    TWIN,
)

SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
BARROW = "family=Barrow&birthdate=1962-02-11"
DEWHURST = "family=Dewhurst&birthdate=eq1977-08-30"
QUILL = "family=Quill&birthdate=1980-02-29"


def found(answer: Any) -> list[str]:
    """The ids of a searchset, in their order."""
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    assert bundle["resourceType"] == "Bundle", bundle
    ids = [entry["resource"]["id"] for entry in bundle.get("entry", ())]
    assert bundle["total"] == len(ids)
    return ids


FOUND: list[tuple[str, list[str]]] = [
    (BARROW, [BELLA, BELLAMY]),
    ("family=bÀRROW&birthdate=eq1962-02-11", [BELLA, BELLAMY]),
    (f"{BARROW}&given=Bella", [BELLA]),
    (f"{BARROW}&given=Grace", [BELLA]),
    (f"{BARROW}&given=Bella&given=Grace", [BELLA]),
    (f"{BARROW}&given=Bella Grace", [BELLA]),
    (f"{BARROW}&given=Bella&given=Mary", []),
    (f"{BARROW}&given=Bel*", [BELLA, BELLAMY]),
    (f"{BARROW}&given=Be*y", [BELLAMY]),
    (f"{BARROW}&gender=male", [BELLAMY]),
    (f"{BARROW}&gender=other", []),
    (f"{BARROW}&general-practitioner={HERE}", [BELLA]),
    (f"{BARROW}&general-practitioner=Organization/{THERE.lower()}", [BELLAMY]),
    ("family=Ba*&birthdate=1962-02-11", [BELLA, BELLAMY]),
    ("family=Ba*w&birthdate=1962-02-11", [BELLA, BELLAMY]),
    ("family=Ba*x&birthdate=1962-02-11", []),
    ("family=Barrow&birthdate=1962-02-12", []),
    ("family=Barrow&birthdate=ge1962-02-11&birthdate=le1962-02-11", [BELLA, BELLAMY]),
    ("family=Barrow&birthdate=ge1900-01-01", [BELLA, BELLAMY]),
    ("family=Barrow&birthdate=le1962-02-10", []),
    ("family=Barrow&birthdate=ge2500-01-01", []),
    ("family=Barrow&birthdate=le0001-01-01", []),
    ("family=Ba*&birthdate=ge1900-01-01&given=Bella", [BELLA]),
    (f"{BARROW}&address-postalcode=ZX1 1AB", [BELLA, BELLAMY]),
    (f"{BARROW}&address-postcode=zx11ab", [BELLA, BELLAMY]),
    (f"{BARROW}&address-postalcode=ZX1*", [BELLA, BELLAMY]),
    (f"{BARROW}&address-postalcode=ZX1 1AC", []),
    (DEWHURST, [RESTRICTED, TOM]),
    (f"{DEWHURST}&_history=true", [RESTRICTED, TOM, CARYS]),
    (f"{DEWHURST}&address-postalcode=ZX2 1AA", [TOM]),
    (f"{DEWHURST}&general-practitioner={HERE}", [TOM]),
    (f"{DEWHURST}&phone=01632960199", []),
    (f"{QUILL}&phone=01632960100", [ADA]),
    (f"{QUILL}&phone=%2B44 1632 960100", [ADA]),
    (f"{QUILL}&phone=01632960109", []),
    (f"{QUILL}&email=ADA@example.com", [ADA]),
    (f"{QUILL}&email=eve@example.com", []),
    (f"{QUILL}&given=Addie", [ADA]),
    (f"{QUILL}&given=Addie&_exact-match=true", []),
    (f"{QUILL}&given=Ada&_exact-match=true", [ADA]),
    ("family=Eastwood&birthdate=1931-05-17&death-date=2020-02-02", [DEAD]),
    ("family=Eastwood&birthdate=1931-05-17&death-date=ge2020-02-03", []),
    ("family=Firth&birthdate=1990-12-12", [SURVIVOR]),
    (f"_id={OLD_NUMBER}", [SURVIVOR]),
    (f"_id={ADA}", [ADA]),
    (f"_id={RESTRICTED}", [RESTRICTED]),
    (f"_id={NOBODY}", []),
    (f"_id={RESTRICTED}&address-postalcode=ZX2 1AA", []),
    (f"identifier={SYSTEM}|{OLD_NUMBER}&family=Firth", [SURVIVOR]),
    (f"identifier={OLD_NUMBER}&birthdate=1990-12-12", [SURVIVOR]),
    (f"identifier={SYSTEM}|{ADA}&family=Barrow", []),
    (f"identifier={SYSTEM}|{ADA}&given=Add*", [ADA]),
    (f"identifier={SYSTEM}|{CARYS}&family=Dewhurst", []),
    (f"identifier={SYSTEM}|{CARYS}&family=Dewhurst&_history=true", [CARYS]),
    ("family=Null&birthdate=1980-02-29", []),
]


async def test_whoever_fits_is_found(fhir: Fhir):
    got = {query: found(await fhir.get(f"Patient?{query}")) for query, _ in FOUND}
    assert got == dict(FOUND)


FUZZY: list[tuple[str, list[str]]] = [
    ("given=Ada&family=Quil&birthdate=1980-02-29", [ADA]),
    ("given=Quill&family=Ada&birthdate=1980-02-29", [ADA]),
    ("given=Carys&family=Krossley&birthdate=1977-08-30", [CARYS]),
    ("given=Carys&family=Dewhurst&birthdate=1977-08-30", [CARYS]),
    ("family=Holroid&birthdate=1985-01-01&gender=male&address-postalcode=ZX1 1AD", [ALONE]),
    ("given=Joan&birthdate=1950-03-04&gender=female&address-postalcode=ZX9 9AB", [ELSEWHERE]),
    ("given=Iris&family=Garside&birthdate=2019-10-01", [OTHER_TWIN]),
    ("given=Simon&family=Dewhurst&birthdate=1977-08-30", [RESTRICTED]),
    ("given=Nobody&family=Atall&birthdate=1901-05-05", []),
]


async def test_a_fuzzy_search_finds_who_is_alike(fhir: Fhir):
    for query, ids in FUZZY:
        answer = await fhir.get(f"Patient?_fuzzy-match=true&{query}")
        assert found(answer)[: len(ids) or None] == ids, query
        scores = [entry["search"]["score"] for entry in answer.json().get("entry", ())]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


async def test_a_fuzzy_search_never_finds_the_restricted_by_where_they_are(fhir: Fhir):
    asked = "_fuzzy-match=true&given=Simon&family=Dewhurst&birthdate=1977-08-30&gender=male"
    assert RESTRICTED in found(await fhir.get(f"Patient?{asked}"))
    for place in ("address-postalcode=ZX2 1AA", f"general-practitioner={HERE}", "phone=01632960199", "email=a@b.cd"):
        assert RESTRICTED not in found(await fhir.get(f"Patient?{asked}&{place}"))


async def test_what_stands_beside_changes_a_fuzzy_score_alone(fhir: Fhir):
    asked = "Patient?_fuzzy-match=true&given=Ada&family=Quill&birthdate=1980-02-29"
    right, wrong = [
        (await fhir.get(f"{asked}&general-practitioner={practice}")).json()["entry"][0] for practice in (HERE, THERE)
    ]
    assert right["resource"]["id"] == wrong["resource"]["id"] == ADA
    assert right["search"]["score"] == 1 > wrong["search"]["score"]


LITTLE = "did not meet the minimum requirements"
REFUSED: list[tuple[str, int, str, str]] = [
    ("", 400, "UNSUPPORTED_SERVICE", "parameters"),
    ("birthdate=1962-02-11", 400, "INVALID_SEARCH_DATA", LITTLE),
    ("family=Barrow", 400, "INVALID_SEARCH_DATA", LITTLE),
    ("_history=true", 400, "INVALID_SEARCH_DATA", LITTLE),
    (f"identifier={SYSTEM}|{ADA}", 400, "INVALID_SEARCH_DATA", LITTLE),
    (f"identifier={SYSTEM}|{ADA}&gender=female", 400, "INVALID_SEARCH_DATA", LITTLE),
    (f"{BARROW}&_fuzzy-match=true", 400, "INVALID_SEARCH_DATA", LITTLE),
    (f"{BARROW}&gender=male&_fuzzy-match=true", 400, "INVALID_SEARCH_DATA", LITTLE),
    (f"{BARROW}&given=B&_fuzzy-match=true&_exact-match=true", 400, "INVALID_SEARCH_DATA", "contradict"),
    (f"{BARROW}&given=Be*&_fuzzy-match=true", 400, "INVALID_SEARCH_DATA", "wildcards"),
    (f"{BARROW}&given=Be*&_exact-match=true", 400, "INVALID_SEARCH_DATA", "wildcard"),
    (f"_id={ADA}&_fuzzy-match=true", 400, "INVALID_SEARCH_DATA", "number"),
    ("family=B&given=C&birthdate=ge1962-02-11&_fuzzy-match=true", 400, "INVALID_SEARCH_DATA", "one birth date"),
    (f"_id={ADA}&identifier={BELLA}", 400, "INVALID_SEARCH_DATA", "different"),
    ("family=Barrow&birthdate=ge1962-02-12&birthdate=le1962-02-11", 400, "INVALID_SEARCH_DATA", "birthdate"),
    (f"{BARROW}&address-postcode=ZX1 1AB&address-postalcode=ZX1 1AB", 400, "INVALID_SEARCH_DATA", "old name"),
    ("family=Barrow&birthdate=11-02-1962", 400, "INVALID_VALUE", "'birthdate'"),
    ("family=Barrow&birthdate=1962-02-30", 400, "INVALID_VALUE", "'birthdate'"),
    ("family=Barrow&birthdate=1962", 400, "INVALID_VALUE", "'birthdate'"),
    ("family=Barrow&birthdate=gt1962-02-11", 400, "INVALID_VALUE", "'birthdate'"),
    ("family=Barrow&birthdate=", 400, "INVALID_VALUE", "'birthdate'"),
    ("family=B*&birthdate=1962-02-11", 400, "INVALID_VALUE", "'family'"),
    ("family=*ow&birthdate=1962-02-11", 400, "INVALID_VALUE", "'family'"),
    ("family=+&birthdate=1962-02-11", 400, "INVALID_VALUE", "'family'"),
    ("family=Bar%00row&birthdate=1962-02-11", 400, "INVALID_VALUE", "'family'"),
    (f"{BARROW}&gender=banana", 400, "INVALID_VALUE", "'gender'"),
    (f"{BARROW}&death-date=soon", 400, "INVALID_VALUE", "'death-date'"),
    (f"{BARROW}&address-postalcode=nowhere at all", 400, "INVALID_VALUE", "'address-postalcode'"),
    (f"{BARROW}&address-postcode=Z*", 400, "INVALID_VALUE", "'address-postcode'"),
    (f"{BARROW}&general-practitioner=x", 400, "INVALID_VALUE", "'general-practitioner'"),
    (f"{BARROW}&email=nobody", 400, "INVALID_VALUE", "'email'"),
    (f"{BARROW}&phone=hello", 400, "INVALID_VALUE", "'phone'"),
    (f"identifier={SYSTEM}|{ADA[:9]}x&family=Quill", 400, "INVALID_VALUE", "'identifier'"),
    (f"identifier=urn:other|{ADA}&family=Quill", 400, "INVALID_VALUE", "'identifier'"),
    ("_id=12", 400, "INVALID_VALUE", "'_id'"),
    (f"{BARROW}&_history=maybe", 400, "INVALID_VALUE", "'_history'"),
    (f"{BARROW}&_max-results=0", 400, "INVALID_VALUE", "'_max-results'"),
    (f"{BARROW}&_max-results=51", 400, "INVALID_VALUE", "'_max-results'"),
    (f"{BARROW}&_max-results=ten", 400, "INVALID_VALUE", "'_max-results'"),
    (f"{BARROW}&family=Other", 400, "TOO_MANY_VALUES_SUBMITTED", "'family'"),
    ("family=A&birthdate=ge1962-01-01&birthdate=le1963-01-01&birthdate=1962-05-05", 400, "TOO_MANY_VALUES_SUBMITTED",
     "'birthdate'"),
    (f"{BARROW}&" + "given=A&" * 6, 400, "TOO_MANY_VALUES_SUBMITTED", "'given'"),
    (f"{BARROW}&year=1962", 400, "ADDITIONAL_PROPERTIES", "'year'"),
]  # fmt: skip


async def test_what_is_not_searched_for_is_told_by_code_and_field(fhir: Fhir):
    for query, status, code, words in REFUSED:
        answer = await fhir.get(f"Patient?{query}")
        assert (answer.status_code, code_of(answer)) == (status, code), query
        assert words in answer.json()["issue"][0]["diagnostics"], query


async def test_more_than_was_allowed_is_too_many(fhir: Fhir):
    answer = await fhir.get(f"Patient?{BARROW}&_max-results=1")
    assert (answer.status_code, code_of(answer)) == (200, "TOO_MANY_MATCHES")
    assert found(await fhir.get(f"Patient?{BARROW}&_max-results=2")) == [BELLA, BELLAMY]


async def test_a_system_is_told_of_one_person_or_of_none(fhir: Fhir):
    for who in ("app", "app-read"):
        assert found(await fhir.get(f"Patient?{QUILL}", who)) == [ADA]
        assert found(await fhir.get(f"Patient?{QUILL}&_max-results=1", who)) == [ADA]
        assert code_of(await fhir.get(f"Patient?{BARROW}", who)) == "TOO_MANY_MATCHES"
        asked = await fhir.get(f"Patient?{QUILL}&_max-results=2", who)
        assert (asked.status_code, code_of(asked)) == (403, "INVALID_VALUE")
        assert asked.json()["issue"][0]["code"] == "forbidden"


async def test_leniency_leaves_out_what_is_unknown_and_nothing_else(fhir: Fhir):
    lenient: dict[str, str | None] = {"Prefer": "handling=lenient"}
    assert found(await fhir.get(f"Patient?{BARROW}&year=1962", headers=lenient)) == [BELLA, BELLAMY]
    assert code_of(await fhir.get(f"Patient?{BARROW}&gender=x", headers=lenient)) == "INVALID_VALUE"


async def test_a_searchset_is_shaped_as_pds_has_it(fhir: Fhir):
    bundle = (await fhir.get(f"Patient?{QUILL}")).json()
    assert bundle["type"] == "searchset"
    assert bundle["timestamp"] == "2026-11-02T09:30:00+00:00"
    (itself,) = bundle["link"]
    assert itself["relation"] == "self"
    assert itself["url"].endswith("/FHIR/R4/Patient?family=Quill&birthdate=1980-02-29")
    (entry,) = bundle["entry"]
    assert entry["fullUrl"].endswith(f"/FHIR/R4/Patient/{ADA}")
    assert entry["search"] == {"score": 1}
    person = entry["resource"]
    assert [name["use"] for name in person["name"]] == ["usual", "nickname"]
    assert [address["use"] for address in person["address"]] == ["home"]
    assert "extension" not in person


async def test_nobody_found_is_a_bundle_without_entries(fhir: Fhir):
    bundle = (await fhir.get("Patient?family=Atall&birthdate=1962-02-11")).json()
    assert bundle["total"] == 0
    assert "entry" not in bundle


async def test_of_the_restricted_a_search_tells_name_gender_and_dates(fhir: Fhir):
    first, second = (await fhir.get(f"Patient?{DEWHURST}", "office")).json()["entry"]
    assert first["resource"].keys() == {"resourceType", "id", "meta", "identifier", "name", "gender", "birthDate"}
    assert first["search"]["score"] == second["search"]["score"] == 1


async def test_a_form_asks_the_same(fhir: Fhir):
    form = {"content": f"{BARROW}&given=Bella", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    answer = await fhir.ask("POST", "Patient/_search", **form)
    assert found(answer) == [BELLA]
    assert answer.json()["link"][0]["url"].endswith("/Patient?" + urlencode(
        {"family": "Barrow", "birthdate": "1962-02-11", "given": "Bella"}
    ))  # fmt: skip
    wrong = await fhir.post("Patient/_search", {"family": "Barrow"})
    assert (wrong.status_code, code_of(wrong)) == (400, "UNSUPPORTED_SERVICE")


async def test_former_telecoms_and_genders_are_found_by_history_alone(fhir: Fhir):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "insert into patient_versions (patient_id, version, until, changed_by, facts)"
            " select id, 1, '2026-05-01', 'tests', to_jsonb(p) || jsonb_build_object('sex', '1', 'elements',"
            ' \'{"telecom": [{"system": "email", "value": "Old@example.com"}]}\'::jsonb)'
            f" from patients p where nhs_number = '{ADA}'"
        )
        await connection.exec_driver_sql(
            "update patients set version = 2,"
            " elements = jsonb_set(elements, '{telecom,0,period,end}', '\"2020-01-01\"')"
            f" where nhs_number = '{ADA}'"
        )
    for former in ("email=old@example.com", "phone=01632960100", "gender=male"):
        assert found(await fhir.get(f"Patient?{QUILL}&{former}")) == []
        assert found(await fhir.get(f"Patient?{QUILL}&{former}&_history=true")) == [ADA]
    (entry,) = (await fhir.get(f"Patient?{QUILL}")).json()["entry"]
    assert [point["id"] for point in entry["resource"]["telecom"]] == ["t2"]


@pytest.mark.parametrize("change", ["status = 'invalidated'", "nhs_number = null"])
async def test_whoever_is_out_of_use_or_without_a_number_is_not_found(fhir: Fhir, change: str):
    async with fhir.database.engine.begin() as connection:
        await connection.exec_driver_sql(f"update patients set {change} where nhs_number = '{TWIN}'")
    asked = "family=Garside&birthdate=2019-10-01"
    assert found(await fhir.get(f"Patient?{asked}&_history=true")) == [OTHER_TWIN]
    assert TWIN not in found(await fhir.get(f"Patient?{asked}&given=Ivy&_fuzzy-match=true"))


async def test_every_search_is_audited_without_its_values(fhir: Fhir):
    await fhir.get(f"Patient?{BARROW}")
    (row,) = await fhir.rows(
        "select cardinality(patient_ids), subject from audit_events where action = 'patient-search.read'"
    )
    assert row == (2, {"asked": ["birthdate", "family"], "fuzzy": False})
