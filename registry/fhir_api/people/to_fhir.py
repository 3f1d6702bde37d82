"""A person as a Patient in the shape of the Personal Demographics Service.

Columns are the truth for what rules read; `registry.patients.elements` says what stands beside them. Of somebody
restricted there is nothing that tells where they are: the view from which rows are read has left it out already.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.fhir.outcomes import Json
from registry.patients.elements import DEFAULT_IDS

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_EXTENSION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
_CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
VERIFICATION = f"{_EXTENSION}NHSNumberVerificationStatus"
DEATH_NOTICE = f"{_EXTENSION}DeathNotificationStatus"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
REMOVAL = "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration"
EXIT_CODES = "https://fhir.nhs.uk/CodeSystem/PDS-RemovalReasonExitCode"

GENDERS = {"1": "male", "2": "female", "9": "other", "0": "unknown"}
DEATH_STATUS = {
    "informal-dead": ("1", "Informal - death notice received via an update from a local NHS Organisation"),
    "formal-dead": ("2", "Formal - death notice received from Registrar of Deaths"),
}
EXITS = {
    "DEA": "Death",
    "EMB": "Embarked",
    "SCT": "Transferred to Scotland",
    "NIT": "Transferred to Northern Ireland",
    "TRA": "Temporary resident not returned",
    "ORR": "Other reason",
}
MASKED = "ORR"
"""What any other reason is told as: why somebody left may say where they are, or what they did."""


def patient_resource(row: Mapping[str, Any], *, reduced: bool = False, on: date | None = None) -> Json:
    """The Patient of a row of `store.FACTS`.

    `reduced`: as a search shows it, without history, removal, other addresses, birthplace and preferences; then
    telecoms and contacts are those that are not over `on` a day.
    """
    elements: Json = row["elements"] or {}
    open_ = not row["whereabouts_hidden"]
    patient: Json = {
        "resourceType": "Patient",
        "id": row["nhs_number"],
        "meta": _meta(row),
        "identifier": [_identifier(row["nhs_number"])],
        "name": names_of(row, elements, reduced=reduced),
        "gender": GENDERS[row["sex"]],
    }
    if row["date_of_birth"]:
        patient["birthDate"] = _day(row["date_of_birth"])
    if "multipleBirthInteger" in elements and open_:
        patient["multipleBirthInteger"] = elements["multipleBirthInteger"]
    if row["date_of_death"]:
        patient["deceasedDateTime"] = f"{_day(row['date_of_death'])}T00:00:00+00:00"
    if open_:
        patient |= _whereabouts(row, elements, reduced=reduced, on=on)
    extensions = _extensions(row, elements, reduced=reduced, is_open=open_)
    return patient | ({"extension": extensions} if extensions else {})


def _meta(row: Mapping[str, Any]) -> Json:
    code, display = ("R", "restricted") if row["restricted"] else ("U", "unrestricted")
    return {
        "versionId": str(row["version"]),
        "security": [{"system": CONFIDENTIALITY, "code": code, "display": display}],
    }


def _identifier(number: str) -> Json:
    coding = {
        "system": f"{_CODES}NHSNumberVerificationStatus",
        "version": "1.0.0",
        "code": "01",
        "display": "Number present and verified",
    }
    status = {"url": VERIFICATION, "valueCodeableConcept": {"coding": [coding]}}
    return {"extension": [status], "system": NHS_NUMBER, "value": number}


def names_of(row: Mapping[str, Any], elements: Json, *, reduced: bool = False) -> list[Json]:
    """The usual name first, then the others in the order in which they came."""
    beside: Json = elements.get("name") or {}
    usual: Json = {"id": beside.get("id") or DEFAULT_IDS["name"], "use": "usual"}
    if "period" in beside:
        usual["period"] = beside["period"]
    title = row["title"]
    if title:
        usual["prefix"] = beside.get("prefix") if " ".join(beside.get("prefix", ())) == title else [title]
    given = [row["first_forename"], row["second_forename"], *row["other_forenames"].split()]
    if any(given):
        told: list[str] = beside.get("given", [])
        usual["given"] = told if " ".join(told) == " ".join(filter(None, given)) else [each for each in given if each]
    usual["family"] = row["surname"]
    if "suffix" in beside:
        usual["suffix"] = beside["suffix"]
    others = [each for each in elements.get("names", ()) if not reduced or each.get("use") in ("nickname", "temp")]
    return [usual, *others]


def _whereabouts(row: Mapping[str, Any], elements: Json, *, reduced: bool, on: date | None) -> Json:
    told: Json = {}
    addresses = addresses_of(row, elements, reduced=reduced)
    if addresses:
        told["address"] = addresses
    for element in ("telecom", "contact"):
        items = [each for each in elements.get(element, ()) if not (reduced and _is_over(each, on))]
        if items:
            told[element] = items
    if row["practice"]:
        beside: Json = elements.get("generalPractitioner") or {}
        told["generalPractitioner"] = [
            {
                "id": beside.get("id") or DEFAULT_IDS["generalPractitioner"],
                "type": "Organization",
                "identifier": {
                    "system": ODS_CODE,
                    "value": row["practice"],
                    "period": {"start": _day(row["registered_on"])},
                },
            }
        ]
    return told


def _is_over(item: Json, on: date | None) -> bool:
    end = (item.get("period") or {}).get("end")
    return on is not None and isinstance(end, str) and end[:10] < on.isoformat()


def addresses_of(row: Mapping[str, Any], elements: Json, *, reduced: bool = False) -> list[Json]:
    """The home address first, then the others. Lines that are empty are left out: they keep their places in the row."""
    found: list[Json] = []
    lines = [row[f"line_{number}"] for number in range(1, 6)]
    if any(lines) or row["postcode"]:
        beside: Json = elements.get("address") or {}
        home: Json = {"id": beside.get("id") or DEFAULT_IDS["address"], "use": "home"}
        if "period" in beside:
            home["period"] = beside["period"]
        if any(lines):
            home["line"] = [line for line in lines if line]
        if row["postcode"]:
            home["postalCode"] = row["postcode"]
        if "extension" in beside:
            home["extension"] = beside["extension"]
        found.append(home)
    if reduced:
        return found
    return found + [_filled(each) for each in elements.get("addresses", ())]


def _filled(address: Json) -> Json:
    return {**address, "line": [line for line in address["line"] if line]} if "line" in address else address


def _extensions(row: Mapping[str, Any], elements: Json, *, reduced: bool, is_open: bool) -> list[Json]:
    found: list[Json] = []
    if row["status"] in DEATH_STATUS:
        found.append(_death_notice(row, elements))
    if not is_open or reduced:
        return found
    if row["place_of_birth"] or elements.get("birthPlace"):
        place = elements.get("birthPlace") or {"text": row["place_of_birth"]}
        found.append({"url": BIRTH_PLACE, "valueAddress": place})
    found += elements.get("extension", ())
    if row["removal"] and not row["practice"]:
        found.append(_removal(row))
    return found


def _death_notice(row: Mapping[str, Any], elements: Json) -> Json:
    code, display = DEATH_STATUS[row["status"]]
    coding = {"system": f"{_CODES}DeathNotificationStatus", "version": "1.0.0", "code": code, "display": display}
    parts: list[Json] = [{"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [coding]}}]
    if elements.get("deathNoticeAt"):
        parts.append({"url": "systemEffectiveDate", "valueDateTime": elements["deathNoticeAt"]})
    return {"url": DEATH_NOTICE, "extension": parts}


def _removal(row: Mapping[str, Any]) -> Json:
    code = row["removal"] if row["removal"] in EXITS else MASKED
    coding = {"system": EXIT_CODES, "code": code, "display": EXITS[code]}
    parts: list[Json] = [{"url": "removalFromRegistrationCode", "valueCodeableConcept": {"coding": [coding]}}]
    parts.append({"url": "effectiveTime", "valuePeriod": {"start": f"{_day(row['removed_on'])}T00:00:00+00:00"}})
    return {"url": REMOVAL, "extension": parts}


def _day(value: date | str) -> str:
    return value.isoformat() if isinstance(value, date) else value
