"""The fields of a body, named by their paths, and what is refused of them alike.

A field is told by its path in the body: `name/0/period/end`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.patients.read_fhir_parts import MISSHAPEN, ends_until, starts_on

MOST_ITEMS = 20
"""Of any list: nobody has more names, addresses or telephones than that."""


@dataclass(frozen=True, slots=True)
class Item:
    """An object of the body, and its path."""

    value: Json
    path: str

    def at(self, field: str) -> str:
        """The path of one of its fields."""
        return f"{self.path}/{field}" if self.path else field

    def needed(self, field: str) -> Any:
        """A field that must be there. Raises RequestError (400)."""
        value = self.value.get(field)
        if value in (None, "", [], {}):
            raise refusals.missing(self.at(field))
        return value

    def items(self, field: str, most: int = MOST_ITEMS) -> list["Item"]:
        """The objects of a list. Raises RequestError (400) for more than are taken."""
        values = cast(Sequence[Json], self.value.get(field) or ())
        if len(values) > most:
            raise too_many(self.at(field))
        return [Item(value, f"{self.at(field)}/{index}") for index, value in enumerate(values)]


def too_many(path: str) -> RequestError:
    """400: a list is longer than it may be."""
    return refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{path}'", path)


def only(item: Item, known: Mapping[str, object] | frozenset[str]) -> None:
    """Raises RequestError (400) for properties that are not taken here."""
    more = sorted(set(item.value) - set(known))
    if more:
        raise refusals.additional(*(item.at(name) for name in more[:5]))


@dataclass(frozen=True, slots=True)
class Period:
    """From a day, until but not on another; None is open."""

    start: date | None
    until: date | None


def period_of(item: Item, today: date) -> Period:
    """The period of an item. Raises RequestError (400) where it begins in the future, or ends before it begins."""
    period = cast(Json, item.value.get("period") or {})
    start, until = _day(period, "start", item), _day(period, "end", item)
    if start is not None and start > today:
        raise refusals.invalid_create(f"{item.at('period/start')} is in the future", item.at("period/start"))
    if start is not None and until is not None and until <= start:
        raise refusals.invalid_create(f"{item.at('period/end')} is before the start", item.at("period/end"))
    return Period(start, until)


def _day(period: Json, end: str, item: Item) -> date | None:
    try:
        return starts_on(period) if end == "start" else ends_until(period)
    except MISSHAPEN:
        raise refusals.invalid(period.get(end), item.at(f"period/{end}")) from None
