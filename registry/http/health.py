"""For machines that watch: alive, ready, and figures."""

from typing import Any, cast

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response

from registry.events.lag import Lag, lag
from registry.http.answers import json_answer
from registry.http.dependencies import engine_of
from registry.jobs.housekeeping import queue_lengths
from registry.metrics import exposition, gauge
from registry.migrations import current_revision, newest_revision

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="This process is alive")
async def healthz() -> Response:
    return json_answer({"status": "alive"})


@router.get("/readyz", summary="This process can do its work: the database answers and has this code's schema")
async def readyz(request: Request) -> Response:
    try:
        async with engine_of(request).connect() as connection:
            found = await current_revision(connection)
    except (SQLAlchemyError, OSError):
        return _not_ready("the database does not answer")
    if found != newest_revision():
        return _not_ready(f"the database is at migration {found}, this code wants {newest_revision()}")
    return json_answer({"status": "ready", "migration": found})


def _not_ready(reason: str) -> Response:
    return json_answer({"status": "not ready", "reason": reason}, status=503)


@router.get("/metrics", summary="Figures for Prometheus")
async def metrics(request: Request) -> Response:
    engine = engine_of(request)
    in_use = float(cast(Any, engine.pool).checkedout())
    pool = gauge("registry_database_connections_in_use", "Connections of this process in use.", (), [((), in_use)])
    return Response(exposition([pool, *await _queue_gauges(engine)]), media_type=CONTENT_TYPE_LATEST)


async def _queue_gauges(engine: AsyncEngine) -> list[GaugeMetricFamily]:
    """The gauges of the job queue, and of events that wait; none when the database does not answer."""
    try:
        async with engine.connect() as connection:
            lengths = await queue_lengths(connection)
            events = await lag(connection)
    except (SQLAlchemyError, OSError):
        return []
    jobs = [((length.name, length.state), float(length.jobs)) for length in lengths]
    oldest = [((length.name,), max(0.0, length.oldest_seconds)) for length in lengths if length.state == "queued"]
    return [
        gauge("registry_jobs", "Jobs by name and state; failed ones wait for a person.", ("job", "state"), jobs),
        gauge("registry_oldest_job_seconds", "How long the oldest queued job has been due.", ("job",), oldest),
        *_event_gauges(events),
    ]


def _event_gauges(now: Lag) -> list[GaugeMetricFamily]:
    figures = (
        ("registry_events_unnumbered", "Events that are not numbered yet.", float(now.waiting)),
        ("registry_oldest_unnumbered_event_seconds", "How long ago the oldest of them was noted.", now.oldest_seconds),
        ("registry_events_untold", "Events that endpoints of subscriptions have not taken yet.", float(now.untold)),
        ("registry_endpoints_failing", "Endpoints that did not take the last notification.", float(now.failing)),
    )
    statuses = [((status,), float(count)) for status, count in now.subscriptions.items()]
    return [
        *(gauge(name, meaning, (), [((), figure)]) for name, meaning, figure in figures),
        gauge("registry_subscriptions", "Subscriptions by status.", ("status",), statuses),
    ]
