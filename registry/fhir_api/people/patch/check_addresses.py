"""Addresses after the operations: one home, and each of them one to which a letter comes.

Source: PDS FHIR API, rules of PATCH: line 1 premises, 2 number and street, 3 locality, 4 post town, 5 county; lines 1
or 2, and 4, are needed unless a key of the Postcode Address File or a pseudo postcode stands for them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from registry.fhir import refusals
from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.changed import Amended, Item
from registry.fhir_api.people.patch.check_periods import has_ended
from registry.fhir_api.people.patch.within import are_same
from registry.transactions.rules.particulars import LONGEST_LINE, NO_HOUSE, is_special_postcode
from registry.values.address import normal_postcode

_OF_HOME = frozenset({"id", "use", "period", "line", "postalCode", "extension"})
"""What is kept of the home address, whose parts the register's rules read."""
_PAF = "https://fhir.hl7.org.uk/structuredefinition/extension-ukcore-addresskey"


def check_addresses(amended: Amended, today: date) -> None:
    """Raises RequestError (400, 403) for the first address that cannot be."""
    homes = homes_after(amended, today)
    if len(homes) > 1:
        raise refusals.forbidden_update("multiple home addresses cannot be added: replace the one there is", "address")
    if amended.home is not None and not homes:
        raise refusals.forbidden_update(
            "a home address is replaced: it is not removed, ended or put to other use", "address"
        )
    for item in amended.items("address"):
        _check(item)


def home_before(amended: Amended) -> Json | None:
    """The home address that the register holds."""
    return next((each for each in amended.before["address"] if each.get("id") == amended.home), None)


def homes_after(amended: Amended, today: date) -> list[Json]:
    """The home addresses from now on: the one that was held, if it was left one, and those that become one.

    Homes that others have told of, and that ended, are none of them.
    """
    were = {str(each.get("id")): each for each in amended.before["address"]}
    return [each for each in amended.after["address"] if _is_home(each, were.get(str(each.get("id"))), amended, today)]


def _is_home(address: Json, was: Json | None, amended: Amended, today: date) -> bool:
    if address.get("use") != "home":
        return False
    if was is not None and address.get("id") == amended.home and are_same(address.get("period"), was.get("period")):
        return True
    is_others = was is not None and was.get("use") == "home" and address.get("id") != amended.home
    return not is_others and not has_ended(address, today)


def _check(item: Item) -> None:
    address, was = item.now, item.was or {}
    if "use" not in address:
        raise refusals.missing(f"{item.place}/use")
    if address["use"] == "home":
        more = address.keys() - _OF_HOME
        if more:
            raise refusals.additional(*sorted(more))
    same_place = item.was is not None and all(
        are_same(address.get(part), was.get(part)) for part in ("line", "postalCode", "extension")
    )
    if same_place:
        return
    _check_postcode(address.get("postalCode"), f"{item.place}/postalCode")
    lines: Sequence[str] = address.get("line") or ()
    for index, line in enumerate(lines):
        if line and (line != line.strip() or len(line) > LONGEST_LINE):
            raise refusals.invalid(line, f"{item.place}/line/{index}")
    if not (_is_found_otherwise(address) or (len(lines) > 3 and (lines[0] or lines[1]) and lines[3])):
        text = (
            f"'{item.place}' needs line 1 (premises) or 2 (number and street), and line 4 (post town): a list of lines"
            " has five places, empty ones too"
        )
        raise refusals.invalid_update(text, f"{item.place}/line")


def _check_postcode(postcode: Any, at: str) -> None:
    if postcode is None:
        return
    if not (normal_postcode(postcode) or postcode.upper().replace(" ", "") in NO_HOUSE):
        raise refusals.invalid(postcode, at)


def _is_found_otherwise(address: Json) -> bool:
    """By a pseudo postcode, which says that there is no house; or by a postcode with a key of the address file."""
    postcode = address.get("postalCode")
    if is_special_postcode(postcode):
        return True
    return bool(postcode) and any(_is_paf_key(each) for each in address.get("extension", ()))


def _is_paf_key(extension: Json) -> bool:
    parts = {part.get("url"): part for part in extension.get("extension", ())}
    is_paf = parts.get("type", {}).get("valueCoding", {}).get("code") == "PAF"
    return str(extension.get("url")).lower() == _PAF and is_paf and bool(parts.get("value", {}).get("valueString"))
