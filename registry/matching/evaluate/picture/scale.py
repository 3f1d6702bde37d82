"""From values to places on the page, with round numbers to mark on the way."""

from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on a line from `start` to `end` (start may be the greater, for heights)."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value; one outside stands at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values within the limits, about so many."""
        step = round_step((self.high - self.low) / about)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(step * place, 10) for place in range(first, last + 1)]


def round_step(rough: float) -> float:
    """The round number (1, 2 or 5 times a power of ten) that is not below `rough`."""
    power = 10.0 ** floor(log10(rough))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * 0.999999)


def share_limits(lowest: float) -> tuple[float, float]:
    """From a round share a little below the lowest up to 1, so that what differs can be seen."""
    missing = max(1 - lowest, 0.004) * 1.05
    step = round_step(missing / 4)
    return max(0.0, 1 - ceil(missing / step) * step), 1.0
