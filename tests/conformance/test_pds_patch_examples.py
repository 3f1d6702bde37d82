"""The bodies of PATCH that the Personal Demographics Service publishes: what each of them gets here, and why."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from registry.errors import RequestError
from registry.fhir_api.people.patch.apply_patches import apply_patches
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.patch.check_amended import check_amended
from registry.fhir_api.people.patch.check_life import death_in
from registry.fhir_api.people.patch.check_periods import AddressDays
from registry.fhir_api.people.patch.read_patches import read_patches
from registry.fhir_api.people.patch.working_copy import home_id, working_copy
from registry.policies.store import shipped

_FOLDER = Path(os.environ.get("REGISTRY_SHARED", "../shared")) / "fhir" / "examples" / "pds" / "requests" / "patch"
pytestmark = pytest.mark.skipif(not _FOLDER.is_dir(), reason="the shared examples are not here: set REGISTRY_SHARED")

_URLS = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
_JANE = {
    "names": [], "telecom": [], "contact": [],
    "name": {"id": "123", "period": {"start": "2020-01-01", "end": "2021-12-31"}, "suffix": ["MBE"]},
    "address": {"id": "456", "period": {"start": "2020-01-01", "end": "2021-12-31"}},
    "extension": [{"url": f"{_URLS}{each}", "valueReference": {"identifier": {"value": "Y12345"}}}
                  for each in ("MedicalApplianceSupplier", "PreferredDispenserOrganization", "NHSCommunication")],
}  # fmt: skip
"""What stands beside the columns of the Jane Smith of PDS's examples."""

TAKEN = (
    "add-extension",
    "add-name",
    "update-address",
    "update-address-alternative",
    "update-gender",
    "nominatedPharmacy",
    "placeOfBirth",
)
REFUSED = {
    "add-deceased-date-time": (400, "INVALID_UPDATE", "DeathNotificationStatus"),
    "delete-gender": (403, "FORBIDDEN_UPDATE", "gender"),
    "delete-name": (403, "FORBIDDEN_UPDATE", "usual name"),
    "delete-name-alternative": (403, "FORBIDDEN_UPDATE", "usual name"),
    "update-extension": (400, "INVALID_UPDATE", "index '3' is out of bounds"),
}


def _row() -> dict[str, Any]:
    return {
        "version": 2, "nhs_number": "9000000009", "status": "live", "surname": "Smith", "first_forename": "Jane",
        "second_forename": "", "other_forenames": "", "title": "Mrs", "sex": "2", "date_of_birth": "2010-10-22",
        "date_of_death": None, "place_of_birth": None, "line_1": "1 Trevelyan Square", "line_2": "Boar Lane",
        "line_3": "City Centre", "line_4": "Leeds", "line_5": "West Yorkshire", "postcode": "LS1 6AE",
        "restricted": False, "whereabouts_hidden": False, "practice": None, "removal": None, "elements": _JANE,
    }  # fmt: skip


def _amended(body: bytes) -> Amended:
    today = date(2026, 11, 2)
    row = _row()
    before = working_copy(row)
    done = apply_patches(before, read_patches(body), lambda: "0A0B0C0D")
    amended = Amended(before, done.patient, frozenset(done.fresh), home_id(row))
    check_amended(amended, today, AddressDays.of(shipped("current"), today))
    death_in(amended, today)
    return amended


@pytest.mark.parametrize("name", TAKEN)
def test_what_pds_takes_is_taken(name: str):
    assert _amended((_FOLDER / f"{name}.json").read_bytes()).differs


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_by_its_rule(name: str):
    with pytest.raises(RequestError) as refused:
        _amended((_FOLDER / f"{name}.json").read_bytes())
    status, code, words = REFUSED[name]
    assert (refused.value.status, refused.value.spine) == (status, code) and words in refused.value.text


def test_an_extension_is_removed_after_a_test_of_its_url():
    """The place in the list is the answer's, as a client sees it."""
    body = (_FOLDER / "delete-extension.json").read_bytes()
    assert len(_amended(body).after["extension"]) == 2


def test_templates_are_taken_once_they_are_filled_in():
    death = (_FOLDER / "deceasedDateTime.json").read_text().replace("#(deceasedDate)", "2026-10-22T00:00:00+00:00")
    assert _amended(death.encode()).differs
    contact = (_FOLDER / "emergencyContact.json").read_text().replace("#(mobileNumber)", "07700900000")
    assert _amended(contact.encode()).after["contact"][0]["id"] == "0A0B0C0D"
    moved: Any = orjson.loads((_FOLDER / "addressUpdate.json").read_bytes())
    moved["patches"][0] |= {"path": "/address/0/id", "value": "456"}
    moved["patches"][1]["path"] = "/address/0"
    moved["patches"][2]["value"] = {"use": "home", "line": ["", "1 New Road", "", "Leeds", ""], "postalCode": "LS1 4BU"}
    assert _amended(orjson.dumps(moved)).after["address"][0]["line"][1] == "1 New Road"
