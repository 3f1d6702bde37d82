"""Apply the operations of a request in turn to a Patient. All of them, or none: whoever calls keeps the Patient.

Pure. Source: PDS FHIR API, rules of PATCH; RFC 6902 where those say nothing.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.lines import Lines, as_shown, with_places
from registry.fhir_api.people.patch.paths import LISTS, check_base, is_selector, key_of, wrong_patch
from registry.fhir_api.people.patch.read_patches import Patch
from registry.fhir_api.people.patch.selectors import (
    Selected,
    check_known,
    check_named,
    index_of,
    is_tested_by,
    item_of,
    selected_in,
)
from registry.fhir_api.people.patch.within import Absent, add_at, are_same, found_at, remove_at, replace_at

Key = tuple[str, str]
"""An item: its list, and its id or url."""


@dataclass(slots=True)
class Patched:
    """A Patient after the operations. `fresh` are the items that were added, or replaced as a whole."""

    patient: Json
    fresh: set[Key] = field(default_factory=set[Key])


def apply_patches(
    patient: Json, patches: Sequence[Patch], new_id: Callable[[], str], *, restricted: bool = False
) -> Patched:
    """What a Patient (of `working_copy`) is after the operations; the Patient itself stays as it is.

    `new_id` gives an id to each item that is added. Of somebody `restricted` what tells where they are is not
    amended. Raises RequestError (400, 403).
    """
    for patch in patches:
        check_base(patch, restricted=restricted)
    selected = selected_in(patches)
    check_named(patches, selected)
    for root, named in selected.items():
        if all(is_selector(patch) for patch in patches if patch.path.startswith(f"{root}/") or patch.path == root):
            check_known(root.split("/")[1], patient.get(root.split("/")[1], []), named)
    work = _Work(Patched(deepcopy(patient)), selected, new_id)
    for patch, following in zip(patches, [*patches[1:], None], strict=True):
        if not is_selector(patch):
            work.do(patch, following)
    return work.done


@dataclass(slots=True)
class _Work:
    done: Patched
    selected: Selected
    new_id: Callable[[], str]

    def do(self, patch: Patch, following: Patch | None) -> None:
        """One operation, after which each line of an address has its place."""
        held = {id(item): item.get("line") for item in self.done.patient["address"]}
        by_id = {item.get("id"): item.get("line") for item in self.done.patient["address"]}
        match patch.op:
            case "test":
                self._test(patch, following)
            case "add":
                self._add(patch)
            case "replace":
                self._replace(patch)
            case "remove":
                self._remove(patch)
        for item in self.done.patient["address"]:
            lines = held.get(id(item)) or by_id.get(item.get("id"))
            with_places(item, lines if isinstance(lines, Lines) else None)

    def _test(self, patch: Patch, following: Patch | None) -> None:
        try:
            target = found_at(self.done.patient, patch.parts)
        except Absent:
            if following is not None and following.op == "remove" and is_tested_by(following, patch):
                raise _not_there(following, following.parts[-1]) from None
            raise _not_there(patch, patch.parts[-1]) from None
        expected = as_shown(patch.value)
        if patch.parts[0] == "address" and patch.parts[-1] == "line" and isinstance(expected, list):
            expected = [line for line in expected if line != ""]
        if not are_same(as_shown(target), expected):
            raise wrong_patch(f"test of '{patch.path}' failed", patch.path.lstrip("/"))

    def _add(self, patch: Patch) -> None:
        base, *below = patch.parts
        if base not in LISTS:
            self.done.patient[base] = deepcopy(patch.value)
        elif len(below) == 1:
            self._add_item(base, patch)
        else:
            item = item_of(self.done.patient[base], patch, self.selected)
            try:
                add_at(item, below[1:], deepcopy(patch.value))
            except Absent as absent:
                raise _not_there(patch, absent.token) from None

    def _add_item(self, base: str, patch: Patch) -> None:
        item = patch.value
        if not isinstance(item, dict):
            raise refusals.invalid(type(item).__name__, f"{base}/{len(self.done.patient[base])}")
        if base != "extension" and "id" in item:
            raise wrong_patch(f"an item is added to '/{base}' without id: the register gives it one", f"{base}/id")
        added: Json = deepcopy(item)
        if base == "extension":
            _check_new_url(self.done.patient[base], added)
        else:
            taken = {each.get("id") for each in self.done.patient[base]}
            added = {"id": next(each for each in iter(self.new_id, None) if each not in taken), **added}
        self.done.patient[base].append(added)
        self.done.fresh.add((base, str(added.get(key_of(base)))))

    def _replace(self, patch: Patch) -> None:
        base, *below = patch.parts
        try:
            if base not in LISTS:
                replace_at(self.done.patient, patch.parts, deepcopy(patch.value))
                return
            items = self.done.patient[base]
            item = item_of(items, patch, self.selected)
            if len(below) > 1:
                replace_at(item, below[1:], deepcopy(patch.value))
                return
        except Absent as absent:
            raise _not_there(patch, absent.token) from None
        if not isinstance(patch.value, dict):
            raise refusals.invalid(type(patch.value).__name__, patch.path.lstrip("/"))
        key = key_of(base)
        items[index_of(below[0]) or 0] = {**deepcopy(patch.value), key: item[key]}
        self.done.fresh.add((base, str(item[key])))

    def _remove(self, patch: Patch) -> None:
        try:
            remove_at(self.done.patient, patch.parts)
        except Absent:
            raise _not_there(patch, patch.parts[-1]) from None


def _check_new_url(items: Sequence[Json], added: Json) -> None:
    url = added.get("url")
    if not isinstance(url, str):
        raise refusals.missing(f"extension/{len(items)}/url")
    if any(str(each.get("url")).casefold() == url.casefold() for each in items):
        raise wrong_patch("there is an extension with this url already: replace it", f"extension/{len(items)}/url")


def _not_there(patch: Patch, token: str) -> Exception:
    return wrong_patch(f"can't {patch.op} non-existent object '{token}'", patch.path.lstrip("/"))
