"""Façade documents: both shapes, what is tolerated, what is refused and by which name."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from registry.links.documents import from_document, normal_form, to_document
from registry.links.documents.paths import KNOWN_PATHS, known_path
from registry.links.items import ERASE, Defect, Items, TransactionType
from registry.values.person import Sex

NHS = "https://fhir.nhs.uk/Id/nhs-number"
GP = "https://fhir.hl7.org.uk/Id/gmc-number"
HA = "https://digital.nhs.uk/services/nhais/guide-to-nhais-gp-links-documentation"
DRUGS = "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHAIS-DrugsDispensedMarker"
INSTITUTE = "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHAIS-ResidentialInstituteCode"
BIRTHPLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"

ACCEPTANCE = Items(
    TransactionType.G1,
    "QQA5",
    "ZZX",
    gp_code="9990001,Y90001",
    number="9990000018",
    surname="O'NEILL",
    first_forename="ADA",
    second_forename="JOY",
    other_forenames="MAY JUNE",
    title="DR",
    previous_surname="BELLO",
    date_of_birth=date(1965, 3, 1),
    sex=Sex.NOT_SPECIFIED,
    address=("", "12 FERN ROAD", "", "LITTLE HEXTON", ""),
    postcode="ZZ1  9ZZ",
    previous_address=("4 PALM CLOSE", "LAGOS"),
    residential_institute="RT",
    drugs_dispensed=True,
    place_of_birth="LAGOS",
    previous_gp_name="DR BLACK",
    acceptance_code="A",
    acceptance_type="3",
    acceptance_date=date(2026, 10, 30),
)
ACCEPTANCE_DOCUMENT: dict[str, Any] = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "gpTradingPartnerCode", "valueString": "QQA5"},
        {"name": "acceptanceCode", "valueString": "A"},
        {"name": "acceptanceType", "valueString": "3"},
        {"name": "acceptanceDate", "valueString": "2026-10-30"},
        {"name": "previousGpName", "valueString": "DR BLACK"},
        {
            "name": "patient",
            "resource": {
                "resourceType": "Patient",
                "extension": [
                    {"url": BIRTHPLACE, "valueString": "LAGOS"},
                    {"url": DRUGS, "valueBoolean": True},
                    {"url": INSTITUTE, "valueString": "RT"},
                ],
                "identifier": [{"system": NHS, "value": "9990000018"}],
                "name": [
                    {"family": "O?'NEILL", "given": ["ADA", "JOY", "MAY JUNE"], "prefix": ["DR"]},
                    {"family": "BELLO"},
                ],
                "gender": "other",
                "birthDate": "1965-03-01",
                "address": [
                    {"line": [None, "12 FERN ROAD", None, "LITTLE HEXTON", None], "postalCode": "ZZ1  9ZZ"},
                    {"line": ["4 PALM CLOSE", "LAGOS"]},
                ],
                "generalPractitioner": [{"identifier": {"system": GP, "value": "9990001,Y90001"}}],
                "managingOrganization": {"identifier": {"system": HA, "value": "ZZX"}},
            },
        },
    ],
}
AMENDMENT = Items(
    TransactionType.F1,
    "QQA5",
    "ZZX",
    gp_code="9990001,Y90001",
    number="9990000018",
    new_number="9990000026",
    surname="OKAFOR",
    first_forename=ERASE,
    title=ERASE,
    sex=Sex.UNKNOWN,
    date_of_birth=date(1965, 3, 1),
    address=(ERASE, "3 ELM COURT", "", "HEXTON", ERASE),
    postcode=ERASE,
    residential_institute=ERASE,
    drugs_dispensed=False,
)
AMENDMENT_DOCUMENT: dict[str, Any] = {
    "nhsNumber": "9990000018",
    "gpCode": "9990001,Y90001",
    "gpTradingPartnerCode": "QQA5",
    "healthcarePartyCode": "ZZX",
    "patches": [
        {"op": "remove", "path": "/address/0/line/0"},
        {"op": "replace", "path": "/address/0/line/1", "value": "3 ELM COURT"},
        {"op": "replace", "path": "/address/0/line/2", "value": None},
        {"op": "replace", "path": "/address/0/line/3", "value": "HEXTON"},
        {"op": "remove", "path": "/address/0/line/4"},
        {"op": "remove", "path": "/address/0/postalCode"},
        {"op": "replace", "path": "/birthDate", "value": "1965-03-01"},
        {"op": "replace", "path": "/extension/0", "value": {"url": DRUGS, "valueBoolean": False}},
        {"op": "replace", "path": "/extension/0", "value": {"url": INSTITUTE, "valueString": None}},
        {"op": "replace", "path": "/gender", "value": "unknown"},
        {"op": "replace", "path": "/identifier/0/value", "value": "9990000026"},
        {"op": "replace", "path": "/name/0/family", "value": "OKAFOR"},
        {"op": "remove", "path": "/name/0/given"},
        {"op": "remove", "path": "/name/0/prefix/0"},
    ],
}


def acceptance(**changes: Any) -> dict[str, Any]:
    """The acceptance's document with parts of its patient changed; None takes a part away."""
    document = deepcopy(ACCEPTANCE_DOCUMENT)
    patient = document["parameter"][-1]["resource"]
    patient.update(changes)
    document["parameter"][-1]["resource"] = {name: value for name, value in patient.items() if value is not None}
    return document


