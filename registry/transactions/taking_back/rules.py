"""What can be taken back, and what stands in the way.

Only a person's last movement can be: whatever came later was decided by somebody else, who is to
be asked first. Sources: domain rules R2 (the office cancels, never the practice by itself), R7.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry.transactions.facts import PersonFacts
from registry.transactions.taking_back.standing import LastMove

CANCELLED_WITH_THE_OFFICE = frozenset(
    {"deduction-request", "removal", "practice-removal", "own-removal", "expiry", "returned-mail", "notice"}
)
"""The kinds of transaction whose removal from a list may be cancelled: by whoever asked, or by the office."""

_ELSEWHERE = {
    "immediate-removal": "It was an immediate removal: the special allocation scheme decides.",
    "placement": "The office placed them there: that is taken back where it was done.",
    "assignment": "The office assigned them: that is taken back where it was done.",
    "cancellation": "It was a cancellation.",
    "reversal": "It was a reversal.",
}


ANOTHERS_STAY = (
    "Two people who shared this record were taken apart since: the place on a list that came before is the other's."
    " Ask for a deduction or an acceptance instead."
)


def acceptance_stands(person: PersonFacts, practice_id: UUID, move: LastMove | None) -> str | None:
    """Why a practice's acceptance of a person cannot be cancelled; None where it can."""
    if person.is_dead:
        return "The person is recorded as dead: that is to be put right first."
    if move is None or practice_id not in {move.standing.to_list, *person.was_with}:
        return "The person is not on this practice's list and never was, so there is no acceptance to cancel."
    if move.standing.to_list != practice_id:
        return _in_the_way(move)
    if move.standing.ended_anothers:
        return ANOTHERS_STAY
    if move.kind is None:
        return "They have been on this list since before the register began: ask for a deduction."
    if move.kind != "acceptance":
        return _ELSEWHERE.get(move.kind, "They did not come to this list by an acceptance.")
    return None


def deduction_stands(person: PersonFacts, practice_id: UUID, move: LastMove | None) -> str | None:
    """Why the taking of a person off a practice's list cannot be cancelled; None where it can."""
    if person.membership is not None and person.membership.practice_id == practice_id:
        return "The person is on this list. A request that still waits for its day is cancelled as a removal."
    if move is None or move.standing.from_list != practice_id or move.standing.ended is None:
        return "The person was never taken off this list." if move is None else _in_the_way(move)
    if person.membership is not None:
        return _in_the_way(move)
    if move.standing.ended_anothers:
        return ANOTHERS_STAY
    if person.is_dead or move.removal == "DEA":
        return "The person is recorded as dead: a wrong death is reversed as such, and puts them back on the list."
    if move.kind not in CANCELLED_WITH_THE_OFFICE:
        return _ELSEWHERE.get(move.kind or "", "They did not leave this list by a request that can be cancelled.")
    return None


def _in_the_way(move: LastMove) -> str:
    """What happened since, by day and transaction."""
    by = f" by transaction {move.standing.transaction_id}" if move.standing.transaction_id is not None else ""
    return (
        f"On {move.standing.on.isoformat()} they went from {move.from_code} to {move.to_code}{by}:"
        " that stands in the way, and would have to be taken back first."
    )


ITEMS: Mapping[str, tuple[str, ...]] = {
    "surname": ("surname", "previous_surname"),
    "forenames": ("first_forename", "second_forename", "other_forenames"),
    "title": ("title",),
    "address": ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode"),
    "place_of_birth": ("place_of_birth",),
    "drugs_dispensed": ("drugs_dispensed",),
    "residential_institute": ("residential_institute",),
    "nhs_number": ("nhs_number",),
}
"""The items that an acceptance may change, each with the columns that say it together."""


def undo_items(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any], keep: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a change of particulars comes to when it is taken back, item by item.

    Returns the columns to write, and the items that somebody changed again since: those are asked
    about. `keep` are items that stay as they are.
    """
    columns: dict[str, Any] = {}
    ask: list[str] = []
    for item, names in ITEMS.items():
        was, became, says = ([row.get(name) for name in names] for row in (before, after, now))
        if item in keep or was == became or says == was:
            continue
        if says == became:
            columns |= dict(zip(names, was, strict=True))
        else:
            ask.append(item)
    return columns, tuple(ask)
