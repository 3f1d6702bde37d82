"""People as arrays: everything that is known of many at once."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

MALE, FEMALE = 1, 2
NOBODY = -1


class Role(IntEnum):
    """A member's place in the household."""

    HEAD = 0
    PARTNER = 1
    CHILD = 2
    ELDER = 3
    SHARER = 4


TAGS = (
    "twin",
    "adult-twin",
    "senior",
    "junior",
    "namesake-at-address",
    "coincidence",
    "married",
    "partner",
    "newborn",
    "unrelated",
    "no-forename",
    "typo-forename",
    "typo-surname",
    "nickname",
    "initial",
    "date-slip",
    "date-swapped",
    "date-first-of-january",
    "swapped-names",
    "no-middle-name",
    "custom",
    "double-surname",
    "other-sex",
    "no-sex",
    "moved",
    "moved-told",
    "address-otherwise",
    "postcode-typo",
    "no-number",
    "other-number",
    "same-number",
    "right-number",
    "housemates-number",
    "mistyped-number",
    "scottish-number",
    "old-number",
    "third-record",
)
"""What is true of a record or a registration, one bit each in this order."""

BIT = {tag: 1 << place for place, tag in enumerate(TAGS)}


@dataclass(slots=True)
class People:
    """One row a person or record; all arrays are equally long.

    Names are codes of the pool, 0 for none; `born` is in days since 1970; `previous` is the former surname
    that is recorded, `maiden` the one that there was. `person` counts through the whole country. Dwellings
    are of the country, -1 for none. `style` is how the address is written. `number` is a position in the
    range of numbers, -1 for none.
    """

    person: Rows
    household: Rows
    role: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    born: Codes
    community: npt.NDArray[np.int8]
    forename: Codes
    middle: Codes
    surname: Codes
    previous: Codes
    maiden: Codes
    dwelling: Rows
    previous_dwelling: Rows
    room: npt.NDArray[np.int16]
    lodging: npt.NDArray[np.int8]
    style: npt.NDArray[np.int8]
    number: Rows
    tags: Rows

    def __len__(self) -> int:
        return len(self.person)

    def rows(self, chosen: "Rows | Flags | slice") -> "People":
        """A copy of some rows."""
        return People(**{field.name: getattr(self, field.name)[chosen].copy() for field in fields(self)})

    def tag(self, rows: "Rows | Flags | slice", tag: str) -> None:
        """Says of some rows that something is true."""
        self.tags[rows] |= BIT[tag]

    def has(self, tag: str) -> Flags:
        """Of which rows something is true."""
        return (self.tags & BIT[tag]) != 0

    @classmethod
    def together(cls, parts: "list[People]") -> "People":
        """The rows of several, one after the other."""
        return cls(**{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)})
