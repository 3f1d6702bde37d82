"""What the readers of FHIR have in common: a field at fault, plain text, days, periods, extensions."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from registry.values.nhs_number import NHSNumber, NumberKind, kind_of
from registry.values.period import london_date

LONGEST_TEXT = 200
"""Nothing that the register keeps of a person is longer; what is, is something else."""

_BLANKS = frozenset({"Cc", "Zs", "Zl", "Zp"})
_NUMBER_FAULTS = {
    NumberKind.SCOTTISH: "is a Scottish number",
    NumberKind.NORTHERN_IRISH: "is a number of Northern Ireland",
    NumberKind.OLD: "is no NHS number of ten digits",
    NumberKind.PLACEHOLDER: "is ten equal digits, which is nobody's number",
    NumberKind.WRONG_CHECK_DIGIT: "has a wrong check digit",
    NumberKind.UNREADABLE: "is no NHS number of ten digits",
}


MISSHAPEN = (TypeError, AttributeError, LookupError, ValueError, OverflowError)
"""What Python raises when a record does not have the shape that its reader expects."""


@dataclass(slots=True)
class BadField(Exception):
    """Ends the reading of one record: which field, and why, without its content."""

    field: str
    reason: str


def plain(value: Any, field: str, index: int = 0) -> str:
    """Text without control characters and outer blanks; empty for an absent one.

    `field` is the path of the field, with `{}` in place of `index`.
    """
    if type(value) is str and value.isprintable() and len(value) <= LONGEST_TEXT:
        return value.strip()
    return _cleaned(value, field.format(index))


def _cleaned(value: Any, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(field, "must be text")
    letters = (" " if unicodedata.category(letter) in _BLANKS else letter for letter in value)
    text = " ".join("".join(letters).split())
    if len(text) > LONGEST_TEXT:
        raise BadField(field, f"is longer than {LONGEST_TEXT} characters")
    return text


def read_number(text: str, field: str) -> NHSNumber:
    """A valid NHS number, with or without blanks."""
    try:
        return NHSNumber(text)
    except ValueError:
        found = NHSNumber.parse(text)
        if found is None:
            raise BadField(field, _NUMBER_FAULTS.get(kind_of(text), "is no NHS number")) from None
        return found


def past_day(value: Any, field: str, today: date) -> date | None:
    """A whole date that is not in the future, or None where there is none."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadField(field, "must be a date as YYYY-MM-DD")
    try:
        found = date.fromisoformat(value) if len(value) == 10 else london_date(datetime.fromisoformat(value))
    except ValueError:
        raise BadField(field, "must be a date as YYYY-MM-DD") from None
    if found > today:
        raise BadField(field, "is in the future")
    return found


def starts_on(period: dict[str, Any] | None) -> date | None:
    """The first day of a FHIR period, or None where it is not told. A year or a month begins on its first."""
    text = (period or {}).get("start")
    return None if text is None else _first_day(text)


def ends_until(period: dict[str, Any] | None) -> date | None:
    """The first day after a FHIR period, whose end is a day of it; None where it is open."""
    text = (period or {}).get("end")
    if text is None or text[:4] == "9999":
        return None
    first = _first_day(text)
    days = {4: 366, 7: 31}.get(len(text), 1)
    after = first + timedelta(days=days)
    return after if days == 1 else after.replace(day=1)


def is_over(period: dict[str, Any] | None, today: date) -> bool:
    """Whether a FHIR period has ended before today."""
    if not period or "end" not in period:
        return False
    until = ends_until(period)
    return until is not None and until <= today


def _first_day(text: str) -> date:
    if len(text) == 10:
        return date.fromisoformat(text)
    if len(text) in (4, 7):
        return date.fromisoformat(f"{text}-01-01"[:10])
    instant = datetime.fromisoformat(text)
    return instant.date() if instant.tzinfo is None else london_date(instant)


def by_url(extensions: list[dict[str, Any]] | None) -> dict[str, dict[str, Any]]:
    """Extensions by their URL in lower case: senders differ in case."""
    return {each["url"].lower(): each for each in extensions or ()}