def with_parameter(name: str, **parameter: Any) -> dict[str, Any]:
    document = deepcopy(ACCEPTANCE_DOCUMENT)
    others = [each for each in document["parameter"] if each["name"] != name]
    document["parameter"] = [{"name": name, **parameter}, *others]
    return document


def amendment(*patches: dict[str, Any]) -> dict[str, Any]:
    return {**AMENDMENT_DOCUMENT, "patches": list(patches)}


def test_acceptance_both_ways() -> None:
    assert to_document(ACCEPTANCE) == ACCEPTANCE_DOCUMENT
    assert from_document(ACCEPTANCE_DOCUMENT, TransactionType.G1) == ACCEPTANCE


def test_amendment_both_ways() -> None:
    assert to_document(AMENDMENT) == AMENDMENT_DOCUMENT
    assert from_document(AMENDMENT_DOCUMENT, TransactionType.F1) == AMENDMENT


def test_authority_puts_the_patient_first() -> None:
    items = Items(
        TransactionType.F2,
        "QQA5",
        "ZZX",
        number="9990000018",
        deduction_reason="2",
        deduction_date=date(2026, 11, 2),
        new_ha_cipher="ZZY",
    )
    document = to_document(items)

    assert [each["name"] for each in document["parameter"]] == [
        "gpTradingPartnerCode",
        "patient",
        "deductionReasonCode",
        "dateOfDeduction",
        "newHaCipher",
    ]
    assert from_document(document, TransactionType.F2) == items


def test_texts_are_released_or_clean() -> None:
    items = Items(TransactionType.F3, "QQA5", "ZZX", free_text="WHO? O'NEILL: 1+1")
    released, clean = (to_document(items, released=value)["parameter"][-1]["valueString"] for value in (True, False))

    assert (released, clean) == ("WHO?? O?'NEILL?: 1?+1", "WHO? O'NEILL: 1+1")
    assert from_document(to_document(items, released=False), TransactionType.F3, released=False) == items


