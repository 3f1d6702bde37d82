"""The operations of a request: `{"patches": [...]}`, or a bare array of RFC 6902."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from registry.errors import RequestError
from registry.fhir import refusals
from registry.http.bodies import parse_json

Op = Literal["add", "replace", "remove", "test"]
OPS = frozenset({"add", "replace", "remove", "test"})
"""`move` and `copy` of RFC 6902 are not among them, as in PDS."""

MOST_PATCHES = 100
DEEPEST = 16
LONGEST_TEXT = 200
"""Nothing that the register keeps of a person is longer."""
_MEMBERS = frozenset({"op", "path", "value"})


@dataclass(frozen=True, slots=True)
class Patch:
    """One operation. `parts` are the tokens of its path; `path` is as it was written."""

    op: Op
    path: str
    parts: tuple[str, ...]
    value: Any = None


def read_patches(body: bytes) -> tuple[Patch, ...]:
    """The operations of a body, in their order. Raises RequestError (400) that names the field, as `0/op`."""
    content = parse_json(body) if body.strip() else []
    match content:
        case list():
            entries = cast(list[Any], content)
        case dict():
            entries = _of_object(cast(dict[str, Any], content))
        case _:
            raise refusals.invalid(type(content).__name__, "patches")
    if not entries:
        raise refusals.invalid_update("No patches found", "patches")
    if len(entries) > MOST_PATCHES:
        raise too_many("patches")
    return tuple(_patch(entry, str(place)) for place, entry in enumerate(entries))


def too_many(field: str) -> RequestError:
    """400: a list is longer than is taken."""
    return refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{field}'", field)


def _of_object(content: dict[str, Any]) -> list[Any]:
    more = content.keys() - {"patches"}
    if more:
        raise refusals.additional(*sorted(more))
    entries = content.get("patches", [])
    if not isinstance(entries, list):
        raise refusals.invalid(type(entries).__name__, "patches")
    return cast(list[Any], entries)


def _patch(entry: Any, at: str) -> Patch:
    if not isinstance(entry, dict):
        raise refusals.invalid(type(entry).__name__, at)
    members = cast(dict[str, Any], entry)
    more = members.keys() - _MEMBERS
    op = _text(members, "op", at)
    if op not in OPS:
        raise refusals.invalid(op, f"{at}/op")
    if more:
        raise refusals.additional(*sorted(more))
    path = _text(members, "path", at)
    value = members.get("value")
    if op != "remove":
        _check_value(value, f"{at}/value")
    return Patch(cast(Op, op), path, _parts(path, f"{at}/path"), value)


def _text(members: dict[str, Any], name: str, at: str) -> str:
    if name not in members:
        raise refusals.missing(f"{at}/{name}")
    value = members[name]
    if not isinstance(value, str):
        raise refusals.invalid(type(value).__name__, f"{at}/{name}")
    return value


def _parts(path: str, field: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer (RFC 6901). The whole resource is none that can be named."""
    if not path.startswith("/") or path == "/" or not path.isprintable() or len(path) > LONGEST_TEXT:
        raise refusals.invalid(path, field)
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in path[1:].split("/"))


def _check_value(value: Any, field: str) -> None:
    """FHIR knows no null, no empty name, and no text that cannot be printed; nothing is as deep as this."""
    for each, depth in _all_within(value):
        if each is None:
            raise refusals.missing(field)
        if depth > DEEPEST:
            raise refusals.invalid("nested too deep", field)
        if isinstance(each, str) and not each.isprintable():
            text = f"Invalid value - characters that cannot be printed in field '{field}'"
            raise refusals.refusal(400, "UNSUPPORTED_CHARACTERS_IN_FIELD", text, field)
        if isinstance(each, str) and len(each) > LONGEST_TEXT:
            raise refusals.invalid(each, field)


def _all_within(value: Any) -> Iterator[tuple[Any, int]]:
    """A value and everything in it with its depth, without recursion: a body may nest deeper than the stack."""
    left: list[tuple[Any, int]] = [(value, 0)]
    while left:
        each, depth = left.pop()
        yield each, depth
        if depth > DEEPEST:
            continue
        if isinstance(each, dict):
            fields = cast(dict[str, Any], each)
            left += [(name, depth) for name in fields] + [(inner, depth + 1) for inner in fields.values()]
        elif isinstance(each, list):
            left += [(inner, depth + 1) for inner in cast(list[Any], each)]
