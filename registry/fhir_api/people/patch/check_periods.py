"""Periods of items. What was sent whole and says none begins today; what was changed in part keeps its own.

Source: PDS FHIR API, rules of PATCH: periods; a temporary address ends, and so does one for letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.fhir import refusals
from registry.fhir_api.people.patch.changed import Amended, Item
from registry.patients.read_fhir_parts import MISSHAPEN, is_over, starts_on
from registry.policies.store import Policies

DATED = ("name", "address", "telecom", "contact")
"""Lists whose items have a period."""


@dataclass(frozen=True, slots=True)
class AddressDays:
    """For how many days an address that is no home is good."""

    usual: Mapping[str, int]
    most: Mapping[str, int]

    @classmethod
    def of(cls, policies: Policies, today: date) -> "AddressDays":
        """By the policies of a day."""
        temporary, billing = (policies.on(f"{use}_address_days", today) for use in ("temporary", "billing"))
        return cls(
            {"temp": temporary["usual"], "billing": billing["usual"]},
            {"temp": temporary["most"], "billing": billing["most"]},
        )


def fill_periods(amended: Amended, today: date, days: AddressDays) -> None:
    """Give what was sent without a period one that begins today, and what must end an end."""
    for base in DATED:
        for item in amended.items(base):
            period = item.now.get("period")
            if period is None and item.is_fresh:
                period = item.now["period"] = {"start": today.isoformat()}
            use = str(item.now.get("use"))
            if base == "address" and item.is_fresh and isinstance(period, dict) and use in days.usual:
                _fill_end(period, today, days.usual[use])


def _fill_end(period: dict[str, Any], today: date, days: int) -> None:
    start = _day(period.get("start"))
    if start is not None and start <= today and "end" not in period:
        period["end"] = (start + timedelta(days=days)).isoformat()


def check_periods(amended: Amended, today: date, days: AddressDays) -> None:
    """Raises RequestError (400) for the first period that cannot be."""
    for base in DATED:
        for item in amended.items(base):
            _check(item, today)
            use = str(item.now.get("use"))
            if base == "address" and use in days.most and "period" in item.now:
                _check_length(item, use, days.most[use])


def _check(item: Item, today: date) -> None:
    period = item.now.get("period")
    if period is None or (item.was is not None and period == item.was.get("period")):
        return
    at = f"{item.place}/period"
    if "start" not in period:
        raise refusals.missing(f"{at}/start")
    start, end = (_day(period.get(part)) for part in ("start", "end"))
    if start is None or start > today:
        raise refusals.invalid(period["start"], f"{at}/start")
    if "end" in period and end is None:
        raise refusals.invalid(period["end"], f"{at}/end")
    if end is not None and end < start:
        raise refusals.invalid_update(f"the end of '{at}' is before its start", f"{at}/end")


def _check_length(item: Item, use: str, most: int) -> None:
    period = item.now["period"]
    start, end = _day(period.get("start")), _day(period.get("end"))
    at = f"{item.place}/period/end"
    if end is None:
        raise refusals.missing(at)
    if start is not None and (end - start).days > most:
        raise refusals.invalid_update(f"an address of use '{use}' is good for at most {most} days", at)


def has_ended(item: Mapping[str, Any], today: date) -> bool:
    """Whether an item is good no more. A period that cannot be read ends nothing: it was taken on as it is."""
    try:
        return is_over(item.get("period"), today)
    except MISSHAPEN:
        return False


def _day(value: Any) -> date | None:
    """The day of a FHIR date or instant; None for what is none. A year or a month begins on its first."""
    try:
        return starts_on({"start": value}) if isinstance(value, str) else None
    except ValueError:
        return None