@pytest.mark.parametrize(
    "document",
    [
        acceptance(managingOrganization={"identifier": [{"system": HA, "value": "ZZX"}]}),
        acceptance(identifier={"system": NHS, "value": "9990000018"}),
        acceptance(identifier=[{"value": "9990000018"}]),
        acceptance(identifier=[{"system": "urn:other", "value": "77"}, {"system": NHS, "value": "9990000018"}]),
        acceptance(
            extension=[
                {"url": INSTITUTE.upper(), "valueString": "RT"},
                {"url": BIRTHPLACE.lower(), "valueAddress": {"city": "LAGOS"}},
                {"url": DRUGS, "valueBoolean": True},
                {"url": "urn:other", "valueString": "IGNORED"},
            ]
        ),
        acceptance(
            name=[
                {"family": "O?'NEILL", "given": ["ADA", "JOY", "MAY", "JUNE"], "prefix": ["DR"]},
                {"family": "BELLO"},
            ]
        ),
        acceptance(
            address=[
                {"line": [None, "12 FERN ROAD", None, "LITTLE HEXTON"], "postalCode": "ZZ1  9ZZ"},
                {"line": [None, "4 PALM CLOSE", None, "LAGOS", None]},
            ]
        ),
        with_parameter("acceptanceDate", valueDate="2026-10-30"),
        with_parameter("freeText", valueString=None),
        with_parameter("unknownParameter", valueString="IGNORED"),
    ],
)
def test_known_variations_of_shape_are_tolerated(document: dict[str, Any]) -> None:
    assert from_document(document, TransactionType.G1) == ACCEPTANCE


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"text": "LAGOS, NIGERIA", "city": "LAGOS"}, "LAGOS, NIGERIA"),
        ({"city": "LAGOS", "country": "NIGERIA"}, "LAGOS, NIGERIA"),
        ({}, None),
    ],
)
def test_birthplace_as_an_address(address: dict[str, Any], place: str | None) -> None:
    items = from_document(acceptance(extension=[{"url": BIRTHPLACE, "valueAddress": address}]), TransactionType.G1)

    assert (items.place_of_birth, items.defects) == (place, ())


@pytest.mark.parametrize(
    ("document", "defect"),
    [
        (with_parameter("acceptanceDate", valueString="30/10/2026"), ("acceptanceDate", "not a date (YYYY-MM-DD)")),
        (with_parameter("acceptanceDate", valueString="20261030"), ("acceptanceDate", "not a date (YYYY-MM-DD)")),
        (with_parameter("acceptanceDate", valueString="2026-02-30"), ("acceptanceDate", "not a date (YYYY-MM-DD)")),
        (with_parameter("acceptanceType", valueString="9"), ("acceptanceType", "not one of 1, 2, 3, 4, 5")),
        (with_parameter("acceptanceType", valueInteger=3), ("acceptanceType", "must be text")),
        (with_parameter("acceptanceCode", valueString="X"), ("acceptanceCode", "not one of A, D, R, I, S")),
        (with_parameter("freeText", valueString=" "), ("freeText", "must not be blank")),
        (with_parameter("freeText", valueString=""), ("freeText", "must not be blank")),
        (with_parameter("patient", resource="ADA"), ("patient", "must be a Patient resource")),
        (acceptance(birthDate="1965-03"), ("patient.birthDate", "not a date (YYYY-MM-DD)")),
        (acceptance(gender="woman"), ("patient.gender", "not one of male, female, other, unknown")),
        (acceptance(identifier=[{"system": NHS, "value": ""}]), ("patient.identifier[0].value", "must not be blank")),
        (
            acceptance(generalPractitioner=[{"identifier": {"value": ""}}]),
            ("patient.generalPractitioner[0].identifier.value", "must not be blank"),
        ),
        (acceptance(name=[{"family": "%"}]), ("patient.name[0].family", "only an amendment may erase")),
        (acceptance(address=[{"line": ["A", " "]}]), ("patient.address[0].line[1]", "must not be blank")),
        (acceptance(address=[{"line": list("ABCDEF")}]), ("patient.address[0].line", "more than five lines")),
        (
            acceptance(extension=[{"url": DRUGS, "valueString": "Y"}]),
            ("patient.extension(DrugsDispensedMarker)", "needs a valueBoolean"),
        ),
        (
            acceptance(managingOrganization=None),
            ("patient.managingOrganization.identifier.value", "missing"),
        ),
    ],
)
def test_what_is_wrong_in_a_document_is_named(document: dict[str, Any], defect: tuple[str, str]) -> None:
    assert Defect(*defect) in from_document(document, TransactionType.G1).defects


