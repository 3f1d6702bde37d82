"""The statements of the same requests, taken down from the application in this process, for pgbench to send again."""

import logging
from collections.abc import Mapping, Sequence

import httpx
import structlog

from benchmarks.capture import Recorder, Unit
from benchmarks.fhir.asked import Request
from registry.app import create_app
from registry.database import create_engine
from registry.http.answers import FHIR_BASE
from registry.settings import Settings

_WARM_UP = 5


async def captured(url: str, asked: Sequence[Request], tokens: Mapping[str, str]) -> list[list[Unit]]:
    """The units of work of each request, one request after the other; those of the first few are left out."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    engine = create_engine(url, 1)
    recorder = Recorder(engine)
    app = create_app(Settings(), engine=engine)  # pyright: ignore[reportCallIssue]  # filled from the environment
    found: list[list[Unit]] = []
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        for request in asked:
            before = len(recorder.units)
            answer = await client.request(
                request.method,
                f"{FHIR_BASE}/{request.path}",
                content=request.body or None,
                headers=dict(request.headers(tokens[request.practice])),
            )
            if answer.status_code not in (200, 201, 202):
                raise RuntimeError(f"{request.method} {request.path.partition('?')[0]}: {answer.status_code}")
            found.append(recorder.units[before:])
    await engine.dispose()
    return found[_WARM_UP:]
