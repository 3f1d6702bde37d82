"""NHS numbers that belong to nobody: the range that starts with 999."""

from collections.abc import Iterator
from random import Random

from registry.values.nhs_number import NHSNumber, check_digit

TEST_RANGE_PEOPLE = 850_000
"""Up to how many people the 999 range suffices; about 909,000 of its stems have a check digit."""


class NumberSpace:
    """Every number that starts with a prefix, in an order that looks random.

    A seed fixes the order. It is a bijection, so no number comes twice and none has to be
    remembered. Counting from the front serves the register, counting from the back the
    national population: the two never meet before the range is exhausted, which raises ValueError.
    """

    def __init__(self, people: int, seed: int) -> None:
        self.prefix = "999" if people <= TEST_RANGE_PEOPLE else "9"
        self._half = 10 ** ((9 - len(self.prefix)) // 2)
        rng = Random(f"numbers/{seed}")
        self._rounds = [[rng.randrange(self._half) for _ in range(self._half)] for _ in range(4)]
        self.size = self._half**2

    def from_front(self) -> Iterator[NHSNumber]:
        """The numbers in order."""
        return self._walk(range(self.size))

    def from_back(self) -> Iterator[NHSNumber]:
        """The numbers in reverse order."""
        return self._walk(range(self.size - 1, -1, -1))

    def _walk(self, positions: range) -> Iterator[NHSNumber]:
        for position in positions:
            stem = self._stem(position)
            digit = check_digit(stem)
            if digit is not None and stem != "9" * 9:
                yield NHSNumber(f"{stem}{digit}")
        raise ValueError("no NHS numbers are left in the range")

    def _stem(self, position: int) -> str:
        """A Feistel network over the two halves of the position."""
        half = self._half
        high, low = divmod(position, half)
        for table in self._rounds:
            high, low = low, (high + table[low]) % half
        width = 9 - len(self.prefix)
        return f"{self.prefix}{high * half + low:0{width}d}"