def test_parameters_that_are_missing_or_given_twice() -> None:
    doubled = deepcopy(ACCEPTANCE_DOCUMENT)
    doubled["parameter"].append({"name": "acceptanceCode", "valueString": "D"})

    assert from_document(doubled, TransactionType.G1).defects == (Defect("acceptanceCode", "given twice"),)
    assert [defect.field for defect in from_document({}, TransactionType.G1).defects] == [
        "parameter",
        "patient",
        "gpTradingPartnerCode",
        "patient.managingOrganization.identifier.value",
    ]


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_object_cannot_be_read(document: object) -> None:
    with pytest.raises(ValueError, match="not a JSON object"):
        from_document(document, TransactionType.G1)


@pytest.mark.parametrize(
    ("patch", "field", "problem"),
    [
        ({"op": "replace", "path": "/telecom/0", "value": "1"}, "patches[0].path", "not a path that can be amended"),
        ({"op": "remove", "path": "/address/0/line"}, "patches[0].path", "not a path that can be amended"),
        ({"op": "replace", "value": "1"}, "patches[0].path", "not a path that can be amended"),
        ({"op": "test", "path": "/gender", "value": "male"}, "patches[0].op", "not one of add, replace, remove"),
        ({"op": "remove", "path": "/gender"}, "patches[0].op", "this item may not be removed"),
        ({"op": "remove", "path": "/address/0/line/3"}, "patches[0].op", "this item may not be removed"),
        ({"op": "remove", "path": "/name/0/given/1"}, "patches[0].op", "this item may not be removed"),
        ({"op": "remove", "path": "/extension/0"}, "patches[0].op", "this item may not be removed"),
        (
            {"op": "replace", "path": "/name/0/given", "value": ["ADA"]},
            "patches[0].op",
            "forenames as a group can only be removed",
        ),
        ({"op": "replace", "path": "/name/0/family", "value": " "}, "patches[0].value", "must not be blank"),
        ({"op": "replace", "path": "/name/0/family", "value": None}, "patches[0].value", "missing"),
        ({"op": "replace", "path": "/name/0/family", "value": "%"}, "patches[0].value", "may not be erased"),
        ({"op": "replace", "path": "/name/0/given/0", "value": "%"}, "patches[0].value", "may not be erased"),
        ({"op": "replace", "path": "/address/0/line/0", "value": ""}, "patches[0].value", "must not be blank"),
        ({"op": "replace", "path": "/birthDate", "value": "1965"}, "patches[0].value", "not a date (YYYY-MM-DD)"),
        (
            {"op": "replace", "path": "/extension/0", "value": {"url": BIRTHPLACE, "valueString": "X"}},
            "patches[0].value.url",
            "not an extension that can be amended",
        ),
        (
            {"op": "replace", "path": "/extension/0", "value": {"url": INSTITUTE}},
            "patches[0].value.valueString",
            "missing (null erases)",
        ),
        (
            {"op": "replace", "path": "/extension/0", "value": {"url": DRUGS, "valueBoolean": "yes"}},
            "patches[0].value.valueBoolean",
            "needs a valueBoolean",
        ),
    ],
)
def test_patch_that_cannot_be_taken_is_named_by_its_position(patch: dict[str, Any], field: str, problem: str) -> None:
    assert Defect(field, problem) in from_document(amendment(patch), TransactionType.F1).defects


def test_only_an_authority_gives_a_new_number() -> None:
    patch = {"op": "replace", "path": "/identifier/0/value", "value": "9990000026"}

    assert from_document(amendment(patch), TransactionType.F1).new_number == "9990000026"
    assert [each.field for each in from_document(amendment(patch), TransactionType.G2).defects] == ["patches[0].path"]


def test_patches_that_contradict_each_other() -> None:
    surname = {"op": "replace", "path": "/name/0/family", "value": "OKAFOR"}
    twice = from_document(amendment(surname, {**surname, "path": "/NAME/0/Family"}), TransactionType.G2)
    assert twice.defects == (Defect("patches[1].path", "amended twice"),)

    institute = {"op": "add", "path": "/extension/0", "value": {"url": INSTITUTE, "valueString": "AA"}}
    again = from_document(amendment(institute, deepcopy(institute)), TransactionType.G2)
    assert again.defects == (Defect("patches[1].path", "amended twice"),)

    removal = {"op": "remove", "path": "/name/0/given"}
    forename = {"op": "replace", "path": "/name/0/given/0", "value": "ADA"}
    both = from_document(amendment(removal, forename), TransactionType.G2)
    assert [each.field for each in both.defects] == ["patches"]


