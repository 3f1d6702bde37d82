"""For machines that watch: alive, ready, and figures."""

from typing import Any, cast

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response

from registry.http.answers import json_answer
from registry.http.dependencies import engine_of
from registry.jobs.housekeeping import queue_lengths
from registry.metrics import JOBS, METRICS, OLDEST_JOB_SECONDS, POOL_IN_USE
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
    await _measure_queue(engine)
    POOL_IN_USE.set(cast(Any, engine.pool).checkedout())
    return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)


async def _measure_queue(engine: AsyncEngine) -> None:
    """Set the gauges of the job queue; leave them out when the database does not answer."""
    JOBS.clear()
    OLDEST_JOB_SECONDS.clear()
    try:
        async with engine.connect() as connection:
            lengths = await queue_lengths(connection)
    except (SQLAlchemyError, OSError):
        return
    for length in lengths:
        JOBS.labels(length.name, length.state).set(length.jobs)
        if length.state == "queued":
            OLDEST_JOB_SECONDS.labels(length.name).set(max(0.0, length.oldest_seconds))
