"""The application: every route, and what stands around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import create_engine
from registry.embedded_postgres import database_url
from registry.fhir.outcomes import OUTCOME_SCHEMA
from registry.http.bodies import BodyGuard
from registry.http.errors import install_error_answers
from registry.http.request_log import RequestLog
from registry.http.trust_headers import TrustHeaders
from registry.security.authenticate import CallerCache
from registry.settings import Settings
from registry.settings import settings as settings_of_process
from registry.values.clock import Clock, SystemClock

ROUTERS = (
    # In the order in which a request's path is compared with theirs: what is asked oftenest comes first.
    "registry.links.facade.api:router",
    "registry.fhir_api.routes:router",
    "registry.http.health:router",
    "registry.security.clients.api:router",
    "registry.transactions.api:router",
    "registry.transactions.finding.api:router",
    "registry.transactions.matters_api:router",
    "registry.transactions.notices.api:router",
    "registry.paper.api:router",
    "registry.monitoring.api:router",
)
"""Where the routes are, as module:name."""

DESCRIPTION = """
The register of England's GP lists: who is on which practice's list, and everything that follows from it.

Every error is an OperationOutcome whose `details.text` says what to do. Quote `X-Request-ID` when you ask about one.
"""


def create_app(
    settings: Settings | None = None, *, engine: AsyncEngine | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application. Without an engine it makes its own when it starts, and closes it when it ends."""
    chosen = settings or settings_of_process()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = engine or create_engine(database_url(chosen), chosen.pool_size)
        yield
        if engine is None:
            await app.state.engine.dispose()

    app = FastAPI(
        title="registry",
        version="1",
        description=DESCRIPTION.strip(),
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url="/docs",
        redoc_url=None,
        redirect_slashes=False,
        responses={
            "default": {
                "description": "The request could not be considered.",
                "content": {"application/json": {"schema": OUTCOME_SCHEMA}},
            }
        },
    )
    app.state.settings = chosen
    app.state.clock = clock or SystemClock()
    app.state.callers = CallerCache()
    for place in ROUTERS:
        app.include_router(_router(place))
    install_error_answers(app)
    # The last one added is the outermost.
    app.add_middleware(BodyGuard)
    app.add_middleware(RequestLog)
    app.add_middleware(TrustHeaders)
    return app


def _router(place: str) -> APIRouter:
    module, _, name = place.partition(":")
    router: APIRouter = getattr(import_module(module), name)
    return router
