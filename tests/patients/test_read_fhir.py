"""What a FHIR Patient says, and what is refused with which field."""

from datetime import date
from typing import Any

import pytest

from registry.patients.read_fhir import read_patient
from registry.patients.record import (
    FormerAddress,
    FormerName,
    LifeStatus,
    PersonRecord,
    Registration,
    SupersededRecord,
    Unreadable,
)
from registry.values.address import Address
from registry.values.nhs_number import NHSNumber
from registry.values.organisation import GPCode
from registry.values.person import Name, Sex
from tests.support.fhir_patients import NHS_NUMBER, a_number, a_patient, a_practice, died, replaced_by

TODAY = date(2026, 11, 2)
NUMBER, OTHER = a_number(0), a_number(1)


def read(**changed: Any) -> PersonRecord:
    found = read_patient(a_patient(NUMBER, **changed), TODAY)
    assert isinstance(found, PersonRecord), found
    return found


def test_a_whole_patient_is_read():
    assert read() == PersonRecord(
        nhs_number=NHSNumber(NUMBER),
        name=Name("Quill", "Ada", "May", "", "Ms"),
        sex=Sex.FEMALE,
        date_of_birth=date(1980, 2, 29),
        address=Address(("", "3 Mill Lane", "", "Otterford", ""), "ZX1 1AA"),
        registration=Registration("Y90001", date(2015, 1, 1)),
        elements={"name": {"period": {"start": "1980-02-29"}}},
    )


def test_five_address_lines_keep_their_places():
    lines = ["", "3 Mill Lane", "Netherby", "Otterford", "Wendale"]
    assert read(address=[{"use": "home", "line": lines}]).address == Address.of(lines)


def test_a_town_told_apart_is_the_post_town():
    told = [{"line": ["The Lodge", "3 Mill Lane"], "city": "Otterford", "district": "Wendale", "postalCode": "ZX1 1AA"}]
    assert read(address=told).address == Address(("The Lodge", "3 Mill Lane", "", "Otterford", "Wendale"), "ZX1 1AA")


def test_former_names_end_on_the_day_after_their_period_and_the_latest_gives_the_previous_surname():
    names = [
        {"use": "old", "period": {"start": "1980-02-29", "end": "2001-06-30"}, "given": ["Ada"], "family": "Rook"},
        {"use": "old", "period": {"end": "2010-12-31"}, "given": ["Ada"], "family": "Finch"},
        {"use": "usual", "given": ["Ada"], "family": "Quill"},
        {"use": "nickname", "given": ["Addie"], "family": "Quill"},
    ]
    record = read(name=names)
    assert record.name == Name("Quill", "Ada")
    assert record.previous_surname == "Finch"
    assert record.former_names == (
        FormerName(Name("Rook", "Ada"), date(1980, 2, 29), date(2001, 7, 1)),
        FormerName(Name("Finch", "Ada"), None, date(2011, 1, 1)),
    )


def test_a_usual_name_that_has_ended_gives_way_to_an_official_one():
    names = [
        {"use": "usual", "period": {"end": "2020-01-31"}, "family": "Rook"},
        {"use": "official", "family": "Quill"},
    ]
    record = read(name=names)
    assert (record.name.surname, record.previous_surname) == ("Quill", "Rook")


def test_a_name_that_has_ended_is_the_name_where_there_is_no_other():
    assert read(name=[{"use": "usual", "period": {"end": "2020-01-31"}, "family": "Rook"}]).name == Name("Rook")


def test_forenames_beyond_the_second_travel_together_and_one_text_is_a_forename():
    assert read(name=[{"family": "Quill", "given": ["A", "B", "C", "D"]}]).name == Name("Quill", "A", "B", "C D")
    assert read(name=[{"family": "Quill", "given": "Ada"}]).name == Name("Quill", "Ada")


def test_control_characters_and_other_blanks_become_blanks():
    assert read(name=[{"family": " O\u00a0Dell\t", "given": ["Jo\x00hn"]}]).name == Name("O Dell", "Jo hn")


def test_former_addresses_are_kept_and_temporary_ones_are_not():
    addresses = [
        {"use": "temp", "line": ["Room 4", "Otterford"]},
        {"use": "home", "line": ["3 Mill Lane", "Otterford"]},
        {"use": "old", "period": {"end": "2014-05"}, "line": ["1 Hill Road", "Otterford"]},
    ]
    record = read(address=addresses)
    assert record.address == Address(("", "3 Mill Lane", "", "Otterford", ""))
    old = Address(("", "1 Hill Road", "", "Otterford", ""))
    assert record.former_addresses == (FormerAddress(old, None, date(2014, 6, 1)),)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("1", (LifeStatus.INFORMAL_DEAD, date(2020, 2, 2))),
        ("2", (LifeStatus.FORMAL_DEAD, date(2020, 2, 2))),
        ("U", (LifeStatus.LIVE, None)),
    ],
)
def test_the_notice_of_death_tells_its_status(status: str, expected: tuple[LifeStatus, date | None]):
    record = read(**died(date(2020, 2, 2), status))
    assert (record.status, record.date_of_death) == expected


def test_a_death_that_no_registrar_is_known_to_have_told_is_informal():
    assert read(deceasedDateTime="2020-02-02").status is LifeStatus.INFORMAL_DEAD
    assert read(deceasedBoolean=True).status is LifeStatus.INFORMAL_DEAD


