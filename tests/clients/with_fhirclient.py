"""A practice's system with fhirclient (SMART): `python with_fhirclient.py BASE TOKEN_OF_A_USER TOKEN_OF_THE_SYSTEM`.

Prints, as one JSON object, what it read and did. Its models are strict: an element of a wrong type raises.
"""

import json
import sys
import time
from typing import Any
from uuid import uuid4

import requests
from fhirclient.client import FHIRClient
from fhirclient.models.bundle import Bundle
from fhirclient.models.episodeofcare import EpisodeOfCare
from fhirclient.models.parameters import Parameters
from fhirclient.models.patient import Patient

ADA, PRACTICE = "9990010234", "Y90101"


def main(base: str, user: str, system: str) -> dict[str, Any]:
    server = connect(base, user)
    told: dict[str, Any] = {}
    told["metadata"] = server.capabilityStatement.fhirVersion

    patient: Any = Patient.read(ADA, server)
    told["read"] = patient.name[0].family

    search = Patient.where({"family": "Quill", "birthdate": "eq1980-02-29"})
    told["search"] = [each.id for each in search.perform_resources_iter(server)]

    asked = {"resourceType": "Patient", "name": [patient.name[0].as_json()], "birthDate": "1980-02-29"}
    parameters = Parameters({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": asked}]})
    matches: Any = Bundle(server.post_json("Patient/$match", parameters.as_json()).json())
    told["match"] = [(each.resource.id, each.search.score) for each in matches.entry]

    told["patch"] = amend(server, patient)
    episodes = EpisodeOfCare.where({"status": "active", "_count": "2"})
    spells: Any = episodes.perform_resources_iter(server)
    told["pages"] = [each.patient.identifier.value for each in spells]
    told["export"] = export(connect(base, system))
    return told


def connect(base: str, token: str) -> Any:
    """A server whose every request has an id of its own."""
    server: Any = FHIRClient(settings={"app_id": "practice-system", "api_base": base}).server
    server.session.headers["Authorization"] = f"Bearer {token}"
    server.session.auth = with_request_id
    return server


def with_request_id(request: requests.PreparedRequest) -> requests.PreparedRequest:
    request.headers["X-Request-ID"] = str(uuid4())
    return request


def amend(server: Any, patient: Any) -> list[Any]:
    """Give somebody a second number: the library knows no PATCH, the session beneath it does."""
    version = int(patient.meta.versionId)
    mobile = {"system": "phone", "use": "mobile", "value": "07700900456", "period": {"start": "2026-01-01"}}
    answer = server.session.patch(
        f"{server.base_uri}Patient/{patient.id}",
        data=json.dumps({"patches": [{"op": "add", "path": "/telecom/-", "value": mobile}]}),
        headers={"Content-Type": "application/json-patch+json", "If-Match": f'W/"{version}"'},
    )
    answer.raise_for_status()
    amended: Any = Patient(answer.json())
    return [int(amended.meta.versionId) - version, mobile["value"] in [each.value for each in amended.telecom]]


def export(server: Any) -> list[str]:
    """The whole list, as the practice's system fetches it by night."""
    kicked_off = server.session.get(
        f"{server.base_uri}Group/{PRACTICE}/$export?_type=Patient",
        headers={"Prefer": "respond-async", "Accept": "application/fhir+json"},
    )
    assert kicked_off.status_code == 202, kicked_off.text
    place = kicked_off.headers["Content-Location"]
    for _ in range(100):
        answer = server.session.get(place)
        if answer.status_code == 200:
            break
        time.sleep(0.2)
    else:
        raise SystemExit("the export did not end")
    file = server.session.get(answer.json()["output"][0]["url"], headers={"Accept": "application/fhir+ndjson"})
    return [json.loads(line)["id"] for line in file.text.splitlines()]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
