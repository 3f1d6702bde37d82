"""The paths an amendment may patch. One table for reading, writing and refusing."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.links.items import ADDRESS_LINES, POST_TOWN

EXTENSION_PATH = "/extension/0"
"""Carries a whole extension as its value; twice in one amendment, once for each extension."""
ALL_FORENAMES_PATH = "/name/0/given"
"""All forenames as a group: it can only be removed."""
NEW_NUMBER_PATH = "/identifier/0/value"
"""The new NHS number; only an authority patches it."""


@dataclass(frozen=True, slots=True)
class AmendmentPath:
    """What one path patches. `line` is the position where the item is the address."""

    item: str
    removable: bool = False
    line: int | None = None


def _line_paths() -> dict[str, AmendmentPath]:
    return {
        f"/address/0/line/{line}": AmendmentPath("address", line != POST_TOWN, line) for line in range(ADDRESS_LINES)
    }


KNOWN_PATHS: Mapping[str, AmendmentPath] = {
    **_line_paths(),
    "/address/0/postalCode": AmendmentPath("postcode", removable=True),
    "/birthDate": AmendmentPath("date_of_birth"),
    EXTENSION_PATH: AmendmentPath("extension"),
    "/gender": AmendmentPath("sex"),
    NEW_NUMBER_PATH: AmendmentPath("new_number"),
    "/name/0/family": AmendmentPath("surname"),
    ALL_FORENAMES_PATH: AmendmentPath("first_forename", removable=True),
    "/name/0/given/0": AmendmentPath("first_forename"),
    "/name/0/given/1": AmendmentPath("second_forename"),
    "/name/0/given/2": AmendmentPath("other_forenames"),
    "/name/0/prefix/0": AmendmentPath("title", removable=True),
    "/name/1/family": AmendmentPath("previous_surname", removable=True),
}
"""Every path, in the order in which an authority's amendment lists them."""

_BY_LOWER_CASE = {path.lower(): path for path in KNOWN_PATHS}


def known_path(path: str) -> str | None:
    """The path as the table writes it, found without regard to case; None for an unknown one."""
    return _BY_LOWER_CASE.get(path.lower())
