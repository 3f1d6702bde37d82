"""Search some records for pairs that may be one person: block, compare, weigh, decide. Nothing is merged."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from registry.matching.batch.blocking import Blocked, Tell, candidate_pairs
from registry.matching.batch.compare_pairs import Comparer, PairLevels
from registry.matching.batch.fit_file import SMALL_FILE, fit
from registry.matching.batch.records import Codes, Flags, Records
from registry.matching.batch.weigh_pairs import Rates, Scorer, Scores, Weights
from registry.matching.compare import Comparison
from registry.matching.decide import CERTAIN_FROM, NONE_BELOW, Outcome
from registry.matching.guards import guard_of
from registry.matching.levels import (
    DateOfBirth,
    Forename,
    MiddleName,
    Number,
    Place,
    SexAgreement,
    Surname,
)
from registry.matching.model.parts import Model, WeightSet

CHUNK = 500_000
"""Pairs compared at a time: a few hundred megabytes."""
THREADS = 2
"""numpy, DuckDB and rapidfuzz let go of the interpreter, so that two chunks go at once."""
WORTH_FITTING_SMALL, WORTH_FITTING = -25.0, -18.0
"""Pairs of a small and of a larger file that score less by the model's own weights are two people by any."""
DECISIONS = tuple(Outcome)
"""`ScoredPairs.decision` counts in this order."""


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Pairs of rows with what was found of them, best first."""

    left: Codes
    right: Codes
    score: Weights
    household: Weights
    levels: PairLevels
    decision: npt.NDArray[np.int8]
    compared: int
    """How many pairs were compared in all."""
    skipped: Mapping[str, int]
    """Blocks that were too large to be looked into, by rule."""
    weights: WeightSet
    """As they were used: the prior may have been estimated."""

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: npt.NDArray[np.intp], scores: Scores) -> "ScoredPairs":
        """Some of the pairs, with other scores."""
        levels, score = self.levels.take(rows), scores.score[rows]
        return replace(
            self,
            left=self.left[rows],
            right=self.right[rows],
            score=score,
            household=scores.household[rows],
            levels=levels,
            decision=decisions(levels, score),
        )


def search(
    records: Records,
    model: Model,
    *,
    weights: WeightSet | None = None,
    rates: Rates | None = None,
    min_score: float = -10.0,
    only: Flags | None = None,
    fitted: bool = False,
    tell: Tell | None = None,
) -> ScoredPairs:
    """Every pair that a blocking rule finds and that scores at least `min_score`.

    Weights are the model's for two records of a register unless given. With `only`, pairs of
    which one side at least is among the rows marked. `fitted`: the weights are fitted to the
    records first (see `fit_file`). `tell` hears of progress.
    """
    comparer = Comparer(records).prepare()
    blocked = candidate_pairs(records, comparer.names, comparer.places, only=only, tell=tell)
    scorer = Scorer.of(records, weights or model.batch, model.extras, rates=rates, average=model.average_rates)
    worth = WORTH_FITTING_SMALL if len(records) <= SMALL_FILE else WORTH_FITTING
    lowest = min(min_score, worth) if fitted else min_score
    found = _joined(list(score_pairs(comparer, scorer, blocked, min_score=lowest, tell=tell)), scorer, blocked)
    if fitted and len(found):
        scorer = fit(scorer, comparer, model, found.levels, found.left).scorer
        scores = scorer.weigh(found.levels, found.left, found.right)
        kept = np.flatnonzero(scores.score >= min_score)
        found = replace(
            found.take(kept[np.argsort(-scores.score[kept], kind="stable")], scores), weights=scorer.weights
        )
    return found


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """Some pairs that scored enough."""

    left: Codes
    right: Codes
    scores: Scores
    levels: PairLevels


def score_pairs(
    comparer: Comparer, scorer: Scorer, blocked: Blocked, *, min_score: float, tell: Tell | None = None
) -> Iterator[ScoredChunk]:
    """The pairs in chunks, in their order, without those that score less."""
    starts = range(0, len(blocked.left), CHUNK)

    def work(start: int) -> ScoredChunk:
        left, right = blocked.left[start : start + CHUNK], blocked.right[start : start + CHUNK]
        levels = comparer.levels_of(left, right)
        scores = scorer.weigh(levels, left, right)
        kept = np.flatnonzero(scores.score >= min_score)
        return ScoredChunk(
            left[kept], right[kept], Scores(scores.score[kept], scores.household[kept]), levels.take(kept)
        )

    with ThreadPoolExecutor(THREADS) as pool:
        waiting: list[Future[ScoredChunk]] = []
        done = 0
        for start in starts:
            waiting.append(pool.submit(work, start))
            if len(waiting) > THREADS:
                yield waiting.pop(0).result()
                done += 1
                if tell is not None:
                    tell("comparing", done, len(starts))
        for future in waiting:
            yield future.result()
            done += 1
            if tell is not None:
                tell("comparing", done, len(starts))


def decisions(levels: PairLevels, score: Weights) -> npt.NDArray[np.int8]:
    """Certain, possible or none, as places in `DECISIONS`.

    As `matching.decide` says it of a described person, but without a lead: somebody may be there three times.
    """
    guarded = _guarded(levels)
    certain, possible, none = (DECISIONS.index(each) for each in (Outcome.CERTAIN, Outcome.POSSIBLE, Outcome.NONE))
    return np.select(
        [score < NONE_BELOW, (score >= CERTAIN_FROM) & ~guarded],
        [np.int8(none), np.int8(certain)],
        np.int8(possible),
    )


def _guarded(levels: PairLevels) -> Flags:
    """Whether a guard holds, asked once of each pattern of levels."""
    if not len(levels):
        return np.zeros(0, dtype=np.bool_)
    key = np.zeros(len(levels), dtype=np.int64)
    for column in levels.fields:
        key = key * 16 + (column.astype(np.int64) + 1)
    patterns, first, which = np.unique(key, return_index=True, return_inverse=True)
    held = np.fromiter(
        (guard_of(comparison_of(levels, int(place))) is not None for place in first), np.bool_, len(patterns)
    )
    return held[which]


_SCALES = (Forename, Surname, DateOfBirth, Place, SexAgreement, Number, MiddleName)


def comparison_of(levels: PairLevels, row: int) -> Comparison:
    """The levels of one pair as the scalar scorer knows them."""
    found = [
        None if column[row] < 0 else scale(int(column[row]))
        for scale, column in zip(_SCALES, levels.fields, strict=True)
    ]
    return Comparison(*found)  # pyright: ignore[reportArgumentType]


def _joined(parts: list[ScoredChunk], scorer: Scorer, blocked: Blocked) -> ScoredPairs:
    score = np.concatenate([part.scores.score for part in parts]) if parts else np.zeros(0)
    order = np.argsort(-score, kind="stable")

    def column(values: list[npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.concatenate(values)[order] if values else np.zeros(0, dtype=np.int32)

    fields = tuple(column([part.levels.fields[i] for part in parts]) for i in range(len(_SCALES)))
    extras = tuple(column([part.levels.extras[i] for part in parts]) for i in range(len(scorer.extras)))
    levels = PairLevels(fields, extras)  # pyright: ignore[reportArgumentType]
    return ScoredPairs(
        column([part.left for part in parts]),  # pyright: ignore[reportArgumentType]
        column([part.right for part in parts]),  # pyright: ignore[reportArgumentType]
        score[order],
        column([part.scores.household for part in parts]),  # pyright: ignore[reportArgumentType]
        levels,
        decisions(levels, score[order]),
        len(blocked.left),
        blocked.skipped,
        scorer.weights,
    )
