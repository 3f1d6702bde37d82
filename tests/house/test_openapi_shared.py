"""What the description writes once says the same as where it stood many times."""

from typing import Any

from registry.app import create_app
from registry.openapi import with_shared_parts
from registry.settings import Settings


def test_resolving_every_reference_gives_the_applications_own_description():
    whole = create_app(Settings()).openapi()  # pyright: ignore[reportCallIssue]  # filled from the environment
    shared = with_shared_parts(whole)
    components = shared["components"]
    assert components["responses"] and components["parameters"]
    made = {kind: components.pop(kind) for kind in ("responses", "parameters")}
    assert _resolved(shared, made) == whole


def _resolved(part: Any, made: dict[str, Any]) -> Any:
    match part:
        case {"$ref": str(place)} if place.split("/")[2] in made:
            return made[place.split("/")[2]][place.split("/", 3)[3]]
        case dict():
            return {key: _resolved(value, made) for key, value in part.items()}
        case list():
            return [_resolved(each, made) for each in part]
        case _:
            return part
