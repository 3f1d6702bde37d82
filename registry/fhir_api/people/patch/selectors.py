"""Whether an operation says which item it means: an index alone may mean another item than whoever sent it saw.

What changes within an item needs the item's id (its url) beside it in the request; what removes needs a test of
the same item right before it. Source: PDS FHIR API, rules of PATCH.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.paths import LISTS, is_selector, key_of, root_of, wrong_patch
from registry.fhir_api.people.patch.read_patches import Patch

Selected = Mapping[str, Sequence[str]]
"""The ids (urls) that a request names for the items, by the path of the item."""


def selected_in(patches: Sequence[Patch]) -> Selected:
    """What a request names. Raises RequestError (400) for an id that is none."""
    found: dict[str, list[str]] = {}
    for patch in patches:
        if is_selector(patch):
            key = patch.value
        elif patch.op == "replace" and len(patch.parts) == 2 and isinstance(patch.value, dict):
            key = patch.value.get(key_of(patch.parts[0]))
            if key is None:
                continue
        else:
            continue
        if not isinstance(key, str):
            raise refusals.invalid(type(key).__name__, patch.path.lstrip("/"))
        found.setdefault(root_of(patch.parts), []).append(key)
    return found


def check_named(patches: Sequence[Patch], selected: Selected) -> None:
    """Whether each operation on an item names it. Raises RequestError (400)."""
    for place, patch in enumerate(patches):
        base, depth = patch.parts[0], len(patch.parts)
        if base not in LISTS or depth < 2 or patch.op == "test":
            continue
        if patch.op == "remove":
            _check_tested(patch, patches[place - 1] if place else None)
        elif not (is_selector(patch) or (patch.op == "add" and depth == 2)):
            root = root_of(patch.parts)
            if root not in selected:
                raise refusals.invalid_update(f"no id or url found for path with root {root}", root.lstrip("/"))


def is_tested_by(removal: Patch, before: Patch | None) -> bool:
    """Whether the operation before a removal tests the item that it removes, or in which it removes something."""
    if before is None or before.op != "test":
        return False
    root = (*removal.parts[:2],)
    return before.parts in (root, (*root, "id"), (*root, "url"), removal.parts)


def _check_tested(removal: Patch, before: Patch | None) -> None:
    if is_tested_by(removal, before):
        return
    instead = "the first item" if before is None else f"preceded by '{before.op}' of '{before.path}'"
    text = f"removal '{removal.path}' is not immediately preceded by equivalent test - instead it is {instead}"
    raise refusals.invalid_update(text, removal.path.lstrip("/"))


def item_of(items: Sequence[Any], patch: Patch, selected: Selected) -> Any:
    """The item that an operation changes: it stands at the index, and it is one that the request names.

    Raises RequestError (400).
    """
    base, index = patch.parts[0], index_of(patch.parts[1])
    if index is None or index >= len(items):
        raise wrong_patch(f"index '{patch.parts[1]}' is out of bounds", patch.path.lstrip("/"))
    item, named = items[index], selected[root_of(patch.parts)]
    if any(is_named(base, item, key) for key in named):
        return item
    check_known(base, items, named)
    raise wrong_patch(f"'{root_of(patch.parts)}' has another {key_of(base)} than the request names", base)


def check_known(base: str, items: Sequence[Json], named: Sequence[str]) -> None:
    """Whether each id that is named is one of a list's. Raises RequestError (400)."""
    for key in named:
        if not any(is_named(base, item, key) for item in items):
            what = "url" if base == "extension" else "object id"
            raise refusals.invalid_update(f"no '{base}' resources with {what} '{key}'", base)


def is_named(base: str, item: Mapping[str, Any], key: str) -> bool:
    """Whether an item is known by a key. Senders differ in the case of urls."""
    held = str(item.get(key_of(base)))
    return held.casefold() == key.casefold() if base == "extension" else held == key


def index_of(token: str) -> int | None:
    """The index that a token is; None for what is none (`-`, `01`, `-1`)."""
    if token.isascii() and token.isdigit() and len(token) < 6 and str(int(token)) == token:
        return int(token)
    return None
