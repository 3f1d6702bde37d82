"""What every written request to remove somebody is keyed with."""

from datetime import date
from typing import Literal

from pydantic import Field

from registry.transactions.acts.act import AboutPerson, Impossible

Medium = Literal["form", "letter", "email", "page"]
"""How a request was written. By the link a practice sends other requests, and by telephone none."""


class Written(AboutPerson):
    """A request in writing about one person."""

    received_on: date = Field(description="The day on which it came.", examples=["2026-11-02"])
    medium: Medium = Field("form", description="How it came: form, letter, email or page. Never by link or telephone.")


def wrong_day(day: date, today: date, field: str = "received_on") -> Impossible | None:
    """Why a day cannot be that of something that has happened; None when it can."""
    if day > today:
        return Impossible("The day is still to come: give the day on which it happened.", field)
    if (today - day).days > 366:
        return Impossible("The day is more than a year ago: look at what you have in hand again.", field)
    return None
