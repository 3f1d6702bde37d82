"""Items of an amendment into the body that carries it, patches sorted by path."""

from collections.abc import Iterator
from datetime import date

from registry.links.documents.names import DRUGS_URL, GENDERS, INSTITUTE_URL
from registry.links.documents.paths import ALL_FORENAMES_PATH, EXTENSION_PATH, KNOWN_PATHS
from registry.links.documents.read_patches import BODY_FIELDS
from registry.links.documents.write_parameters import Text
from registry.links.items import ERASE, Erase, Items, TextOrErase
from registry.values.person import Sex


def write_patches(items: Items, text: Text) -> dict[str, object]:
    """The body. `text` is applied to every text that is not a date or a gender."""
    body: dict[str, object] = {}
    for field, item in BODY_FIELDS.items():
        value = getattr(items, item)
        if value is not None:
            body[field] = text(value)
    body["patches"] = list(_patches(items, text))
    return body


def _patches(items: Items, text: Text) -> Iterator[dict[str, object]]:
    for path, target in KNOWN_PATHS.items():
        if path == EXTENSION_PATH:
            yield from _extensions(items, text)
            continue
        value = getattr(items, target.item)
        if value is None or path == ALL_FORENAMES_PATH:
            continue
        if target.line is not None:
            yield _line(path, value[target.line], text)
        elif value is ERASE and path == "/name/0/given/0":
            yield _removal(ALL_FORENAMES_PATH)
        else:
            yield _removal(path) if value is ERASE else _replacement(path, _told(value, text))


def _line(path: str, line: TextOrErase, text: Text) -> dict[str, object]:
    if isinstance(line, Erase):
        return _removal(path)
    return _replacement(path, text(line) if line else None)


def _told(value: str | date | Sex, text: Text) -> str:
    match value:
        case str():
            return text(value)
        case date():
            return value.isoformat()
        case Sex():
            return GENDERS[value]


def _extensions(items: Items, text: Text) -> Iterator[dict[str, object]]:
    """Both extensions share one path, so a false or null value erases and not a removal."""
    if items.drugs_dispensed is not None:
        yield _replacement(EXTENSION_PATH, {"url": DRUGS_URL, "valueBoolean": items.drugs_dispensed})
    institute = items.residential_institute
    if institute is not None:
        value = None if isinstance(institute, Erase) else text(institute)
        yield _replacement(EXTENSION_PATH, {"url": INSTITUTE_URL, "valueString": value})


def _replacement(path: str, value: object) -> dict[str, object]:
    return {"op": "replace", "path": path, "value": value}


def _removal(path: str) -> dict[str, object]:
    return {"op": "remove", "path": path}
