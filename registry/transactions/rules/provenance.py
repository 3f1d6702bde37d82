"""Who said what of a person, since when, and on what evidence: field by field.

Source: domain rules R15 (change sources, provenance per field); GP Links amendment fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import UUID


class Source(Enum):
    """Where a particular came from; the value is what is stored."""

    ACCEPTANCE = "practice-acceptance"
    AMENDMENT = "practice-amendment"
    PRACTICE_DEDUCTION = "practice-deduction"
    """A practice reported a death."""
    PRACTICE_LETTER = "practice-letter"
    PATIENT_LETTER = "patient-letter"
    NATIONAL = "national"
    """The Personal Demographics Service."""
    NATIONAL_BACK_OFFICE = "national-back-office"
    IDENTITY_RULING = "identity-ruling"
    """A person of the office ruled who somebody is: a confusion taken apart, an identity changed."""
    NOTICE = "notice"
    """A file or form of somebody who gives notice: registrars of deaths and births, the forces."""
    COUNCIL = "council"
    POST_OFFICE = "post-office"
    SCREENING_RETURN = "screening-return"
    CORRECTION = "office-correction"
    MERGE = "merge"
    SPLIT = "split"


class Evidence(Enum):
    """What was seen; the value is what is stored."""

    CERTIFICATE = "certificate"
    """Of birth, marriage or death."""
    DEED = "deed"
    """A deed poll or a statutory declaration."""
    COURT_ORDER = "court-order"
    SEEN_DOCUMENT = "seen-document"
    """A passport, a licence, a bill: something with the particular on it."""
    NATIONAL_RECORD = "national-record"
    RULING = "ruling"
    PRACTICE_SAID = "practice-said"
    """The practice wrote it, and answers for it."""
    PATIENT_SAID = "patient-said"
    NONE = "none"


FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nhs_number": ("nhs_number",),
        "surname": ("surname",),
        "forenames": ("first_forename", "second_forename", "other_forenames"),
        "title": ("title",),
        "previous_surname": ("previous_surname",),
        "sex": ("sex",),
        "date_of_birth": ("date_of_birth",),
        "death": ("date_of_death", "status"),
        "place_of_birth": ("place_of_birth",),
        "address": ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode"),
        "drugs_dispensed": ("drugs_dispensed",),
        "residential_institute": ("residential_institute",),
        "restricted": ("restricted",),
    }
)
"""The fields of which it is known who said them, and the columns of each. What travels together is one field."""

FIELD_OF: Mapping[str, str] = MappingProxyType(
    {column: field for field, columns in FIELDS.items() for column in columns}
)


@dataclass(frozen=True, slots=True)
class Said:
    """Who says something: the source, the body (an ODS code, or a name such as PDS), from which day it holds, and
    what was seen."""

    source: Source
    by: str
    effective_on: date
    evidence: Evidence = Evidence.NONE


@dataclass(frozen=True, slots=True)
class Held:
    """Who said what the register holds, and when it was taken down."""

    said: Said
    recorded_at: datetime
    transaction_id: UUID | None = None


def fields_of(columns: Iterable[str]) -> tuple[str, ...]:
    """The fields that columns belong to, each once, in the order of `FIELDS`. Other columns are nobody's word."""
    touched = {FIELD_OF[column] for column in columns if column in FIELD_OF}
    return tuple(field for field in FIELDS if field in touched)


def restored(
    provenance: Mapping[str, Any] | None, before: Mapping[str, Any] | None, columns: Iterable[str]
) -> dict[str, Any]:
    """The entries of a person when columns are put back to what they said before: with the facts their speakers too."""
    entries, former = dict(provenance or {}), before or {}
    for field in fields_of(columns):
        entries.pop(field, None)
        if field in former:
            entries[field] = former[field]
    return entries


def entry(said: Said, at: datetime, transaction_id: UUID | None) -> dict[str, Any]:
    """A field's entry, as it is stored beside the person."""
    return {
        "source": said.source.value,
        "by": said.by,
        "effective_on": said.effective_on.isoformat(),
        "evidence": said.evidence.value,
        "recorded_at": at.isoformat(),
        "transaction_id": None if transaction_id is None else str(transaction_id),
    }


def held(provenance: Mapping[str, Any], field: str) -> Held | None:
    """Who said a field, by the entries of a person; None: whoever made the record."""
    stored = provenance.get(field)
    if stored is None:
        return None
    said = Said(
        Source(stored["source"]),
        stored["by"],
        date.fromisoformat(stored["effective_on"]),
        Evidence(stored["evidence"]),
    )
    transaction_id = stored["transaction_id"]
    return Held(
        said, datetime.fromisoformat(stored["recorded_at"]), None if transaction_id is None else UUID(transaction_id)
    )
