"""Address lines of files, normalised for the rows that are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from registry.matching.batch.encode import Column, call
from registry.matching.batch.records import Codes, Flags
from registry.matching.normalise import address_key
from registry.values.address import Address

_MOST_KEPT = 500_000
"""How many normalised addresses are kept, since people of one address come up together."""


@dataclass(frozen=True, slots=True)
class FileAddresses:
    """Up to five address lines as they are written. See `AddressKeys`."""

    lines: Sequence[Column]
    kept: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    @property
    def known(self) -> bool:
        """Whether the files have address lines."""
        return bool(self.lines)

    def of(self, rows: Codes) -> list[str]:
        """The address key of each row."""
        wanted = pa.array(rows)
        texts = [pc.fill_null(pc.take(column, wanted), "").to_pylist() for column in self.lines]
        blank = [""] * (5 - len(texts))
        return [self._key((*parts, *blank)) for parts in zip(*texts, strict=True)]

    def may_agree(self, left: Codes, right: Codes) -> Flags:
        """Pairs with the same figures in the lines that a dwelling's numbers are read from."""
        same = call("equal", self._figures(left), self._figures(right))
        return same.to_numpy(zero_copy_only=False)

    def _figures(self, rows: Codes) -> Any:
        """The figures of the first two lines, or of the third where those are empty, with single blanks between."""
        wanted = pa.array(rows)
        lines = [pc.fill_null(pc.take(column, wanted), "").combine_chunks() for column in self.lines[:3]]
        blank = pa.scalar("")
        one, two, three = [*lines, blank, blank][:3]
        first = call("binary_join_element_wise", one, two, pa.scalar(" "))
        told = call("if_else", call("equal", first, pa.scalar(" ")), three, first)
        figures = call("replace_substring_regex", told, options=pc.ReplaceSubstringOptions(r"[^0-9]+", " "))
        return call("utf8_trim_whitespace", figures)

    def _key(self, parts: tuple[str, ...]) -> str:
        found = self.kept.get(parts)
        if found is None:
            one, two, three, four, five = parts
            found = address_key(Address((one, two, three, four, five)))
            if len(self.kept) < _MOST_KEPT:
                self.kept[parts] = found
        return found
