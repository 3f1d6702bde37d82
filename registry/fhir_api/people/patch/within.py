"""Finding and changing what lies at a path within JSON data, by the rules of RFC 6902."""

from collections.abc import Sequence
from typing import Any

from registry.fhir_api.people.patch.lines import Lines
from registry.fhir_api.people.patch.paths import wrong_patch
from registry.fhir_api.people.patch.selectors import index_of


class Absent(Exception):
    """There is nothing at a path; `token` is the first part of it that is not there."""

    def __init__(self, token: str) -> None:
        self.token = token


def found_at(value: Any, parts: Sequence[str]) -> Any:
    """What lies at a path below a value. Raises Absent."""
    for token in parts:
        value = value[place_in(value, token)]
    return value


def place_in(container: Any, token: str) -> Any:
    """The key or index that a token stands for. Raises Absent. Empty lines of an address are not counted."""
    if isinstance(container, dict) and token in container:
        return token
    index = index_of(token)
    if isinstance(container, list) and index is not None:
        places = container.filled if isinstance(container, Lines) else range(len(container))
        if index < len(places):
            return places[index]
    raise Absent(token)


def add_at(value: Any, parts: Sequence[str], new: Any) -> None:
    """Add below a value: a member of an object, or an item of a list. A list that is not there yet is made.

    Raises Absent, and RequestError (400) where a line has no place.
    """
    *way, last = parts
    if way and last in ("-", "0"):
        parent = found_at(value, way[:-1])
        if isinstance(parent, dict):
            parent.setdefault(way[-1], [])
    container = found_at(value, way)
    if isinstance(container, dict):
        container[last] = new
        return
    if not isinstance(container, list):
        raise Absent(last)
    count = len(container.filled) if isinstance(container, Lines) else len(container)
    index = count if last == "-" else index_of(last)
    if index is None or index > count:
        raise wrong_patch(f"index '{last}' is out of bounds")
    if isinstance(container, Lines):
        container.put_in(index, new)
    else:
        container.insert(index, new)


def replace_at(value: Any, parts: Sequence[str], new: Any) -> None:
    """Put something else in the place of what is there. Raises Absent."""
    container = found_at(value, parts[:-1])
    container[place_in(container, parts[-1])] = new


def remove_at(value: Any, parts: Sequence[str]) -> None:
    """Take away what is there; a line leaves its place empty, and a list that is left empty goes too. Raises Absent."""
    container = found_at(value, parts[:-1])
    place = place_in(container, parts[-1])
    if isinstance(container, Lines):
        container[place] = ""
        return
    del container[place]
    if container == [] and len(parts) > 2:
        remove_at(value, parts[:-1])


def are_same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: true is no 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_same, one, other))
    return (type(one) is type(other) and one == other) or _are_same_number(one, other)


def _are_same_number(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and isinstance(other, int | float) and one == other
