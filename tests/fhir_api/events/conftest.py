"""Fixtures for events by FHIR."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registry.database import unit_of_work
from registry.fhir_api.events.jobs import follow_events
from registry.jobs.drain import drain
from registry.jobs.handlers import JobContext
from registry.settings import Settings
from registry.values.clock import FixedClock
from registry.worker import load_handlers
from tests.fhir_api.conftest import Fhir
from tests.fhir_api.events.support import note


@dataclass(slots=True)
class Endpoint:
    """A client's server on this machine: keeps what it is sent, and answers as it is told."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: Callable[[], Response] = lambda: Response(status_code=200)

    async def take(self, request: Request) -> Response:
        answer = self.answers()
        if answer.status_code < 300:
            self.taken.append(await request.json())
        return answer


@pytest_asyncio.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    made = Endpoint()
    app = Starlette(routes=[Route("/hook", made.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{port}/hook"
    yield made
    await server.shutdown()


@dataclass(slots=True)
class Clockwork:
    """The register's jobs about events, done when a test says so."""

    context: JobContext
    clock: FixedClock
    fhir: Fhir

    async def strike(self) -> None:
        """Number what has happened, and tell every endpoint for which it is time."""
        await follow_events(self.context, {})
        await drain(self.context)

    async def happen(self, code: str, count: int = 1) -> None:
        """Events of a practice that are about some work."""
        [(practice_id,)] = await self.fhir.rows("select id from practices where ods_code = :code", code=code)
        async with unit_of_work(self.fhir.database.engine) as connection:
            for _ in range(count):
                await note(connection, practice_id)

    async def person_changes(self, number: str) -> None:
        async with unit_of_work(self.fhir.database.engine) as connection:
            await connection.execute(
                text("update patients set version = version + 1 where nhs_number = :n"), {"n": number}
            )

    async def held(self, subscription_id: str) -> dict[str, Any]:
        """The row of a subscription."""
        async with self.fhir.database.engine.connect() as connection:
            rows = await connection.execute(
                text("select * from event_subscriptions where id = :id"), {"id": UUID(subscription_id)}
            )
            return dict(rows.mappings().one())


@pytest.fixture
def clockwork(fhir: Fhir, settings: Settings, clock: FixedClock) -> Clockwork:
    load_handlers()
    return Clockwork(JobContext(fhir.database.engine, clock, settings), clock, fhir)
