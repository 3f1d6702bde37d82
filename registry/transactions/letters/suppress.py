"""Whether a letter may go, and by which way. Asked when it is decided and again when it is handed over.

Sources: domain rules 5.2 (suppression checked twice), corrections 16 and 20.
"""

from datetime import date
from typing import Literal

from registry.transactions.letters.kinds import LetterKind
from registry.transactions.matters.stands import Matter
from registry.transactions.protected.rules import by_way_of

Route = Literal["home", "guardian", "practice", "office"]

ADULT_AT = 16
"""Below this age a letter is addressed to the parent or guardian."""

RECORD_ENDED = ("informal-dead", "formal-dead", "invalidated")
"""Statuses of people to whom nothing is ever written."""


HELD = "It is held by the office."
"""Neutral words: whoever reads them is not told why."""


def suppression(
    kind: LetterKind,
    status: str,
    fp69: Matter | None,
    *,
    ended: bool = False,
    outdated: bool = False,
    held: bool = False,
) -> str | None:
    """Why a letter about a person is not sent, or None. Nothing is ever posted to the dead.

    `ended`: what it tells of is at its end; `outdated`: it has another day by now. Both count
    for letters that announce something. `held`: the office posts nothing to this person for now.
    """
    if kind.announces and ended:
        return "What it tells of ended before it was posted."
    if kind.announces and outdated:
        return "It was given another day before it was posted."
    if kind.to in ("practice", "agency"):
        return None
    if status in ("informal-dead", "formal-dead"):
        return "The person has died."
    if status == "invalidated":
        return "The record is no longer in use."
    if held:
        return HELD
    if fp69 is not None and not kind.clears_fp69:
        return "Post to this address comes back: an FP69 is open."
    return None


def route_for(
    kind: LetterKind,
    *,
    restricted: bool,
    on_a_list: bool,
    born_on: date | None,
    today: date,
    wanted: str | None = None,
) -> Route:
    """By which way it goes: to whoever lives protected by way of their practice, or of the office where that is
    `wanted` or where they have no practice."""
    if kind.to == "practice":
        return "practice"
    if kind.to == "agency":
        return "office"
    if restricted:
        return by_way_of(wanted, on_a_list=on_a_list)
    if born_on is not None and _age(born_on, today) < ADULT_AT:
        return "guardian"
    return "home"


def _age(born_on: date, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
