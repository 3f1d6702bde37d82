"""A registration as an EpisodeOfCare: one for each spell on a list."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from registry.fhir.outcomes import Json
from registry.fhir.own import code_system
from registry.fhir_api.work import references
from registry.fhir_api.work.tasks.codes import ACCEPTANCE_TYPE
from registry.links.documents.names import GP_SYSTEM

REGISTRATION_TYPE = code_system("registration-type")
_TYPES = {False: ("general", "Registered in the practice's area"), True: ("out-of-area", "Registered out of area")}
_ACCEPTED_AS = {
    "1": "Birth",
    "2": "First registration",
    "3": "Transfer in",
    "4": "Immigrant",
}


def episode_resource(row: Mapping[str, Any]) -> Json:
    """The EpisodeOfCare of a row of `store.find_episodes`. The practice of `managingOrganization` is the one that
    holds the person during the period; `careManager` the doctor, by the code that the practice gave."""
    told: Json = {
        "resourceType": "EpisodeOfCare",
        "id": str(row["id"]),
        "meta": {"lastUpdated": references.instant(row["changed_at"])},
        "status": row["status"],
        "type": _types(row),
        "patient": references.person(row["nhs_number"]) or {"type": "Patient", "display": "No number yet"},
        "managingOrganization": references.practice(row["practice"]),
    }
    period = _period(row["since"], row["until"])
    if period:
        told["period"] = period
    if row["gp_code"]:
        identifier = {"system": GP_SYSTEM, "value": row["gp_code"]}
        told["careManager"] = {"type": "Practitioner", "identifier": identifier}
    return told


def _types(row: Mapping[str, Any]) -> list[Json]:
    code, display = _TYPES[row["out_of_area"]]
    types: list[Json] = [{"coding": [{"system": REGISTRATION_TYPE, "code": code, "display": display}]}]
    if row["type"] in _ACCEPTED_AS:
        coding = {"system": ACCEPTANCE_TYPE, "code": row["type"], "display": _ACCEPTED_AS[row["type"]]}
        types.append({"coding": [coding]})
    return types


def _period(since: date | None, until: date | None) -> Json:
    """Both days belong to it, as FHIR has it; the register's own end is the day after."""
    told: Json = {} if since is None else {"start": since.isoformat()}
    return told if until is None else {**told, "end": (until - timedelta(days=1)).isoformat()}
