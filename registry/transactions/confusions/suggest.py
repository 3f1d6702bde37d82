"""To whom an item seems to belong: rules that look and propose. A person decides.

An item that says something of a person is compared with each of the people described; one that says
nothing is taken for whoever everything else of its practice points to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.matching.normalise import address_key, normal_name, plain_postcode
from registry.transactions.confusions.items import Item, Key, roots
from registry.values.address import Address

_LEAST = 2
"""How many particulars must speak for somebody; or one, where another's speak against the rest."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a person of the confusion is known to be, as far as items are compared with it."""

    place: int
    surname: str
    first_forename: str = ""
    sex: str = "0"
    date_of_birth: date | None = None
    previous_surname: str | None = None
    address: Address = field(default_factory=Address)
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who it seems to be, and which particulars speak for that."""

    place: int
    because: tuple[str, ...]


def suggestions(
    items: Sequence[Item], people: Collection[Described], decided: Mapping[Key, int]
) -> dict[Key, Suggestion]:
    """By root item: to whom it seems to belong. `decided` are the roots that a person has decided already."""
    above = roots(items)
    speaks: dict[Key, Suggestion] = {}
    for item in items:
        found = _by_words(item.says, people)
        if found is not None and above[item.row] not in speaks:
            speaks[above[item.row]] = found
    known = {**{row: each.place for row, each in speaks.items()}, **decided}
    by_practice = _by_practice(items, above, known)
    for item in items:
        root = above[item.row]
        if root not in speaks and item.practice in by_practice:
            speaks[root] = Suggestion(by_practice[item.practice], ("practice",))
    return speaks


def _by_practice(items: Sequence[Item], above: Mapping[Key, Key], known: Mapping[Key, int]) -> dict[str | None, int]:
    """Practices of which everything known is of one person."""
    whose: dict[str | None, set[int]] = {}
    for item in items:
        place = known.get(above[item.row])
        if item.practice is not None and place is not None:
            whose.setdefault(item.practice, set()).add(place)
    return {practice: next(iter(places)) for practice, places in whose.items() if len(places) == 1}


def _by_words(says: Mapping[str, Any], people: Collection[Described]) -> Suggestion | None:
    """The one person with whom an item agrees more than with any other, if with anybody."""
    scored = sorted(((_agreement(says, each), each.place) for each in people), key=lambda each: -each[0][0])
    if not scored or not scored[0][0][1]:
        return None
    (best, because), place = scored[0]
    second = scored[1][0][0] if len(scored) > 1 else best - 1
    if best <= second or best < (1 if second < 0 else _LEAST):
        return None
    return Suggestion(place, because)


def _agreement(says: Mapping[str, Any], person: Described) -> tuple[int, tuple[str, ...]]:
    """How many particulars agree less how many contradict, and which agree."""
    score, agree = 0, list[str]()
    for name, same in _compared(says, person):
        score += 1 if same else -1
        if same:
            agree.append(name)
    return score, tuple(agree)


def _compared(says: Mapping[str, Any], person: Described) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    surname = normal_name(says.get("surname") or "")
    if surname:
        found.append(("surname", surname in (normal_name(person.surname), normal_name(person.previous_surname or ""))))
    forename = normal_name(says.get("first_forename") or "")
    if forename and person.first_forename:
        found.append(("first_forename", forename == normal_name(person.first_forename)))
    if says.get("date_of_birth") and person.date_of_birth is not None:
        found.append(("date_of_birth", str(says["date_of_birth"]) == person.date_of_birth.isoformat()))
    if says.get("sex") in ("1", "2") and person.sex in ("1", "2"):
        found.append(("sex", says["sex"] == person.sex))
    if says.get("number") and person.number:
        found.append(("number", says["number"] == person.number))
    address = _address(says)
    if address is not None and not person.address.is_blank:
        found.append(("address", _same_address(address, person.address)))
    return found


def _address(says: Mapping[str, Any]) -> Address | None:
    lines = [str(each or "") for each in says.get("lines") or ()]
    address = Address.of(lines, says.get("postcode"))
    return None if address.is_blank else address


def _same_address(one: Address, other: Address) -> bool:
    if address_key(one) and address_key(other):
        return address_key(one) == address_key(other)
    return plain_postcode(one.postcode) == plain_postcode(other.postcode)
