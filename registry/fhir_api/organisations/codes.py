"""Every code of a practice and of its doctors, each as an identifier with its system (reference: identifiers).

GP Links names a practice by its trading partner code, the authority by its cipher and by its link code, and a doctor
by GMC number and the authority's local code together. The first three have no published system but the adaptor's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.fhir import own
from registry.fhir.outcomes import Json
from registry.fhir.refusals import invalid
from registry.links.documents.names import HA_SYSTEM
from registry.values.organisation import link_code

ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
GMC = "https://fhir.hl7.org.uk/Id/gmc-number"
CIPHER = HA_SYSTEM
PARTNER = own.identifiers("gp-links-trading-partner-code")
LINK = own.identifiers("gp-links-link-code")
DOCTOR = own.identifiers("gp-links-doctor-code")
"""GMC number, comma, local code: `4826940,281`."""
LOCAL = own.identifiers("local-doctor-code")
LIST_STATE = own.structure("list-state")


@dataclass(frozen=True, slots=True)
class Entry:
    """A doctor at a practice under a local code, from a day (None: the beginning) until before another (None: open)."""

    id: str
    gmc_number: str
    local_code: str
    since: date | None
    until: date | None
    practice: str

    def is_open(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def period(self) -> Json:
        """The days as FHIR's Period, whose end is the last day."""
        told: Json = {}
        if self.since is not None:
            told["start"] = self.since.isoformat()
        if self.until is not None:
            told["end"] = (self.until - timedelta(days=1)).isoformat()
        return told


def entries_of(rows: list[list[Any]]) -> list[Entry]:
    """The entries that a query gathered as JSON."""
    return [Entry(i, gmc, local, _day(since), _day(until), code) for i, gmc, local, since, until, code in rows]


def codes_of_practice(row: Mapping[str, Any], day: date) -> list[Json]:
    """All codes of a practice on one page: its own, those of its authority, and its doctors' over time."""
    cipher: str = row["authority_cipher"]
    found: list[Json] = [
        {"use": "official", "system": ODS, "value": row["ods_code"]},
        {"use": "secondary", "type": {"text": "Trading partner code"}, "system": PARTNER}
        | {"value": row["trading_partner_code"]},
        {"use": "secondary", "type": {"text": "Authority cipher"}, "system": CIPHER, "value": cipher},
        {"use": "secondary", "type": {"text": "Link code of the authority"}, "system": LINK}
        | {"value": link_code(cipher)},
    ]
    for entry in entries_of(row["doctors"]):
        found.append(_dated(entry, day, DOCTOR, f"{entry.gmc_number},{entry.local_code}", "Doctor's code"))
    return found


def codes_of_doctor(gmc_number: str, entries: list[Entry], day: date) -> list[Json]:
    """The GMC number, and every local code that the doctor has or had, with the practice that it was for."""
    found: list[Json] = [{"use": "official", "system": GMC, "value": gmc_number}]
    for entry in entries:
        code = _dated(entry, day, DOCTOR, f"{gmc_number},{entry.local_code}", "Doctor's code")
        found.append(code | {"assigner": {"identifier": {"system": ODS, "value": entry.practice}}})
    return found


def local_code(entry: Entry, day: date) -> Json:
    """The authority's own code of a doctor at a practice."""
    return _dated(entry, day, LOCAL, entry.local_code, "Local code")


def asked_for(text: str, systems: frozenset[str]) -> tuple[frozenset[str], str]:
    """The systems and the value of a token `system|value`; without a system any of `systems`.

    Raises RequestError (400). A system that nobody has finds nobody.
    """
    system, bar, value = text.rpartition("|")
    if not value or len(text) > 300 or not text.isprintable():
        raise invalid(text, "identifier")
    if bar and not system:
        return frozenset(), value
    return (frozenset({system}) & systems if system else systems), value.upper()


def _dated(entry: Entry, day: date, system: str, value: str, kind: str) -> Json:
    ended = entry.until is not None and entry.until <= day
    code: Json = {"use": "old" if ended else "secondary", "type": {"text": kind}, "system": system, "value": value}
    return code | ({"period": entry.period} if entry.period else {})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
