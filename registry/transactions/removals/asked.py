"""What every written request to remove somebody is keyed with."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from registry.transactions.acts.act import AboutPerson, Impossible
from registry.transactions.facts import PersonFacts

Medium = Literal["form", "letter", "email", "page"]
"""How a request was written. By the link a practice sends other requests, and by telephone none."""


_SCHEME = "special-allocation"


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


def placed_by_scheme(person: PersonFacts, practice_id: UUID) -> Impossible | None:
    """Why a practice cannot have somebody removed whom the special allocation scheme keeps on its list; else None.

    An ordinary removal would leave them on no list and nobody looking for a place. It is an answer for
    the office alone, and no letter says it. The dead and people of other lists are refused in the usual way.
    """
    now = person.membership
    holds = now is not None and now.practice_id == practice_id
    if person.is_dead or not holds or person.matter(_SCHEME) is None:
        return None
    return Impossible(
        "They have a place on the special allocation scheme and are not removed in this way: find them another"
        " practice with `scheme move`, or have it decided whether they stay and note it with `scheme review`.",
        "nhs_number",
    )
