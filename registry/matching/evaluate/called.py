"""What a file of pairs says: who is called one person, by its words or by a threshold."""

from dataclasses import dataclass

import numpy as np

from registry.matching.evaluate.curve import Flags
from registry.matching.evaluate.label import LabelledPairs
from registry.matching.evaluate.measures import Measures, Point, point_of
from registry.matching.evaluate.scored_pairs import CERTAIN, POSSIBLE


@dataclass(frozen=True, slots=True)
class Called:
    """Pairs called the same person, and the name of what called them."""

    name: str
    pairs: Flags

    def point(self, labelled: LabelledPairs) -> Point:
        """Precision, recall and F1 of the call."""
        right = int((self.pairs & labelled.is_true).sum())
        return point_of(int(self.pairs.sum()), right, len(labelled.true_keys))

    def of_true(self, labelled: LabelledPairs) -> Flags:
        """For each true pair, whether it was called."""
        found = np.zeros(len(labelled.true_keys), dtype=bool)
        there = labelled.place_of_true >= 0
        found[there] = self.pairs[labelled.place_of_true[there]]
        return found


def calls(labelled: LabelledPairs, measures: Measures) -> tuple[Called, ...]:
    """By the words certain, and certain or possible; where a file has no words, by two thresholds.

    Those of precision 0.999 and of the best F1, as far as there are any. The strictest call is first.
    """
    if labelled.decision is not None:
        return (
            Called("certain", labelled.decision == CERTAIN),
            Called("certain or possible", labelled.decision >= POSSIBLE),
        )
    thresholds = (("precision 0.999", measures.at_999), ("best F1", measures.best))
    found = [(name, at.threshold) for name, at in thresholds if at is not None and at.threshold is not None]
    # A threshold of precision can lie below the best one; NaN is never at or above any.
    found.sort(key=lambda one: -one[1])
    return tuple(Called(name, labelled.score >= threshold) for name, threshold in found)
