"""The body of an amendment into items. Every patch that cannot be taken is refused by its position."""

from registry.links.documents.draft import Draft
from registry.links.documents.json_shapes import as_list, as_object, as_text
from registry.links.documents.names import DRUGS_URL, INSTITUTE_URL
from registry.links.documents.paths import ALL_FORENAMES_PATH, EXTENSION_PATH, KNOWN_PATHS, NEW_NUMBER_PATH, known_path
from registry.links.items import ADDRESS_LINES, ERASE, TextOrErase, TransactionType

BODY_FIELDS = {
    "nhsNumber": "number",
    "gpCode": "gp_code",
    "gpTradingPartnerCode": "gp_trading_partner_code",
    "healthcarePartyCode": "ha_cipher",
    "freeText": "free_text",
}
"""What an amendment's body says beside its patches. The authority is `destinationHaCipher` in the schema."""

_OPERATIONS = frozenset({"add", "replace", "remove"})


def read_patches(document: dict[str, object], draft: Draft) -> None:
    """Take the header and each patch. An empty list of patches is readable: it may be a text alone."""
    for field, item in BODY_FIELDS.items():
        draft.take_text(item, document.get(field), field)
    if "ha_cipher" not in draft.values:
        draft.take_text("ha_cipher", document.get("destinationHaCipher"), "destinationHaCipher")
    if not isinstance(document.get("patches"), list):
        draft.refuse("patches", "must be a list")
    seen: set[str] = set()
    lines: dict[int, TextOrErase] = {}
    for position, element in enumerate(as_list(document.get("patches"))):
        patch, place = as_object(element), f"patches[{position}]"
        path = _path(patch, place, draft, seen)
        if path is not None:
            _read_patch(path, patch, place, draft, lines)
    if lines:
        if len(lines) < ADDRESS_LINES:
            draft.refuse("patches", "an address is amended with all five lines")
        draft.values["address"] = tuple(lines.get(line, "") for line in range(ADDRESS_LINES))
    if ALL_FORENAMES_PATH in seen and any(path.startswith(ALL_FORENAMES_PATH + "/") for path in seen):
        draft.refuse("patches", "forenames are either removed together or given, not both")


def _path(patch: dict[str, object], place: str, draft: Draft, seen: set[str]) -> str | None:
    """The patch's path as the table has it, or None where path or operation are refused."""
    given, operation = patch.get("path"), patch.get("op")
    path = known_path(given) if isinstance(given, str) else None
    if path is None or (path == NEW_NUMBER_PATH and draft.type is not TransactionType.F1):
        draft.refuse(f"{place}.path", "not a path that can be amended")
        return None
    if not isinstance(operation, str) or operation not in _OPERATIONS:
        draft.refuse(f"{place}.op", "not one of add, replace, remove")
        return None
    if operation == "remove" and not KNOWN_PATHS[path].removable:
        draft.refuse(f"{place}.op", "this item may not be removed")
        return None
    if operation != "remove" and path == ALL_FORENAMES_PATH:
        draft.refuse(f"{place}.op", "forenames as a group can only be removed")
        return None
    # Two extensions share one path; each may be amended once.
    key = path
    if path == EXTENSION_PATH:
        key += as_text(as_object(patch.get("value")).get("url")).lower()
    if key in seen:
        draft.refuse(f"{place}.path", "amended twice")
        return None
    seen.add(key)
    return path


def _read_patch(path: str, patch: dict[str, object], place: str, draft: Draft, lines: dict[int, TextOrErase]) -> None:
    target, value, field = KNOWN_PATHS[path], patch.get("value"), f"{place}.value"
    removed = patch["op"] == "remove"
    if target.line is not None:
        lines[target.line] = ERASE if removed else _line(value, target.removable, field, draft)
    elif removed:
        draft.values[target.item] = ERASE
    elif value is None:
        draft.refuse(field, "missing")
    elif path == EXTENSION_PATH:
        _read_extension(as_object(value), field, draft)
    elif target.item == "sex":
        draft.take_sex(value, field)
    elif target.item == "date_of_birth":
        draft.take_date(target.item, value, field)
    elif value == "%" and not target.removable:
        draft.refuse(field, "may not be erased")
    else:
        draft.take_text(target.item, value, field)


def _line(value: object, removable: bool, field: str, draft: Draft) -> TextOrErase:
    """A line: null is a blank one."""
    text = draft.text(value, field) or ""
    if text != "%":
        return text
    if removable:
        return ERASE
    draft.refuse(field, "may not be erased")
    return ""


def _read_extension(extension: dict[str, object], field: str, draft: Draft) -> None:
    """False and null erase: an extension cannot be removed by its path, because two share it."""
    url = as_text(extension.get("url")).lower()
    if url == DRUGS_URL.lower():
        draft.take_drugs(extension, f"{field}.valueBoolean")
    elif url != INSTITUTE_URL.lower():
        draft.refuse(f"{field}.url", "not an extension that can be amended")
    elif extension.get("valueString") is not None:
        draft.take_text("residential_institute", extension["valueString"], f"{field}.valueString")
    elif "valueString" in extension:
        draft.values["residential_institute"] = ERASE
    else:
        draft.refuse(f"{field}.valueString", "missing (null erases)")
