"""From what a route asks for to the calls that are worth making: one thing varied at a time."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from tests.leaks.discover import Route
from tests.leaks.values import NUMBERS, ROWS, Values

VARIED = frozenset({*NUMBERS, *ROWS, "practice", "nhs_numbers"})
"""Names under which everything that is known is sent, one after the other."""
MOST_IDS = 60
"""So many ids of one table are tried in one place."""


def paths(route: Route, values: Values) -> Iterator[str]:
    """The path with every id, number or day that it may name."""
    names = [each for each in route.parameters if each["in"] == "path"]
    if not names:
        yield route.path
        return
    assert len(names) == 1, f"{route.name}: more than one name in a path; teach tests/leaks/fill.py to fill both"
    [one] = names
    known = values.named(one["name"], one["schema"])
    if one["schema"].get("format") == "date":
        known = values.days
    for value in known:
        yield route.path.replace("{" + one["name"] + "}", str(value))


def queries(route: Route, values: Values) -> Iterator[dict[str, Any]]:
    """No filter; then each filter alone, with each of its values."""
    yield {}
    for each in route.parameters:
        name = each["name"]
        if each["in"] != "query" or name in ("after", "count", "skip", "_count"):
            continue
        for value in _filters(name, each["schema"], values):
            yield {name: value}


def _filters(name: str, schema: Mapping[str, Any], values: Values) -> list[Any]:
    one = next((each for each in schema.get("anyOf", []) if each.get("type") != "null"), schema)
    if name == "kind" and "enum" not in one:
        return values.kinds
    if name == "owner":
        return ["registration", "supervisor", "practice", "post-room"]
    if name == "gpTradingPartnerCode":
        return [each.partner_code for each in values.world.practices.values()]
    if one.get("format") == "date":
        return values.days
    if name == "batch":
        return [1, 2, 3]
    return values.named(name, schema)


def bodies(route: Route, values: Values) -> Iterator[dict[str, Any]]:
    """What must be said and no more; then everything at once; then each number, id and choice in turn."""
    assert route.body is not None
    properties: Mapping[str, Mapping[str, Any]] = route.body.get("properties", {})
    required = route.body.get("required", ())
    act = " ".join(route.path.split("/")[2:])
    known = {name: values.named(name, schema, act) for name, schema in properties.items()}
    least = _versioned({name: _first(known[name]) for name in required}, values)
    yield least
    yield _versioned({name: _first(each) for name, each in known.items()}, values)
    for name, choices in known.items():
        varies = (
            name in NUMBERS or name in ROWS or name in ("practice", "nhs_numbers") or "enum" in str(properties[name])
        )
        if varies:
            for value in islice(choices, 1 if name in required else 0, MOST_IDS):
                yield _versioned({**least, name: value}, values)


def _first(choices: list[Any]) -> Any:
    return choices[0] if choices else None


def _versioned(body: dict[str, Any], values: Values) -> dict[str, Any]:
    """With the version that the matter has, lest every act is refused as stale."""
    if "version" in body:
        body["version"] = values.versions.get(str(body.get("id")), 1)
    return body
