"""What the survivor takes over: stricter markings win, what it lacked is filled, nothing is overwritten. Pure.

Source: domain rules R8.
"""

from collections.abc import Callable
from typing import Any

from registry.transactions.facts import PersonFacts
from registry.values.person import Sex

_FILLED: tuple[tuple[str, tuple[str, ...], Callable[[PersonFacts], bool]], ...] = (
    ("place_of_birth", ("place_of_birth",), lambda each: not each.place_of_birth),
    ("date_of_birth", ("date_of_birth",), lambda each: each.date_of_birth is None),
    ("sex", ("sex",), lambda each: each.sex is Sex.UNKNOWN),
    ("first_forename", ("first_forename",), lambda each: not each.name.first_forename),
    ("title", ("title",), lambda each: not each.name.title),
    (
        "address",
        ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode"),
        lambda each: not any(each.address.lines) and not each.address.postcode,
    ),
)
"""What the survivor takes over where it has nothing: the item, its columns, and when it is missing."""


def takes_over(
    survivor: PersonFacts, loser: PersonFacts, *, with_place: bool = False, death_stands: bool = False
) -> dict[str, Any]:
    """The columns of the survivor that change: stricter markings, missing facts, and what belongs to a place."""
    mine: dict[str, Any] = survivor.row
    theirs: dict[str, Any] = loser.row
    changes: dict[str, Any] = {mark: True for mark in ("restricted", "apart") if theirs[mark] and not mine[mark]}
    for _, columns, is_missing in _FILLED:
        if is_missing(survivor) and not is_missing(loser):
            changes |= {column: theirs[column] for column in columns}
    if survivor.nhs_number is None and loser.nhs_number is not None:
        changes["nhs_number"] = loser.nhs_number
    if with_place:
        changes |= {column: theirs[column] for column in ("drugs_dispensed", "residential_institute")}
    if _death_is_firmer(survivor, loser) and (death_stands or survivor.date_of_death == loser.date_of_death):
        changes |= {"status": theirs["status"], "date_of_death": theirs["date_of_death"]}
    return {column: value for column, value in changes.items() if mine.get(column) != value}


_FIRMNESS = {"live": 0, "informal-dead": 1, "formal-dead": 2}


def _death_is_firmer(survivor: PersonFacts, loser: PersonFacts) -> bool:
    return _FIRMNESS.get(loser.status, 0) > _FIRMNESS.get(survivor.status, 0)
