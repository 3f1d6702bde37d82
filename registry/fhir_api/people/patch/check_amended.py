"""Whether a Patient may be what the operations have made of it: its shape first, then every rule."""

from datetime import date

from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.changed import Amended
from registry.fhir_api.people.patch.check_addresses import check_addresses
from registry.fhir_api.people.patch.check_extensions import check_extensions
from registry.fhir_api.people.patch.check_life import check_life
from registry.fhir_api.people.patch.check_names import check_names
from registry.fhir_api.people.patch.check_periods import AddressDays, check_periods, fill_periods
from registry.fhir_api.people.patch.lines import as_shown
from registry.fhir_api.people.patch.paths import LISTS, SINGLES
from registry.fhir_api.people.patch.read_patches import too_many

MOST_ITEMS = 50
"""Of any list."""


def check_amended(amended: Amended, today: date, days: AddressDays) -> None:
    """Fill in the periods that are not said, and check what was changed. Raises RequestError (400, 403).

    What was not changed is not looked at: it may have been taken on from somebody less strict.
    """
    for base in sorted(LISTS):
        if len(amended.after[base]) > max(MOST_ITEMS, len(amended.before[base])):
            raise too_many(base)
    check_life(amended, today)
    check_resource(_changed_alone(amended), "Patient")
    fill_periods(amended, today, days)
    check_periods(amended, today, days)
    check_names(amended)
    check_addresses(amended, today)
    _check_telecoms(amended)
    check_extensions(amended)


def _changed_alone(amended: Amended) -> Json:
    """A Patient of what was changed alone, each item in its place, for a fault to be told by its place."""
    changed: Json = {"resourceType": "Patient"}
    changed |= {name: amended.after[name] for name in sorted(SINGLES & amended.after.keys()) if amended.changes(name)}
    for base in sorted(LISTS):
        items = {item.place: as_shown(item.now) for item in amended.items(base)}
        blank: Json = {"url": "unchanged", "valueBoolean": True} if base == "extension" else {"id": "unchanged"}
        if items:
            count = len(amended.after[base])
            changed[base] = [items.get(f"{base}/{index}", blank) for index in range(count)]
    return changed


def _check_telecoms(amended: Amended) -> None:
    for item in amended.items("telecom"):
        for part in ("system", "value"):
            if not item.now.get(part):
                raise refusals.missing(f"{item.place}/{part}")
