"""What somebody changes among the elements of a person: item by item, so that it can be carried out later.

A change may wait for a person of the office while others are taken; so it says which items become what, by their
ids, and not what the whole looks like afterwards. Plain JSON data, for the transaction that keeps it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.patients.elements import Elements

KEYED: Mapping[str, str] = {"names": "id", "addresses": "id", "telecom": "id", "contact": "id", "extension": "url"}
"""The lists, each with what its items are known by."""

ElementChanges = dict[str, Any]
"""By key of the elements: the new value, None to take it away; of a list `[key, item or None]` in order, or
`{"whole": items}` where two of its items go by the same key."""


def changes_between(before: Elements, after: Elements) -> ElementChanges:
    """What is to be changed for `before` to become `after`."""
    found: ElementChanges = {}
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        found[name] = now if name not in KEYED else _of_list(was or [], now or [], KEYED[name])
    return found


def changed_elements(elements: Elements, changes: ElementChanges) -> Elements:
    """The elements once changes have been carried out. What is then empty is left out."""
    made = {**elements}
    for name, change in changes.items():
        made[name] = change if name not in KEYED else _changed_list(made.get(name) or [], change, KEYED[name])
    return {name: value for name, value in made.items() if value not in (None, [], {})}


def _of_list(was: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]], key: str) -> Any:
    held, wanted = ([str(each.get(key)) for each in items] for items in (was, now))
    if len({*held}) < len(held) or len({*wanted}) < len(wanted):
        return {"whole": list(now)}
    gone = [[each, None] for each in held if each not in wanted]
    return gone + [[str(each.get(key)), each] for each in now if each not in was]


def _changed_list(items: Sequence[Any], change: Any, key: str) -> list[Any]:
    if isinstance(change, dict):
        return list(change["whole"])
    made = [*items]
    for name, item in change:
        place = next((at for at, each in enumerate(made) if str(each.get(key)) == name), len(made))
        made[place : place + 1] = [] if item is None else [item]
    return made
