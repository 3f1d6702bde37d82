"""Every threshold at once: how many pairs stand at or above each score, and how many of them are true."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Curve:
    """Thresholds from the highest score down, one for each distinct score: ties move together.

    `pairs` and `right` count the pairs, and the true ones among them, that score at least so much.
    """

    threshold: Scores
    pairs: Counts
    right: Counts

    def __len__(self) -> int:
        return len(self.threshold)

    @property
    def precision(self) -> Scores:
        """The share of true pairs at and above each threshold."""
        return self.right / np.maximum(self.pairs, 1)

    def f1(self, true_pairs: int) -> Scores:
        """F1 at each threshold."""
        return 2.0 * self.right / np.maximum(self.pairs + true_pairs, 1)

    def best(self, true_pairs: int) -> int | None:
        """The place of the best F1, the highest threshold where several are as good; None where no pair is true."""
        if len(self) == 0 or self.right[-1] == 0:
            return None
        return int(np.argmax(self.f1(true_pairs)))

    def lowest_with_precision(self, wanted: float) -> int | None:
        """The place of the lowest threshold whose precision is at least `wanted`; None where there is none."""
        places = np.flatnonzero(reaches(self.right, self.pairs, wanted))
        return int(places[-1]) if len(places) else None


def reaches(right: Counts, pairs: Counts, wanted: float) -> Flags:
    """Where the share of right pairs is at least `wanted`, whatever the rounding of its decimals."""
    return (pairs > 0) & (right >= (wanted - 1e-12) * pairs)


def curve_of(score: Scores, is_true: Flags) -> Curve:
    """The curve of scored pairs; scores must be numbers (no NaN), in any order."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else np.zeros(0, np.int64)
    right = np.cumsum(is_true[order], dtype=np.int64)
    return Curve(ordered[ends], (ends + 1).astype(np.int64), right[ends])
