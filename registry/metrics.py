"""Figures for Prometheus."""

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

METRICS = CollectorRegistry()
"""Our own registry: what a library adds to the global one is not published by accident."""

REQUEST_SECONDS = Histogram(
    "registry_request_seconds",
    "Time to answer a request.",
    ("method", "route", "status"),
    registry=METRICS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

Sample = tuple[tuple[str, ...], float]
"""Values of the labels, and the figure."""


class _Now(Collector):
    """Gauges that are asked for when somebody looks, and kept nowhere."""

    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def gauge(name: str, meaning: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> GaugeMetricFamily:
    """A gauge as it stands now."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def exposition(now: Iterable[GaugeMetricFamily]) -> bytes:
    """All figures as text: what has been counted, of all processes of this server, and the gauges given."""
    counted = METRICS
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    present = CollectorRegistry()
    present.register(_Now(now))
    return generate_latest(counted) + generate_latest(present)
