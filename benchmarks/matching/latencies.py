"""Waiting times in short."""

import statistics
from collections.abc import Sequence


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Mean, percentiles and the longest of at least two waiting times, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=1000, method="inclusive")
    found = {"mean": statistics.fmean(seconds), "p50": cuts[499], "p95": cuts[949], "p99": cuts[989]}
    return {name: value * 1000 for name, value in {**found, "max": max(seconds)}.items()}


def counts(numbers: Sequence[int]) -> dict[str, float]:
    """Median, 99th percentile and the largest of at least two counts."""
    cuts = statistics.quantiles(numbers, n=100, method="inclusive")
    return {"p50": cuts[49], "p99": cuts[98], "max": max(numbers)}
