"""From the values of a line to the notice that it is, or the column at fault."""

import re
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from registry.transactions.deductions.causes import Cause
from registry.transactions.deductions.notice import Notice
from registry.transactions.notices.form import BIRTH, QUERY, Form
from registry.transactions.notices.read_file import Fault
from registry.values.nhs_number import NHSNumber
from registry.values.person import Sex

LONGEST_VALUE = 100
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_SEXES = {"male": Sex.MALE, "m": Sex.MALE, "1": Sex.MALE, "female": Sex.FEMALE, "f": Sex.FEMALE, "2": Sex.FEMALE,
          "unknown": Sex.UNKNOWN, "0": Sex.UNKNOWN, "other": Sex.NOT_SPECIFIED, "9": Sex.NOT_SPECIFIED}  # fmt: skip
_WITH_REGISTRAR = frozenset({"registrar", "national-back-office"})
"""Whose word of a death is formal."""


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth with the number that the child was given."""

    number: str
    born_on: date
    sex: Sex
    notified_on: date


@dataclass(frozen=True, slots=True)
class Query:
    """The National Back Office asks about a person."""

    number: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be read. `key` is the same for the same notice in any file."""

    reference: str
    key: str
    says: Notice | Birth | Query


class _Bad(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def read_line(row: dict[str, str], form: Form, received_on: date) -> Line | Fault:
    """The notice of a line; `received_on` is when the office heard of it, unless the line says."""
    try:
        return _read(row, form, received_on)
    except _Bad as bad:
        return replace(bad.fault, reference=row["reference"][:LONGEST_VALUE])


def _read(row: dict[str, str], form: Form, received_on: date) -> Line:
    too_long = next((name for name, value in row.items() if len(value) > LONGEST_VALUE), None)
    if too_long is not None:
        raise _Bad(Fault(too_long, f"is longer than {LONGEST_VALUE} characters"))
    number = NHSNumber.parse(row["nhs_number"])
    if number is None:
        raise _Bad(Fault("nhs_number", "is not an NHS number: ten digits of which the last checks the others"))
    kind = form.notices[0] if len(form.notices) == 1 else row["notice"].lower()
    if kind not in form.notices:
        raise _Bad(Fault("notice", f"must be one of {', '.join(form.notices)}"))
    says = _says(row, form, kind, number.value, _date(row, "notified_on") or received_on)
    return Line(row["reference"], _key(says, kind, row["reference"]), says)


def _says(row: dict[str, str], form: Form, kind: str, number: str, notified_on: date) -> Notice | Birth | Query:
    if kind == QUERY:
        return Query(number)
    born, sex = _date(row, "date_of_birth"), _sex(row)
    if kind == BIRTH:
        if born is None or sex is None:
            raise _Bad(Fault("date_of_birth" if born is None else "sex", "is missing"))
        return Birth(number, born, sex, notified_on)
    happened_on = _date(row, "happened_on")
    if happened_on is None:
        raise _Bad(Fault("happened_on", "is missing"))
    return Notice(
        cause=Cause(kind),
        number=number,
        notified_on=notified_on,
        happened_on=happened_on,
        by=form.by,
        until=_date(row, "until"),
        formal=kind == Cause.DEATH.value and form.by in _WITH_REGISTRAR,
        confirmed=form.by in ("other-nation", "national-back-office"),
        date_of_birth=born,
        sex=sex,
        surname=row.get("surname") or None,
        reference=row["reference"] or None,
    )


def _date(row: dict[str, str], column: str) -> date | None:
    value = row.get(column, "")
    if not value:
        return None
    try:
        if _ISO_DATE.match(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Bad(Fault(column, "must be a date as YYYY-MM-DD"))


def _sex(row: dict[str, str]) -> Sex | None:
    value = row.get("sex", "").lower()
    if value and value not in _SEXES:
        raise _Bad(Fault("sex", "must be male, female, other or unknown"))
    return _SEXES[value] if value else None


def _key(says: Notice | Birth | Query, kind: str, reference: str) -> str:
    """What makes two notices the same: whom, what, and when; of a query, its reference."""
    parts: tuple[object, ...]
    match says:
        case Notice():
            parts = (kind, says.number, says.happened_on, says.until)
        case Birth():
            parts = (kind, says.number, says.born_on)
        case Query():
            parts = (kind, says.number, reference)
    return sha256("|".join(str(part) for part in parts).encode()).hexdigest()
