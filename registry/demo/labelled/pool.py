"""Names by code: those of the country, and those that are made while people are."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from registry.demo.labelled.people import Codes, Rows
from registry.demo.labelled.vocabulary import Vocabulary


class NamePool:
    """The vocabulary's names with further ones behind them, such as misspelt and double-barrelled ones."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._first = len(vocabulary.names)
        self._further: list[str] = []
        self._codes: dict[str, int] = {}

    def texts(self, codes: "Codes | Rows") -> list[str]:
        """The names of codes; empty for none."""
        names, first, further = self.vocabulary.names, self._first, self._further
        return [names[code] if code < first else further[code - first] for code in codes.tolist()]

    def add(self, names: Iterable[str]) -> Codes:
        """The codes of names, which are taken in where they are new. An empty name is none."""
        return np.fromiter((self._code(name) for name in names), dtype=np.int32)

    def _code(self, name: str) -> int:
        if not name:
            return 0
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = self._first + len(self._further)
            self._further.append(name)
        return code

    def column(self, codes: Codes) -> pa.Array:
        """The names as a column; none is null."""
        every = pa.concat_arrays([self.vocabulary.texts, pa.array(self._further, type=pa.string())])
        return every.take(pa.array(codes))
