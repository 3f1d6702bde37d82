"""Sex, birth and death after the operations.

Source: PDS FHIR API, rules of PATCH. A practice tells a death informally (1); the registrar's word (2) comes by
another way, and what is dead is not brought to life by an amendment.
"""

import re
from datetime import date, datetime
from typing import Any

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.to_fhir import DEATH_NOTICE

_GENDERS = ("male", "female", "unknown")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?\+00:00)?\Z", re.ASCII)
_REGISTRAR = "a formal death notice comes from the registrar of deaths, and is the office's to take"
_BACK = "a recorded death is put right by the office: send it what you know"


def check_life(amended: Amended, today: date) -> None:
    """Raises RequestError (400, 403) for what cannot be of sex, birth and twins. Death: `death_in`."""
    after = amended.after
    for name in ("gender", "birthDate"):
        if name not in after and name in amended.before:
            raise refusals.forbidden_update(f"source not permitted to remove '{name}'", name)
    if amended.changes("gender") and after["gender"] not in _GENDERS:
        raise refusals.invalid(after["gender"], "gender")
    if amended.changes("birthDate"):
        _check_birth(after["birthDate"], today)
    if amended.changes("multipleBirthInteger") and "multipleBirthInteger" in after:
        order = after["multipleBirthInteger"]
        if type(order) is not int or not 1 <= order <= 9:
            raise refusals.invalid(order, "multipleBirthInteger")


def _check_birth(value: Any, today: date) -> None:
    born = _whole_day(value)
    if born is None or born > today:
        raise refusals.invalid(value, "birthDate")


def death_in(amended: Amended, today: date) -> date | None:
    """The day of a death that is told, and was not before. Raises RequestError (400, 403) for what is not taken."""
    before, after = _notice(amended.before), _notice(amended.after)
    if not amended.changes("deceasedDateTime") and before == after:
        return None
    if _code(before) == "2":
        raise refusals.forbidden_update(f"a formal death is not replaced: {_REGISTRAR}", "deceasedDateTime")
    if _code(after) == "2":
        raise refusals.forbidden_update(_REGISTRAR, "extension")
    if before is not None or "deceasedDateTime" in amended.before:
        raise refusals.forbidden_update(_BACK, "deceasedDateTime")
    if after is None:
        raise refusals.invalid_update("deceasedDateTime needs the extension DeathNotificationStatus", "extension")
    if _code(after) != "1":
        raise refusals.invalid(_code(after), "extension/deathNotificationStatus")
    if len(after.get("extension", ())) > 1:
        raise refusals.forbidden_update("when the death was notified is the register's own to say", "extension")
    return _died_on(amended.after, today)


def _died_on(patient: Json, today: date) -> date:
    if "deceasedDateTime" not in patient:
        raise refusals.missing("deceasedDateTime")
    told = patient["deceasedDateTime"]
    died = _whole_day(told)
    if not isinstance(told, str) or not _TIME.match(told) or died is None or died > today:
        raise refusals.invalid(told, "deceasedDateTime")
    born = _whole_day(patient.get("birthDate"))
    if born is not None and died < born:
        raise refusals.invalid_update("deceasedDateTime is before birthDate", "deceasedDateTime")
    return died


def _notice(patient: Json) -> Json | None:
    found = [each for each in patient["extension"] if str(each.get("url")).casefold() == DEATH_NOTICE.casefold()]
    return found[0] if found else None


def _code(notice: Json | None) -> str | None:
    for part in (notice or {}).get("extension", ()):
        if part.get("url") == "deathNotificationStatus":
            codings = part.get("valueCodeableConcept", {}).get("coding") or [{}]
            return codings[0].get("code")
    return None


def _whole_day(value: Any) -> date | None:
    """The day of a whole date, or of an instant at +00:00; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if re.match(r"\d{4}-\d{2}-\d{2}\Z", value, re.ASCII) else _of_instant(value)
    except ValueError:
        return None


def _of_instant(value: str) -> date | None:
    return datetime.fromisoformat(value).date() if _TIME.match(value) else None
