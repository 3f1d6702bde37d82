"""Figures for Prometheus."""

from prometheus_client import CollectorRegistry, Gauge, Histogram

METRICS = CollectorRegistry()
"""Our own registry: what a library adds to the global one is not published by accident."""

REQUEST_SECONDS = Histogram(
    "registry_request_seconds",
    "Time to answer a request.",
    ("method", "route", "status"),
    registry=METRICS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
JOBS = Gauge(
    "registry_jobs", "Jobs by name and state; failed ones wait for a person.", ("job", "state"), registry=METRICS
)
OLDEST_JOB_SECONDS = Gauge(
    "registry_oldest_job_seconds", "How long the oldest queued job has been due.", ("job",), registry=METRICS
)
POOL_IN_USE = Gauge(
    "registry_database_connections_in_use", "Connections of this process's pool in use.", registry=METRICS
)
