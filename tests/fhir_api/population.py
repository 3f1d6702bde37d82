"""A few people of two practices, as FHIR Patients: what the tests of the FHIR API begin with.

Here and there are two practices; the people of HERE are on its list. Somebody restricted, somebody dead, somebody
whose number took another's place, twins, namesakes, somebody on no list, and somebody with every kind of item.
"""

from typing import Any

from tests.support.fhir_patients import a_number, a_patient, a_practice, died, replaced_by

HERE, THERE = "Y90101", "Y90102"

(
    ADA, BELLA, BELLAMY, CARYS, RESTRICTED, TOM, DEAD, OLD_NUMBER, SURVIVOR, TWIN, OTHER_TWIN, ALONE, ELSEWHERE, NOBODY,
) = (a_number(place) for place in range(20, 34))  # fmt: skip
"""Their NHS numbers. NOBODY has the last one."""


def named(family: str, *given: str, use: str = "usual", id_: str = "n1", **more: Any) -> dict[str, Any]:
    """A name with an id."""
    return {"id": id_, "use": use, "period": {"start": "1980-02-29"}, "given": [*given], "family": family, **more}


def at(*lines: str, postcode: str = "ZX1 1AA", id_: str = "a1", **more: Any) -> dict[str, Any]:
    """An address with an id."""
    address = {"id": id_, "use": "home", "period": {"start": "2015-01-01"}, "line": [*lines], "postalCode": postcode}
    return address | more


_WHOLE = {
    "name": [
        named("Quill", "Ada", "May", prefix=["Ms"], suffix=["MBE"]),
        named("Quill", "Addie", use="nickname", id_="n2"),
    ],
    "address": [
        at("", "3 Mill Lane", "", "Otterford", ""),
        at("12", "Harbour Row", "", "Seaby", "", use="temp", id_="a2", postcode="ZX9 9AA"),
    ],
    "telecom": [
        {"id": "t1", "system": "phone", "value": "01632960100", "use": "home", "period": {"start": "2015-01-01"}},
        {"id": "t2", "system": "email", "value": "ada@example.com", "use": "home", "period": {"start": "2015-01-01"}},
    ],
    "contact": [
        {
            "id": "c1",
            "relationship": [
                {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C", "display": "x"}]}
            ],
            "telecom": [{"system": "phone", "value": "01632960101"}],
        }
    ],
    "extension": [
        {
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NominatedPharmacy",
            "valueReference": {
                "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Y92345"}
            },
        },
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {"city": "Otterford", "district": "Wendale", "country": "GBR"},
        },
    ],
    "multipleBirthInteger": 1,
}

_R = [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]


def people() -> list[dict[str, Any]]:
    """The Patients, in an order in which they can be taken on."""
    bell = {"birthDate": "1962-02-11", "address": [at("5 Fuller Street", "Otterford", postcode="ZX1 1AB")]}
    twin = {"birthDate": "2019-10-01", "address": [at("9 Teasel Close", "Otterford", postcode="ZX1 1AD")]}
    dewh = {"birthDate": "1977-08-30", "gender": "male"}
    return [
        a_patient(ADA, HERE, **_WHOLE),
        a_patient(BELLA, HERE, name=[named("Barrow", "Bella", "Grace")], **bell),
        a_patient(BELLAMY, THERE, name=[named("Barrow", "Bellamy")], gender="male", **bell),
        a_patient(
            CARYS,
            HERE,
            name=[named("Crossley", "Carys"), named("Dewhurst", "Carys", use="old", id_="n2")],
            birthDate="1977-08-30",
            address=[at("1 Kiln Lane", "Otterford", postcode="ZX2 1AA")],
        ),
        a_patient(
            RESTRICTED,
            HERE,
            name=[named("Dewhurst", "Simon")],
            address=[at("2 Kiln Lane", "Otterford", postcode="ZX2 1AA")],
            meta={"security": _R},
            telecom=[{"id": "t1", "system": "phone", "value": "01632960199"}],
            **dewh,
        ),
        a_patient(
            TOM,
            HERE,
            name=[named("Dewhurst", "Tom")],
            address=[at("4 Kiln Lane", "Otterford", postcode="ZX2 1AA")],
            **dewh,
        ),
        a_patient(DEAD, None, name=[named("Eastwood", "Edna")], birthDate="1931-05-17", **died_on("2020-02-02")),
        replaced_by(OLD_NUMBER, SURVIVOR),
        a_patient(SURVIVOR, HERE, name=[named("Firth", "Colm")], gender="male", birthDate="1990-12-12"),
        a_patient(TWIN, HERE, name=[named("Garside", "Ivy")], multipleBirthInteger=1, **twin),
        a_patient(OTHER_TWIN, HERE, name=[named("Garside", "Iris")], multipleBirthInteger=2, **twin),
        a_patient(
            ALONE,
            None,
            name=[named("Holroyd", "Max")],
            gender="male",
            birthDate="1985-01-01",
            address=[at("11 Teasel Close", "Otterford", postcode="ZX1 1AD")],
        ),
        a_patient(
            ELSEWHERE,
            THERE,
            name=[named("Ingham", "Joan")],
            birthDate="1950-03-04",
            address=[at("2 Dock Road", "Seaby", postcode="ZX9 9AB")],
            generalPractitioner=[a_practice(THERE, "2015-01-01") | {"id": "g1"}],
        ),
    ]


def died_on(day: str) -> dict[str, Any]:
    """The elements of a Patient that tell of a death that the registrar told."""
    from datetime import date

    return died(date.fromisoformat(day), "2")
