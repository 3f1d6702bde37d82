"""Extensions after the operations: those that the register keeps, and none of its own.

The place of birth is a column and the parts of it; the notice of a death is in `check_life`.
"""

from typing import Any

from registry.fhir import refusals
from registry.fhir_api.people.patch.changed import Amended, Item
from registry.fhir_api.people.to_fhir import BIRTH_PLACE, DEATH_NOTICE, REMOVAL
from registry.patients.elements import KEPT_EXTENSIONS

_OWN = REMOVAL.casefold()
_KNOWN = KEPT_EXTENSIONS | {BIRTH_PLACE.casefold(), DEATH_NOTICE.casefold()}
_REMOVED = "why somebody left a list is the office's to say: a practice sends a Task deduction-request"
_PLACE = ("text", "city", "district", "country")


def check_extensions(amended: Amended) -> None:
    """Raises RequestError (400, 403) for the first extension that cannot be."""
    if any(_url(each) == _OWN for each in amended.removed("extension")):
        raise refusals.forbidden_update(_REMOVED, "extension")
    for item in amended.items("extension"):
        url = _url(item.now)
        if url == _OWN:
            raise refusals.forbidden_update(_REMOVED, item.place)
        if url not in _KNOWN:
            raise refusals.invalid(item.now.get("url"), f"{item.place}/url")
        if url == BIRTH_PLACE.casefold():
            _check_place(item)


def _check_place(item: Item) -> None:
    place = item.now.get("valueAddress")
    if not isinstance(place, dict) or not any(place.get(part) for part in _PLACE):
        raise refusals.missing(f"{item.place}/valueAddress")
    more = place.keys() - set(_PLACE)
    if more:
        raise refusals.additional(*sorted(more))


def _url(extension: Any) -> str:
    return str(extension.get("url")).casefold()
