"""Where a FHIR Patient lives and lived, and with which practice they are."""

import re
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from registry.patients.read_fhir_parts import BadField, ends_until, is_over, plain, starts_on
from registry.patients.record import FormerAddress, Registration
from registry.values.address import Address, normal_postcode
from registry.values.organisation import GPCode, is_ods_code

ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
GMC_NUMBER = "https://fhir.hl7.org.uk/Id/gmc-number"
REMOVAL = "https://fhir.nhs.uk/structuredefinition/extension-pds-removalfromregistration"

NO_PRACTICE = frozenset({"V81997", "V81998", "V81999"})
"""Codes that stand for no practice (NHS Data Dictionary): not registered, not applicable, not known."""

IN_USE = {"home": 0, None: 1}
_ENDED = 10
_NEVER = 20
_REMOVAL_CODE = re.compile(r"[A-Z]{2,3}\Z")
_EXITS = {
    "EMB": "abroad",
    "SCT": "scotland",
    "NIT": "northern-ireland",
}
"""Exit codes of the Personal Demographics Service: embarked, to Scotland, to Northern Ireland."""


def read_addresses(entries: Any, today: date) -> tuple[Address, tuple[FormerAddress, ...]]:
    """The home address in `Patient.address`, and former ones, the latest last.

    Temporary and correspondence addresses are no homes: `registry.patients.elements` keeps them.
    """
    if not entries:
        return Address(), ()
    if len(entries) == 1 and entries[0].get("use") in IN_USE:
        return _address(entries[0], 0), ()
    ranks = [_rank(entry, today) for entry in entries]
    chosen = min(range(len(entries)), key=ranks.__getitem__)
    present = _address(entries[chosen], chosen) if ranks[chosen] < _NEVER else Address()
    former = [
        FormerAddress(_address(entry, index), starts_on(entry.get("period")), ends_until(entry.get("period")))
        for index, entry in enumerate(entries)
        if (index != chosen and ranks[index] in range(_ENDED, _NEVER)) or entry.get("use") == "old"
    ]
    former.sort(key=lambda each: each.until or each.since or date.min)
    return present, tuple(each for each in former if not each.address.is_blank)


def home_place(entries: Any, today: date) -> int | None:
    """The place of the home address in `Patient.address`; None where there is none."""
    if not entries:
        return None
    ranks = [_rank(entry, today) for entry in entries]
    chosen = min(range(len(entries)), key=ranks.__getitem__)
    return chosen if ranks[chosen] < _NEVER else None


def _rank(entry: dict[str, Any], today: date) -> int:
    rank = IN_USE.get(entry.get("use"), _NEVER)
    return rank + _ENDED if is_over(entry.get("period"), today) else rank


def _address(entry: dict[str, Any], index: int) -> Address:
    lines = entry.get("line") or ()
    if isinstance(lines, str):
        lines = (lines,)
    if len(lines) > 5:
        raise BadField(f"address[{index}].line", "has more than five lines")
    texts = [plain(line, "address[{}].line", index) for line in lines]
    postcode = plain(entry.get("postalCode"), "address[{}].postalCode", index)
    postcode = stored_postcode(postcode)
    if "city" not in entry:
        placed = Address.of if len(texts) == 5 else Address.from_unpositioned
        return placed(texts, postcode)
    town = plain(entry["city"], "address[{}].city", index)
    county = plain(entry.get("district"), "address[{}].district", index)
    placed = Address.from_unpositioned([*texts, town], postcode)
    return Address((*placed.lines[:4], placed.lines[4] or county), postcode)


@lru_cache(maxsize=4096)
def stored_postcode(text: str) -> str | None:
    """A postcode in its normal form, or as it is where it has no known shape; None for an empty text."""
    return normal_postcode(text) or text or None


def read_registration(entries: Any, today: date, gp_code: GPCode | None = None) -> Registration | None:
    """The practice of `Patient.generalPractitioner`, by ODS code. One that is over is a former stay."""
    found: Registration | None = None
    for index, entry in enumerate(entries or ()):
        identifier = entry.get("identifier") or {}
        if entry.get("type") == "Practitioner" or identifier.get("system") == GMC_NUMBER:
            gp_code = GPCode.parse(identifier.get("value") or "") or gp_code
            continue
        period = identifier.get("period")
        if found is None or (found.until is not None and not is_over(period, today)):
            found = _registration(_ods_code(entry, identifier, index), period, index, today)
    if found is not None and gp_code is not None:
        return Registration(found.practice_ods, found.accepted_on, found.until, gp_code)
    return found


def _ods_code(entry: dict[str, Any], identifier: dict[str, Any], index: int) -> str:
    code = identifier.get("value") or (entry.get("reference") or "").removeprefix("Organization/")
    code = code.strip().upper()
    if not is_ods_code(code):
        raise BadField(f"generalPractitioner[{index}].identifier.value", "is no ODS code")
    return code


def _registration(code: str, period: dict[str, Any] | None, index: int, today: date) -> Registration | None:
    if code in NO_PRACTICE:
        return None
    if not period:
        return Registration(code)
    since, until = starts_on(period), ends_until(period)
    field = f"generalPractitioner[{index}].identifier.period"
    if since is not None and since > today:
        raise BadField(f"{field}.start", "is in the future")
    if since is not None and until is not None and until < since:
        raise BadField(f"{field}.end", "is before the start")
    return Registration(code, since, until if until is not None and until <= today else None)


class Removal(NamedTuple):
    """The list outside every practice on which somebody with no practice stands, since when, and by which code."""

    outside: str = "unregistered"
    since: date | None = None
    code: str | None = None


NO_REMOVAL = Removal()


def read_removal(extensions: dict[str, dict[str, Any]], today: date) -> Removal:
    """Why and since when somebody is with no practice. Raises BadField for what is no code."""
    removal = extensions.get(REMOVAL)
    if removal is None:
        return NO_REMOVAL
    parts = {each["url"]: each for each in removal["extension"]}
    code = parts["removalFromRegistrationCode"]["valueCodeableConcept"]["coding"][0]["code"]
    if not _REMOVAL_CODE.match(code):
        raise BadField("extension(removalFromRegistrationCode)", "is no code of a removal")
    since = starts_on(parts.get("effectiveTime", {}).get("valuePeriod"))
    return Removal(_EXITS.get(code, "unregistered"), None if since is None else min(since, today), code)
