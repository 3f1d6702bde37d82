"""Many draws at once from many weighted lists."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Shares = npt.NDArray[np.float64]


class Draws:
    """Weighted lists of codes, one after the other, so that one search draws from all of them.

    The totals of list `g` run from g to g + 1; a draw from it looks for g plus a random share.
    """

    def __init__(self, lists: Sequence[tuple[Sequence[int], Sequence[float]]]) -> None:
        totals: list[Shares] = []
        codes: list[Codes] = []
        for group, (members, weights) in enumerate(lists):
            running = np.cumsum(np.asarray(weights, dtype=np.float64))
            running = group + running / running[-1]
            running[-1] = group + 1
            totals.append(running)
            codes.append(np.asarray(members, dtype=np.int32))
        self._totals = np.concatenate(totals)
        self._codes = np.concatenate(codes)

    def draw(self, rng: np.random.Generator, groups: npt.NDArray[np.integer]) -> Codes:
        """A code for each of the groups' numbers."""
        wanted = groups + rng.random(len(groups))
        return self._codes[np.searchsorted(self._totals, wanted, side="right")]


def chosen(rng: np.random.Generator, size: int, weights: Sequence[float]) -> npt.NDArray[np.int64]:
    """So many places in a list, by weight."""
    running = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(running / running[-1], rng.random(size), side="right")