def test_a_record_that_is_not_active_and_has_no_survivor_stands_for_nobody():
    assert read(active=False).status is LifeStatus.INVALIDATED


@pytest.mark.parametrize(("code", "expected"), [("U", False), ("R", True), ("V", True), ("restricted", True)])
def test_confidentiality(code: str, expected: bool):
    assert read(meta={"security": [{"code": code}]}).restricted is expected


def test_no_practice_and_the_codes_for_none_are_no_registration():
    assert read(generalPractitioner=None).registration is None
    assert read(generalPractitioner=[a_practice("V81997")]).registration is None


def test_a_registration_that_has_ended_is_a_former_stay_and_one_that_lasts_is_preferred():
    ended = a_practice("Y90002", "2010-01-01", "2014-12-31")
    assert read(generalPractitioner=[ended]).registration == Registration("Y90002", date(2010, 1, 1), date(2015, 1, 1))
    assert read(generalPractitioner=[ended, a_practice("Y90001")]).registration == Registration("Y90001")


def test_a_doctor_named_beside_the_practice_is_kept():
    doctor = {
        "type": "Practitioner",
        "identifier": {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "9910101,7"},
    }
    record = read(generalPractitioner=[doctor, {"reference": "Organization/Y90001"}])
    assert record.registration == Registration("Y90001", gp_code=GPCode("9910101", "7"))


def test_extensions_are_found_whatever_their_case():
    extensions = [
        {
            "url": "https://fhir.nhs.uk/R4/StructureDefinition/extension-ukcore-NHAIS-DrugsDispensedMarker",
            "valueBoolean": True,
        },
        {
            "url": "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHAIS-ResidentialInstituteCode",
            "valueString": "C8",
        },
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {"city": "Otterford", "country": "GBR"},
        },
    ]
    record = read(extension=extensions)
    assert (record.drugs_dispensed, record.residential_institute) == (True, "C8")
    assert record.place_of_birth == "Otterford, GBR"


def test_a_removal_says_where_somebody_went():
    removal = {
        "url": "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration",
        "extension": [
            {"url": "removalFromRegistrationCode", "valueCodeableConcept": {"coding": [{"code": "EMB"}]}},
            {"url": "effectiveTime", "valuePeriod": {"start": "2019-03-01"}},
        ],
    }
    record = read(generalPractitioner=None, extension=[removal])
    assert (record.outside, record.outside_since) == ("abroad", date(2019, 3, 1))


def test_links_to_other_numbers():
    assert read_patient(replaced_by(NUMBER, OTHER), TODAY) == SupersededRecord(NHSNumber(NUMBER), NHSNumber(OTHER))
    link = [{"type": "replaces", "other": {"reference": f"Patient/{OTHER}"}}]
    assert read(link=link).superseded_numbers == (NHSNumber(OTHER),)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"resourceType": "Person"}, "resourceType"),
        ({"identifier": None, "id": None}, "identifier"),
        ({"identifier": [{"system": NHS_NUMBER, "value": "9990000019"}]}, "identifier.value"),
        ({"identifier": [{"system": NHS_NUMBER, "value": 9990000018}]}, "identifier"),
        ({"identifier": "9990000018"}, "identifier"),
        ({"id": OTHER}, "id"),
        ({"name": None}, "name"),
        ({"name": "Quill"}, "name"),
        ({"name": [{"given": ["Ada"]}]}, "name[0].family"),
        ({"name": [{"family": ["Quill"]}]}, "name[0].family"),
        ({"name": [{"family": "Q" * 201}]}, "name[0].family"),
        ({"gender": "f"}, "gender"),
        ({"gender": ["female"]}, "gender"),
        ({"birthDate": "29/02/1980"}, "birthDate"),
        ({"birthDate": "1980"}, "birthDate"),
        ({"birthDate": "2026-11-03"}, "birthDate"),
        ({"deceasedDateTime": "1979-12-31"}, "deceasedDateTime"),
        ({"deceasedDateTime": 7}, "deceasedDateTime"),
        ({"address": {"line": ["3 Mill Lane"]}}, "address"),
        ({"address": [{"line": ["1", "2", "3", "4", "5", "6"]}]}, "address[0].line"),
        ({"generalPractitioner": [{"identifier": {"value": "a practice"}}]}, "generalPractitioner[0].identifier.value"),
        (
            {"generalPractitioner": [a_practice("Y90001", "2027-01-01")]},
            "generalPractitioner[0].identifier.period.start",
        ),
        ({"generalPractitioner": [a_practice("Y90001", "soon")]}, "generalPractitioner"),
        ({"meta": {"security": "U"}}, "meta.security"),
        ({"extension": [{"valueBoolean": True}]}, "extension"),
        ({"link": [{"type": "replaced-by", "other": {"reference": f"Patient/{NUMBER}"}}]}, "link[0].other"),
        ({"link": [{"type": "replaced-by"}]}, "link"),
    ],
)
def test_a_fault_is_named_by_its_field_and_repeats_nothing(changed: dict[str, Any], field: str):
    found = read_patient(a_patient(NUMBER, **changed), TODAY)
    assert isinstance(found, Unreadable)
    assert found.field == field
    assert found.reason
    assert "Quill" not in found.reason and NUMBER not in found.reason


@pytest.mark.parametrize("other", [None, 7, "Patient", [], {}])
def test_what_is_no_patient_at_all_is_refused(other: object):
    assert read_patient(other, TODAY) == Unreadable("resourceType", "must be Patient")
