"""Examples of what is posted and patched, which work on the demonstration's practices."""

from registry.fhir.outcomes import Json
from registry.fhir_api.people.to_fhir import BIRTH_PLACE, ODS_CODE
from registry.fhir_api.work.tasks.codes import ACCEPTANCE_CODE, ACCEPTANCE_TYPE, INPUT, WORK, concept

ACCEPTANCE: Json = {
    "resourceType": "Task",
    "status": "requested",
    "intent": "order",
    "code": concept(WORK, "acceptance"),
    "contained": [
        {
            "resourceType": "Patient",
            "id": "p1",
            "name": [{"use": "usual", "family": "Oaken", "given": ["Ada", "Joy"], "prefix": ["Ms"]}],
            "gender": "female",
            "birthDate": "1965-03-01",
            "address": [
                {"use": "home", "line": ["", "12 Fern Road", "", "Little Hexton", ""], "postalCode": "ZZ1 9ZZ"},
                {"use": "old", "line": ["4 Palm Close", "Hexton"]},
            ],
            "extension": [{"url": BIRTH_PLACE, "valueAddress": {"city": "Hexton"}}],
        }
    ],
    "focus": {"reference": "#p1"},
    "requester": {"identifier": {"system": ODS_CODE, "value": "Y90001"}},
    "reasonCode": {"coding": [{"system": ACCEPTANCE_TYPE, "code": "3"}, {"system": ACCEPTANCE_CODE, "code": "A"}]},
    "input": [
        {"type": concept(INPUT, "acceptance-date"), "valueDate": "2026-10-30"},
        {"type": concept(INPUT, "previous-gp-name"), "valueString": "DR BLACKTHORN"},
    ],
}

RECEIVED: Json = {"patches": [{"op": "replace", "path": "/status", "value": "received"}]}
