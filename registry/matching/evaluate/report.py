"""The whole evaluation of a file of pairs: what is asked for, how it is worked out, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from registry.matching.batch.clusters import clusters_of
from registry.matching.evaluate.bootstrap import Units
from registry.matching.evaluate.calibration import Calibration, calibrate
from registry.matching.evaluate.called import Called, calls
from registry.matching.evaluate.curve import Curve, curve_of
from registry.matching.evaluate.fairness import Section, section
from registry.matching.evaluate.hard_negatives import (
    HardNegatives,
    WrongByKind,
    measure_hard_negatives,
    open_hard_negatives,
    wrong_by_kind,
)
from registry.matching.evaluate.joined import ClusterMeasures, measure_clusters, open_clusters
from registry.matching.evaluate.label import LabelledPairs, Noticed, label
from registry.matching.evaluate.measures import RESAMPLES, Measures, Point, measure
from registry.matching.evaluate.membership import Counted, count_column, gather_judged, open_about
from registry.matching.evaluate.scored_pairs import open_pairs, read_pairs
from registry.matching.evaluate.source import Source, session
from registry.matching.evaluate.truth import ends, open_truth, read_truth

if TYPE_CHECKING:
    import duckdb

CURVE_POINTS = 200
"""Of the precision-recall curve in the report."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to evaluate: files, and the columns of `groups` by what they are."""

    pairs: Path
    truth: Path
    clusters: Path | None = None
    groups: Path | None = None
    group: tuple[str, ...] = ()
    """Columns of one value a person."""
    tags: tuple[str, ...] = ()
    """Columns of words between blanks, or of lists: kinds of error."""
    kind: tuple[str, ...] = ()
    """Columns of kinds of people whose wrong pairs are counted: twins, juniors."""
    hard_negatives: Path | None = None
    resamples: int = RESAMPLES
    seed: int = 1


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Precision and recall at a threshold."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that an evaluation says. `calls`: a point for each word or threshold that calls pairs one person."""

    noticed: Noticed
    measures: Measures
    decided: bool
    """Whether the calls are the words of the column decision; otherwise they are thresholds."""
    calls: dict[str, Point]
    calibration: Calibration
    curve: tuple[CurvePoint, ...]
    clusters: ClusterMeasures | None = None
    groups: tuple[Section, ...] = ()
    tags: tuple[Section, ...] = ()
    kinds: dict[str, tuple[WrongByKind, ...]] = field(default_factory=dict)
    hard_negatives: tuple[HardNegatives, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sources:
    pairs: Source
    truth: Source
    clusters: Source | None
    about: Source | None
    hard: Source | None


STEPS = 6
"""How often `evaluate` tells how far it is."""


def evaluate(wanted: Wanted, tell: Callable[[int], None] = lambda _: None) -> Report:
    """Evaluate a file of pairs. All files are opened and their columns checked before any is read.

    Unusable with a sentence where a file cannot be used. Nothing is written to disk.
    """
    db = session()
    try:
        return _evaluate(db, wanted, _open(db, wanted), tell)
    finally:
        db.close()


def _open(db: "duckdb.DuckDBPyConnection", wanted: Wanted) -> _Sources:
    columns = (*wanted.group, *wanted.tags, *wanted.kind)
    return _Sources(
        open_pairs(db, wanted.pairs),
        open_truth(db, wanted.truth),
        None if wanted.clusters is None else open_clusters(db, wanted.clusters),
        None if wanted.groups is None else open_about(db, wanted.groups, columns),
        None if wanted.hard_negatives is None else open_hard_negatives(db, wanted.hard_negatives),
    )


def _evaluate(
    db: "duckdb.DuckDBPyConnection", wanted: Wanted, sources: _Sources, tell: Callable[[int], None]
) -> Report:
    truth = read_truth(db, sources.truth)
    tell(1)
    labelled = label(read_pairs(db, sources.pairs), truth)
    tell(2)
    people = db.execute("select count(*) from people").fetchall()[0][0]
    measures = measure(
        labelled.score,
        labelled.is_true,
        len(truth.keys),
        resamples=wanted.resamples,
        seed=wanted.seed,
        units=_units(labelled, people),
    )
    called = calls(labelled, measures)
    tell(3)
    clusters = sources.clusters and measure_clusters(db, sources.clusters, truth.keys, truth.knows_everybody)
    tell(4)
    groups, tags, kinds = _by_group(db, sources.about, wanted, labelled, called)
    tell(5)
    hard = measure_hard_negatives(db, sources.hard, labelled, called) if sources.hard else ()
    tell(6)
    return Report(
        noticed=labelled.noticed,
        measures=measures,
        decided=labelled.decision is not None,
        calls={call.name: call.point(labelled) for call in called},
        calibration=calibrate(labelled.score, labelled.probability, labelled.is_true),
        curve=_thinned(labelled),
        clusters=clusters,
        groups=groups,
        tags=tags,
        kinds=kinds,
        hard_negatives=hard,
    )


def _units(labelled: LabelledPairs, people: int) -> Units:
    """Pairs of one person go together: the person of a pair is that of its lower record."""
    left, right = ends(labelled.true_keys)
    person = clusters_of(people, left, right, np.zeros(len(left))).cluster
    return Units(person[ends(labelled.keys)[0]], np.bincount(person[left], minlength=people))


def _by_group(
    db: "duckdb.DuckDBPyConnection",
    about: Source | None,
    wanted: Wanted,
    labelled: LabelledPairs,
    called: Sequence[Called],
) -> tuple[tuple[Section, ...], tuple[Section, ...], dict[str, tuple[WrongByKind, ...]]]:
    if about is None or not called:
        return (), (), {}
    gather_judged(db, labelled, called)
    names = [call.name for call in called]

    def counted(column: str, words: bool) -> tuple[Counted, ...]:
        return count_column(db, about, column, len(called), words=words)

    return (
        tuple(section(column, counted(column, words=False), names) for column in wanted.group),
        tuple(section(column, counted(column, words=True), names) for column in wanted.tags),
        {column: wrong_by_kind(counted(column, words=True), names) for column in wanted.kind},
    )


def _thinned(labelled: LabelledPairs) -> tuple[CurvePoint, ...]:
    """The curve at evenly spaced recalls, and its last point."""
    scored = ~np.isnan(labelled.score)
    curve, total = curve_of(labelled.score[scored], labelled.is_true[scored]), len(labelled.true_keys)
    if not len(curve) or not total:
        return ()
    places = np.searchsorted(curve.right, np.linspace(0, curve.right[-1], CURVE_POINTS))
    places = np.unique(np.append(np.minimum(places, len(curve) - 1), len(curve) - 1))
    return tuple(_point(curve, int(place), total) for place in places)


def _point(curve: Curve, place: int, total: int) -> CurvePoint:
    pairs, right = int(curve.pairs[place]), int(curve.right[place])
    return CurvePoint(float(curve.threshold[place]), right / pairs, right / total)
