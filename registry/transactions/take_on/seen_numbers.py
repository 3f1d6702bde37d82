"""Which NHS numbers a file has brought so far: one bit for each that can exist."""

import mmap
from collections.abc import Iterable

_STEMS = 10**9


class SeenNumbers:
    """A set of NHS numbers that needs 125 MB at most, however many it holds.

    The tenth digit follows from the nine before it. Memory that no number falls into is never touched.
    """

    def __init__(self) -> None:
        self._bits = mmap.mmap(-1, _STEMS // 8 + 1)

    def close(self) -> None:
        self._bits.close()

    def add(self, numbers: Iterable[int]) -> list[int]:
        """Add numbers. Returns the positions of those that were there already."""
        bits = self._bits
        repeated: list[int] = []
        for position, number in enumerate(numbers):
            stem = number // 10
            place, bit = stem >> 3, 1 << (stem & 7)
            byte = bits[place]
            if byte & bit:
                repeated.append(position)
            else:
                bits[place] = byte | bit
        return repeated
