"""Which of two records survives, and under which number. Pure.

Source: domain rules R8 (the survivor is the number at the patient's present practice; the National Back
Office may decide otherwise).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from registry.transactions.facts import PersonFacts

Why = Literal["only-one-on-a-list", "later-acceptance", "only-one-with-a-number", "free"]

WHY: dict[Why, str] = {
    "only-one-on-a-list": "It is the record with the person's present practice.",
    "later-acceptance": "Both are on a list; this is the one with the later acceptance.",
    "only-one-with-a-number": "Neither is on a list; only this one has an NHS number.",
    "free": "Neither is on a list: either may be retained, as the outside case says.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The record that survives by rule. Where it is not `binding` the other may be chosen without a ruling."""

    survivor: PersonFacts
    loser: PersonFacts
    why: Why

    @property
    def binding(self) -> bool:
        return self.why != "free"


def choose(one: PersonFacts, other: PersonFacts) -> Choice:
    """Which of two records survives. The same two always give the same, in whichever order they come."""
    first, second = sorted((one, other), key=lambda each: each.id)
    rules: tuple[tuple[Why, Callable[[PersonFacts], Any]], ...] = (
        ("only-one-on-a-list", lambda each: each.membership is not None),
        ("later-acceptance", _accepted),
        ("only-one-with-a-number", lambda each: each.nhs_number is not None),
    )
    for why, rank in rules:
        if rank(first) != rank(second):
            survivor = max(first, second, key=rank)
            return Choice(survivor, second if survivor is first else first, why)
    survivor = max(first, second, key=lambda each: each.last_accepted_on or date.min)
    return Choice(survivor, second if survivor is first else first, "free")


def _accepted(each: PersonFacts) -> tuple[date, str]:
    now = each.membership
    if now is None:
        return date.min, ""
    return now.accepted_on, "" if now.posted_at is None else now.posted_at.isoformat()


def turned(choice: Choice, retained: UUID) -> Choice:
    """The choice with the record named as the survivor."""
    if choice.survivor.id == retained:
        return choice
    return Choice(choice.loser, choice.survivor, choice.why)


def retained_number(survivor: PersonFacts, loser: PersonFacts) -> str | None:
    """The number in use afterwards: the survivor's, or the other's where the survivor has none."""
    return survivor.nhs_number or loser.nhs_number
