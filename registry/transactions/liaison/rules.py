"""What is decided about a case with another body without looking anything up."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from registry.values.nhs_number import NHSNumber
from registry.values.period import add_working_days, start_of_day

Body = Literal["nbo", "pds", "commissioner", "home-office", "lmc"]
"""With whom a case is: the National Back Office, the PDS service desk, the commissioner, the Home Office, the LMC."""
FraudBody = Literal["local-specialist", "national-authority"]
"""Whom a suspicion is referred to: the local counter-fraud specialist, or the national authority."""

Topic = Literal[
    "duplicate", "confusion", "number", "death", "link", "identity", "residence", "registration", "size",
    "pattern", "stolen-forms", "advice",
]  # fmt: skip
"""What a case is about, and so what is asked: one person with several numbers, several people on one, a number to
correct, a death recorded wrongly, a record that differs from PDS, who somebody is, whether they live here ..."""

Outcome = Literal[
    "merged", "split", "not-duplicate", "not-confusion", "corrected", "confirmed", "number-given", "not-known",
    "refused", "enquiry", "investigation", "no-fraud", "no-action", "no-answer",
]  # fmt: skip
"""What was answered, by its code."""

BODIES: tuple[str, ...] = get_args(Body)
FRAUD_BODIES: tuple[str, ...] = get_args(FraudBody)


@dataclass(frozen=True, slots=True)
class Clock:
    """When an answer is due, and when the office looks before that whether one comes; None: it does not."""

    answer_at: datetime
    alert_at: datetime | None


def clock_for(
    clocks: Mapping[str, Mapping[str, int]], body: str, topic: str, sent_on: date, holidays: Collection[date]
) -> Clock:
    """The clock of what was sent on a day, by body and topic, else by body, else the default.

    Weeks are counted from the day itself, working days after them; it strikes when the last of these is over.
    """
    keys = (f"{body}/{topic}", body, "counter-fraud" if body in FRAUD_BODIES else "", "default")
    times = next(clocks[key] for key in keys if key in clocks)
    last = sent_on + timedelta(weeks=times.get("weeks", 0))
    if times.get("working_days"):
        last = add_working_days(last, times["working_days"], holidays)
    alert = times.get("alert_weeks")
    return Clock(
        start_of_day(last + timedelta(days=1)),
        None if alert is None else start_of_day(sent_on + timedelta(weeks=alert)),
    )


def reference_of(formats: Mapping[str, str], series: str, year: int, number: int) -> str:
    """Our reference, in the form of its series."""
    return formats[series].format(year=year, number=number)


def reference_fault(formats: Mapping[str, str], body: str, reference: str) -> str | None:
    """Why a reference is none of that body's; None where it may be. No reference is somebody's NHS number."""
    if NHSNumber.parse(reference) is not None:
        return "This is an NHS number; a reference is what they call the case."
    if not re.fullmatch(formats.get(body, formats["default"]), reference):
        return "This is not in the form of their references: copy it in capitals, as they write it."
    return None


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an index of evidence."""

    number: int
    kind: str
    ref: str
    day: date
    person: int | None
    line: str


def digest_of(items: Sequence[Item], before: str) -> str:
    """What a pack is known by: SHA-256 over its items in their order, and over the digest of the pack before."""
    lines = [before, *(_line(item) for item in sorted(items, key=lambda item: item.number))]
    return sha256("\n".join(lines).encode()).hexdigest()


def _line(item: Item) -> str:
    person = "" if item.person is None else str(item.person)
    return "|".join((str(item.number), item.kind, item.ref, item.day.isoformat(), person, item.line))


def index_of(items: Sequence[Item]) -> list[dict[str, Any]]:
    """The index as another body reads it: numbers of the case, days and codes; none of our ids."""
    return [
        {
            "number": item.number,
            "kind": item.kind,
            "day": item.day.isoformat(),
            "person": None if item.person is None else f"P{item.person}",
            "line": item.line,
        }
        for item in sorted(items, key=lambda item: item.number)
    ]
