"""The published description of the API, as text that depends on nothing but the code.

What many operations have in common (the refusals, the headers) stands once, under `components`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import yaml

from registry.app import create_app
from registry.settings import Settings

_HEADER = "# Made by `registry openapi`; a test compares it with the application.\n"
_OFTEN = 3
"""What stands at so many places, or more, is written once."""

Part = dict[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never refers back with anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Plain.add_representer(str, _text)


def description() -> str:
    """The description in YAML, its keys sorted."""
    app = create_app(Settings())  # pyright: ignore[reportCallIssue]  # filled from the environment
    document = with_shared_parts(app.openapi())
    return _HEADER + yaml.dump(document, Dumper=_Plain, sort_keys=True, allow_unicode=True, width=110)


def with_shared_parts(document: Part) -> Part:
    """The same description, in which answers and parameters of several operations are written once."""
    copy: Part = orjson.loads(orjson.dumps(document))
    components: Part = copy.setdefault("components", {})
    components["responses"] = _share(copy, "responses", _responses, lambda place, _: f"Answer{place}")
    components["parameters"] = _share(copy, "parameters", _parameters, lambda _, part: str(part["name"]).strip("_$"))
    return copy


def _share(
    document: Part,
    kind: str,
    places: Callable[[Part], Iterator[tuple[Any, Any]]],
    name_of: Callable[[Any, Part], str],
) -> Part:
    counts = Counter(_as_key(holder[place]) for holder, place in places(document))
    names: dict[bytes, str] = {}
    shared: Part = {}
    for holder, place in places(document):
        part = holder[place]
        key = _as_key(part)
        if counts[key] < _OFTEN:
            continue
        if key not in names:
            stem = name_of(part.get("name", place), part)
            variants = sum(1 for each in shared if each == stem or each.startswith(f"{stem}."))
            names[key] = f"{stem}.{variants + 1}" if variants else stem
            shared[names[key]] = part
        holder[place] = {"$ref": f"#/components/{kind}/{names[key]}"}
    return shared


def _operations(document: Part) -> Iterator[Part]:
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))


def _responses(document: Part) -> Iterator[tuple[Part, str]]:
    for operation in _operations(document):
        yield from ((operation["responses"], status) for status in operation.get("responses", {}))


def _parameters(document: Part) -> Iterator[tuple[list[Any], int]]:
    for operation in _operations(document):
        yield from ((operation["parameters"], place) for place in range(len(operation.get("parameters", ()))))


def _as_key(part: Part) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
