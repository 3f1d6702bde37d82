"""An example of somebody new, that really works, and the path of the operation."""

from registry.fhir.outcomes import Json
from registry.fhir_api.people.create.read_authority import AUTHORITY

NEW_PATIENT: Json = {
    "resourceType": "Patient",
    "name": [
        {
            "use": "usual",
            "period": {"start": "1986-07-01"},
            "prefix": ["Ms"],
            "given": ["Philippa", "Rose"],
            "family": "Wainscott",
        }
    ],
    "gender": "female",
    "birthDate": "1986-07-01",
    "address": [
        {
            "use": "home",
            "period": {"start": "2026-01-05"},
            "line": ["", "14 Larkspur Road", "", "Otterford", ""],
            "postalCode": "ZX1 1AE",
        }
    ],
    "telecom": [{"system": "phone", "value": "01632960123", "use": "home", "period": {"start": "2026-01-05"}}],
    "extension": [
        {
            "url": AUTHORITY,
            "extension": [
                {
                    "url": "registeringAuthorityType",
                    "valueCodeableConcept": {
                        "coding": [
                            {"system": "https://fhir.nhs.uk/CodeSystem/UKCore-RegisteringAuthorityType", "code": "x"}
                        ]
                    },
                },
                {"url": "organisationIdentifier", "valueString": "Y90"},
            ],
        }
    ],
}

NEW_PATIENT_KNOWINGLY: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "patient", "resource": {**NEW_PATIENT, "birthDate": "1988-03-09"}},
        {"name": "reason", "valueString": "Seen with her passport; nobody on record is her."},
    ],
}
