"""What a split must have decided before two people may agree to it, and what then follows for lists. No database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from registry.transactions.confusions.items import PLACES, Item, Key, roots
from registry.transactions.outside import Outside

NumberRuling = Literal["keep", "given", "to-be-allotted"]
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Ruled:
    """A person of the confusion, as far as the proposal is looked at."""

    place: int
    ruling: NumberRuling
    given: str | None
    has_birth_date: bool
    has_sex: bool


def owners(items: Sequence[Item], decided: Mapping[Key, int]) -> dict[Key, int]:
    """By row: whose it is. An item that follows another has that one's person."""
    return {row: decided[root] for row, root in roots(items).items() if root in decided}


def unattributed(items: Sequence[Item], decided: Mapping[Key, int]) -> list[Item]:
    """The items that somebody has still to decide; those that follow another are not named."""
    above = roots(items)
    return [item for item in items if above[item.row] == item.row and item.row not in decided]


def in_the_way(
    items: Sequence[Item], decided: Mapping[Key, int], people: Collection[Ruled], number: str | None
) -> str | None:
    """Why a split cannot be proposed yet, or None. `number` is the record's own."""
    if len(people) < 2:
        return "Describe at least two people, each as they are to be."
    places = {each.place for each in people}
    strangers = sorted({place for place in decided.values() if place not in places})
    if strangers:
        return f"Something is given to the {PLACES[strangers[0] - 1]}, who is not described."
    left = unattributed(items, decided)
    if left:
        named = ", ".join(item.name for item in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        return f"{len(left)} items belong to nobody yet: {named}{more}. Attribute them first."
    idle = sorted(places - set(owners(items, decided).values()))
    if idle:
        return f"Nothing belongs to the {PLACES[idle[0] - 1]}: then there is no such person on this record."
    return _numbers(people, number) or _still_open(items, owners(items, decided))


def _numbers(people: Collection[Ruled], number: str | None) -> str | None:
    given = [each.given for each in people if each.given is not None]
    if len(set(given)) < len(given):
        return "Two people are given the same number."
    if number is not None and number in given:
        return "The record's own number is kept, not given: say keep for whoever keeps it."
    if number is None and any(each.ruling == "keep" for each in people):
        return "The record has no number that anybody could keep."
    for each in people:
        if each.ruling == "to-be-allotted" and not (each.has_birth_date and each.has_sex):
            who = PLACES[each.place - 1]
            return f"A number is allotted only to a name, a sex and a date of birth: describe the {who}."
    return None


_TO_BE_ENDED = frozenset({"fp69", "reversal", "duplicate"})
"""Open matters that speak of the record as it is: they are ended first."""


def _still_open(items: Sequence[Item], whose: Mapping[Key, int]) -> str | None:
    for item in items:
        if item.table == "matters" and item.is_open and item.what in _TO_BE_ENDED:
            return f"{item.name} ({item.what}) is about the record as it is: end it first."
    return None


@dataclass(frozen=True, slots=True)
class Move:
    """A movement of the ledger about the record, in the order of the ledger. `stands`: it was not taken back."""

    id: int
    to_list: UUID
    at: datetime
    stands: bool
    place: int
    removal: str | None = None


@dataclass(frozen=True, slots=True)
class StayedOn:
    """A place that somebody had, or has, on a practice's list: a stay, or an acceptance that found them there already.

    `since` is when it was posted.
    """

    practice_id: UUID
    accepted_on: date
    gp_code: str
    since: datetime
    place: int
    out_of_area: bool = False
    found_there: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person is by what belongs to them. `stay` is None where that is no practice's list."""

    list_id: UUID
    stay: StayedOn | None = None
    removal: str | None = None


def keeper(moves: Sequence[Move], otherwise: int) -> int:
    """Whose the record stays: whoever made its last movement that stands, so that nobody leaves a list by a split."""
    standing = [move for move in moves if move.stands]
    return standing[-1].place if standing else otherwise


def whereabouts(
    place: int, moves: Sequence[Move], stays: Sequence[StayedOn], practices: Collection[UUID], *, is_dead: bool
) -> Whereabouts:
    """Where one of the people is: where their own last movement led, as if the others' had not been.

    An acceptance that found them on the list already moved nobody, and counts too, where it is the later.
    """
    own = [move for move in moves if move.stands and move.place == place]
    last = own[-1] if own else None
    mine = [stay for stay in stays if stay.place == place]
    if is_dead:
        return Whereabouts(Outside.DEATH.id, removal="DEA")
    later = [stay for stay in mine if stay.found_there and (last is None or stay.since > last.at)]
    if later:
        stay = max(later, key=lambda each: each.since)
        return Whereabouts(stay.practice_id, stay)
    if last is None:
        return Whereabouts(Outside.UNREGISTERED.id)
    if last.to_list not in practices:
        return Whereabouts(last.to_list, removal=last.removal)
    there = [stay for stay in mine if stay.practice_id == last.to_list]
    if not there:
        return Whereabouts(Outside.UNREGISTERED.id)
    return Whereabouts(last.to_list, max(there, key=lambda each: each.since))
