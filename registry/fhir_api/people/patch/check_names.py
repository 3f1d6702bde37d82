"""Names after the operations: one usual one, and of letters.

Source: PDS FHIR API, rules of PATCH: names.
"""

from typing import Any

from registry.fhir import refusals
from registry.fhir_api.people.patch.changed import Amended, Item
from registry.fhir_api.people.patch.read_patches import too_many
from registry.fhir_api.people.patch.within import are_same
from registry.transactions.rules.particulars import LONGEST_NAME, is_name

MOST_GIVEN = 5
_OF_USUAL = frozenset({"id", "use", "period", "given", "family", "prefix", "suffix"})
"""What is kept of the usual name, whose parts the register's rules read."""


def check_names(amended: Amended) -> None:
    """Raises RequestError (400, 403) for the first name that cannot be."""
    usual = [name for name in amended.after["name"] if name.get("use") == "usual"]
    [held] = [name for name in amended.before["name"] if name.get("use") == "usual"]
    if len(usual) > 1:
        raise refusals.forbidden_update("multiple usual names cannot be added", "name")
    if not usual or usual[0]["id"] != held["id"]:
        raise refusals.forbidden_update("the usual name is not removed, nor put to another use", "name")
    if "end" in usual[0].get("period", {}) and not are_same(usual[0]["period"], held.get("period")):
        raise refusals.forbidden_update("the usual name has no end date", "name/period/end")
    for item in amended.items("name"):
        _check(item)


def _check(item: Item) -> None:
    name, was = item.now, item.was or {}
    if "use" not in name:
        raise refusals.missing(f"{item.place}/use")
    if name["use"] == "usual":
        more = name.keys() - _OF_USUAL
        if more:
            raise refusals.additional(*sorted(more))
        if not name.get("family"):
            raise refusals.missing(f"{item.place}/family")
    elif not name.get("family") and not name.get("given"):
        raise refusals.missing(f"{item.place}/family")
    if len(name.get("given", ())) > MOST_GIVEN:
        raise too_many(f"{item.place}/given")
    for part in ("family", "given", "prefix", "suffix"):
        if name.get(part) != was.get(part):
            for value, at in _texts(name.get(part), f"{item.place}/{part}"):
                _check_text(value, at, letters=part in ("family", "given"))


def _texts(value: Any, at: str) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [(str(each), f"{at}/{index}") for index, each in enumerate(value)]
    return [] if value is None else [(str(value), at)]


def _check_text(value: str, at: str, *, letters: bool) -> None:
    """Letters, blanks, hyphens, apostrophes and full stops; what stands before and after a name may be more."""
    if not value.strip() or value != value.strip() or len(value) > LONGEST_NAME:
        raise refusals.invalid(value, at)
    if letters and not is_name(value):
        text = f"Invalid value - '{value}' in field '{at}' has characters that no name has"
        raise refusals.refusal(400, "UNSUPPORTED_CHARACTERS_IN_FIELD", text, at)
