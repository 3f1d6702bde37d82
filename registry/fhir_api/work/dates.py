"""Dates and instants of a search, with FHIR's prefixes, as the instants between which something must lie."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from registry.fhir import refusals
from registry.fhir_api.call import Call
from registry.fhir_api.interaction import Parameter
from registry.values.period import start_of_day

PATTERN = r"(eq|ge|gt|le|lt)?\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?)?)?"
_WHOLE = re.compile(rf"(?:{PATTERN})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Between:
    """Not before `since`, and before `until`; None leaves a side open."""

    since: datetime | None = None
    until: datetime | None = None


def date_parameter(name: str, text: str, example: str | None = None) -> Parameter:
    """A date that may be given twice, with a prefix: eq (unless given), ge, gt, le, lt."""
    return Parameter(name, "date", text, example, PATTERN, repeats=True)


def between(call: Call, name: str) -> Between:
    """What all values of a parameter say together. Raises RequestError (400)."""
    since: datetime | None = None
    until: datetime | None = None
    for value in call.all(name):
        one = _one(value, name)
        since = one.since if since is None or (one.since is not None and one.since > since) else since
        until = one.until if until is None or (one.until is not None and one.until < until) else until
    return Between(since, until)


def _one(value: str, name: str) -> Between:
    if not _WHOLE.match(value):
        raise refusals.invalid(value, name)
    prefix, said = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    try:
        first, after = _span(said)
    except (ValueError, OverflowError):
        raise refusals.invalid(value, name) from None
    match prefix:
        case "ge":
            return Between(first, None)
        case "gt":
            return Between(after, None)
        case "le":
            return Between(None, after)
        case "lt":
            return Between(None, first)
        case _:
            return Between(first, after)


def _span(said: str) -> tuple[datetime, datetime]:
    """The first instant of what is said, and the first after it. Days are London's."""
    if "T" in said:
        at = datetime.fromisoformat(said.replace("Z", "+00:00")).astimezone(UTC)
        return at, at + _precision(said)
    parts = [int(part) for part in said.split("-")]
    first = date(parts[0], *[*parts[1:], 1, 1][:2])
    if len(parts) == 3:
        after = first + timedelta(days=1)
    elif len(parts) == 2:
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    else:
        after = date(first.year + 1, 1, 1)
    return start_of_day(first), start_of_day(after)


def _precision(said: str) -> timedelta:
    clock = re.split(r"[Z+-]", said.partition("T")[2])[0]
    if "." in clock:
        return timedelta(microseconds=1)
    return timedelta(seconds=1) if clock.count(":") == 2 else timedelta(minutes=1)
