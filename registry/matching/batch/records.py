"""People in columns of codes: what the matcher over files and registers works on.

Every text is normalised once and stands as a number from then on, so that a million people are
some arrays of integers. Code 0 is "not known" in every column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct normalised values; a column holds places in it. `values[0]` is the empty text."""

    values: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, values: Sequence[str]) -> "Vocabulary":
        """A vocabulary of values of which the first is empty."""
        if not values or values[0]:
            raise ValueError("the first value of a vocabulary is the empty text")
        array = np.empty(len(values), dtype=object)
        array[:] = values
        return cls(array)


class AddressKeys(Protocol):
    """The normalised address of rows, made when it is asked for: most pairs need none."""

    @property
    def known(self) -> bool:
        """Whether any row has an address."""
        ...

    def of(self, rows: Codes) -> list[str]:
        """`normalise.address_key` of each of the rows; empty where there is none."""
        ...

    def may_agree(self, left: Codes, right: Codes) -> Flags:
        """Which pairs of rows are worth normalising: never false where the keys name one dwelling."""
        ...


@dataclass(frozen=True, slots=True)
class NoAddresses:
    """For files without addresses."""

    known: bool = False

    def of(self, rows: Codes) -> list[str]:
        """Empty texts."""
        return [""] * len(rows)

    def may_agree(self, left: Codes, right: Codes) -> Flags:
        """None."""
        return np.zeros(len(left), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Former:
    """Former facts beside the present ones, a row each: whose they are, and what they were (0 where it says nothing).

    One former name, one former address or one superseded number a row, as `match_keys` has them.
    `person` is the row of `Records` to which it belongs; rows need no order.
    """

    person: Codes
    forename: Codes
    middle: Codes
    surname: Codes
    postcode: Codes
    number: Numbers

    @classmethod
    def none(cls) -> "Former":
        """No former facts."""
        empty = np.zeros(0, dtype=np.int32)
        return cls(empty, empty, empty, empty, empty, np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Extra:
    """A column beyond the register's own fields: its name, how its values are compared, and the codes.

    Kinds are those of `batch.extras`.
    """

    name: str
    kind: str
    vocabulary: Vocabulary
    codes: Codes


@dataclass(frozen=True, slots=True)
class Records:
    """People, a row each. All arrays are as long as `ids`.

    Where two files are linked they stand below one another, and `boundary` is the first row of
    the second: only pairs across it are looked for.
    """

    ids: pa.ChunkedArray
    names: Vocabulary
    """Of forenames, middle names and surnames together, so that exchanged names have equal codes."""
    forename: Codes
    middle: Codes
    surname: Codes
    previous_surname: Codes
    born: Codes
    """As 19701231."""
    sex: npt.NDArray[np.int8]
    """1 male, 2 female."""
    postcodes: Vocabulary
    postcode: Codes
    previous_postcode: Codes
    number: Numbers
    """The ten digits quoted or held, as an integer."""
    number_is_valid: Flags
    addresses: AddressKeys = field(default_factory=NoAddresses)
    former: Former = field(default_factory=Former.none)
    extras: tuple[Extra, ...] = ()
    boundary: int | None = None

    def __len__(self) -> int:
        return len(self.forename)
