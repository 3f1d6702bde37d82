"""How good a file of pairs is, whoever wrote it: the figures of `registry match evaluate`, in a process of its own.

Run as `python -m benchmarks.matching.quality PAIRS TRUTH`; prints JSON.
"""

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from registry.matching.evaluate.intervals import Estimate
from registry.matching.evaluate.measures import Measures, Point
from registry.matching.evaluate.report import Wanted, evaluate

Interval = tuple[float, float, float]
"""A measured value, and the 95 % interval around it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What the tables show of a file of pairs."""

    true_pairs: int
    pairs: int
    reached: float
    """The share of the true pairs that are among the pairs at all."""
    f1: Interval
    precision: float
    recall: float
    recall_at_99: Interval
    recall_at_999: Interval


def quality_of(measures: Measures) -> Quality:
    """The figures of a measured file; nothing found is 0."""
    best = measures.best
    return Quality(
        measures.true_pairs,
        measures.pairs,
        measures.ceiling.value or 0.0,
        _interval(best and best.f1),
        (best and best.precision.value) or 0.0,
        (best and best.recall.value) or 0.0,
        _interval(_recall(measures.at_99)),
        _interval(_recall(measures.at_999)),
    )


def _recall(point: Point | None) -> Estimate | None:
    return point and point.recall


def _interval(estimate: Estimate | None) -> Interval:
    if estimate is None:
        return 0.0, 0.0, 0.0
    return estimate.value or 0.0, estimate.low or 0.0, estimate.high or 0.0


def measured(pairs: Path, truth: Path) -> dict[str, Any]:
    """The quality of a file, and what its own words (certain, possible) are worth where it has any."""
    report = evaluate(Wanted(pairs, truth))
    calls = report.calls if report.decided else {}
    return {
        "quality": asdict(quality_of(report.measures)),
        "calls": {name: asdict(call) for name, call in calls.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("truth", type=Path)
    chosen = parser.parse_args()
    sys.stdout.buffer.write(orjson.dumps(measured(chosen.pairs, chosen.truth)))


if __name__ == "__main__":
    main()
