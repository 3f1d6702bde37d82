"""A notice: what somebody told the office about a person, as plain values that can be stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter

from registry.transactions.deductions.causes import Cause
from registry.values.person import Sex

By = Literal["practice", "relative", "patient", "registrar", "national-back-office", "forces", "other-nation", "other"]
"""Who told the office."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about a person.

    `happened_on` is the day of the event, `notified_on` the day on which the office first heard of
    it. `until` is when somebody abroad means to come back, `months` what they are sentenced to in
    all. `formal` is a death from the registrar; `confirmed` a registration that the other nation
    confirms. Birth date, sex and surname are the notifier's, to be compared.
    """

    cause: Cause
    number: str
    notified_on: date
    happened_on: date | None = None
    by: By = "other"
    until: date | None = None
    months: int | None = None
    formal: bool = False
    confirmed: bool = False
    date_of_birth: date | None = None
    sex: Sex | None = None
    surname: str | None = None
    reference: str | None = None
    reason: str = ""


_ADAPTER: TypeAdapter[Notice] = TypeAdapter(Notice)


def to_stored(notice: Notice) -> dict[str, Any]:
    """A notice as plain JSON data."""
    return orjson.loads(_ADAPTER.dump_json(notice, exclude_defaults=True))


def from_stored(data: Any) -> Notice:
    """The notice that was stored."""
    return _ADAPTER.validate_python(data, strict=False)