def test_part_of_an_address_is_refused() -> None:
    line = {"op": "replace", "path": "/address/0/line/1", "value": "3 ELM COURT"}
    items = from_document(amendment(line), TransactionType.G2)

    assert items.defects == (Defect("patches", "an address is amended with all five lines"),)


def test_amendment_of_a_text_alone_is_readable() -> None:
    items = from_document({**amendment(), "freeText": "STILL LIVES HERE"}, TransactionType.G2)

    assert (items.free_text, items.defects) == ("STILL LIVES HERE", ())
    assert to_document(items)["patches"] == []


def test_authority_by_either_name() -> None:
    document = {**AMENDMENT_DOCUMENT, "destinationHaCipher": "ZZX"}
    del document["healthcarePartyCode"]

    assert from_document(document, TransactionType.F1) == AMENDMENT
    assert normal_form(document) == normal_form(AMENDMENT_DOCUMENT)


def test_paths_are_known_without_regard_to_case() -> None:
    assert known_path("/ADDRESS/0/postalcode") == "/address/0/postalCode"
    assert known_path("/address/0/line/5") is None
    assert not KNOWN_PATHS["/address/0/line/3"].removable


@pytest.mark.parametrize(
    "document",
    [
        {**ACCEPTANCE_DOCUMENT, "parameter": list(reversed(ACCEPTANCE_DOCUMENT["parameter"]))},
        acceptance(managingOrganization={"identifier": [{"system": HA, "value": "ZZX"}]}),
        acceptance(
            address=[
                {"line": [None, "12 FERN ROAD", None, "LITTLE HEXTON"], "postalCode": "ZZ1  9ZZ"},
                {"line": [None, None, "4 PALM CLOSE", "LAGOS", None]},
            ]
        ),
        acceptance(extension=list(reversed(ACCEPTANCE_DOCUMENT["parameter"][-1]["resource"]["extension"]))),
    ],
)
def test_form_does_not_count(document: dict[str, Any]) -> None:
    assert normal_form(document) == normal_form(ACCEPTANCE_DOCUMENT)


def test_order_and_operation_of_patches_do_not_count() -> None:
    other = [
        {**patch, "op": "add" if patch["op"] == "replace" else "remove"}
        for patch in reversed(AMENDMENT_DOCUMENT["patches"])
    ]

    assert normal_form({**AMENDMENT_DOCUMENT, "patches": other}) == normal_form(AMENDMENT_DOCUMENT)


@pytest.mark.parametrize(
    "document",
    [
        acceptance(gender="female"),
        acceptance(address=[{"line": ["12 FERN ROAD", None, None, "LITTLE HEXTON"], "postalCode": "ZZ1  9ZZ"}]),
        acceptance(identifier=None),
        with_parameter("acceptanceCode", valueString="R"),
    ],
)
def test_content_counts(document: dict[str, Any]) -> None:
    assert normal_form(document) != normal_form(ACCEPTANCE_DOCUMENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"op": "remove", "path": "/name/1/family"}, {"op": "replace", "path": "/name/1/family", "value": "BELLO"}),
        (
            {"op": "replace", "path": "/address/0/line/2", "value": None},
            {"op": "remove", "path": "/address/0/line/2"},
        ),
        (
            {"op": "replace", "path": "/extension/0", "value": {"url": DRUGS, "valueBoolean": False}},
            {"op": "replace", "path": "/extension/0", "value": {"url": INSTITUTE, "valueString": None}},
        ),
    ],
)
def test_removal_and_blank_and_value_are_different(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert normal_form(amendment(one)) != normal_form(amendment(other))
