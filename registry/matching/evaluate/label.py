"""Pairs set against the truth: each once, and whether it is true."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.evaluate.curve import Flags, Scores
from registry.matching.evaluate.scored_pairs import NONE, ScoredRows
from registry.matching.evaluate.source import Unusable
from registry.matching.evaluate.truth import Keys, Truth, pair_keys

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was odd in the files, counted; nothing of it stops the work."""

    rows: int
    """Of the file of pairs."""
    without_id: int
    """Rows that lack an id: left out."""
    with_oneself: int
    """Pairs of a record with itself: left out."""
    repeated: int
    """Pairs given again, in whichever order: the highest score counts."""
    without_score: int
    """Pairs without a score, or with NaN: counted as none."""
    unknown_ids: int
    """Ids of pairs that a truth of clusters does not know."""
    pairs_of_unknown: int
    """Pairs with such an id: counted as not true."""
    truth_left_out: int
    """Rows of the truth without an id or a cluster, or that pair a record with itself."""


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs, each once in rising order of `keys`, and what is true of them.

    `probability` and `decision` (codes of DECISIONS) are None where the file has no such column.
    `place_of_true` has for each true pair its place among the pairs, -1 where it is not there.
    """

    keys: Keys
    score: Scores
    probability: Scores | None
    decision: npt.NDArray[np.int8] | None
    is_true: Flags
    true_keys: Keys
    place_of_true: npt.NDArray[np.int64]
    noticed: Noticed


def label(rows: ScoredRows, truth: Truth) -> LabelledPairs:
    """Each pair of the file once, with its truth. Unusable where the truth knows none of the ids."""
    lacking, unknown = (rows.left < 0) | (rows.right < 0), _unknown(rows, truth)
    usable = np.flatnonzero(~lacking & (rows.left != rows.right))
    keys = pair_keys(rows.left, rows.right)
    kept = usable[_best_of_each(keys[usable], rows, usable)]
    keys, score = keys[kept], rows.score[kept]
    decision = None if rows.decision is None else np.where(np.isnan(score), NONE, rows.decision[kept]).astype(np.int8)
    place_of_true = places_of(truth.keys, keys)
    is_true = np.zeros(len(keys), dtype=bool)
    is_true[place_of_true[place_of_true >= 0]] = True
    noticed = Noticed(
        rows=len(rows),
        without_id=int(lacking.sum()),
        with_oneself=len(rows) - int(lacking.sum()) - len(usable),
        repeated=len(usable) - len(kept),
        without_score=int(np.isnan(score).sum()),
        unknown_ids=_unknown_ids(rows, unknown),
        pairs_of_unknown=int(unknown[kept].sum()),
        truth_left_out=truth.left_out,
    )
    probability = None if rows.probability is None else rows.probability[kept]
    return LabelledPairs(keys, score, probability, decision, is_true, truth.keys, place_of_true, noticed)


def _unknown(rows: ScoredRows, truth: Truth) -> Flags:
    """Rows with an id that the truth should know and does not."""
    left, right = rows.left >= rows.known, rows.right >= rows.known
    if not truth.knows_everybody:
        return np.zeros(len(rows), dtype=bool)
    given = np.concatenate([rows.left, rows.right]) >= 0
    if rows.known and given.any() and np.concatenate([left, right])[given].all():
        raise Unusable(
            "the truth knows none of the ids in id_left and id_right: give both files the same ids, written alike"
        )
    return left | right


def _unknown_ids(rows: ScoredRows, unknown: Flags) -> int:
    ids = np.concatenate([rows.left[unknown], rows.right[unknown]])
    return len(np.unique(ids[ids >= rows.known]))


def _best_of_each(keys: Keys, rows: ScoredRows, places: Places) -> Places:
    """Where each key stands with its highest score, in rising order of keys; without a score only where all are."""
    order = np.argsort(keys, kind="stable")
    if not (keys[order][1:] == keys[order][:-1]).any():
        return order
    surer = () if rows.decision is None else (-rows.decision[places],)
    order = np.lexsort((*surer, -rows.score[places], keys))  # NaN sorts last
    return order[np.append(True, keys[order][1:] != keys[order][:-1])]


def places_of(wanted: Keys, keys: Keys) -> npt.NDArray[np.int64]:
    """Where each wanted key stands among keys in rising order; -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, places, -1)
