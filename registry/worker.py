"""The worker: does the jobs, in a process of its own."""

import asyncio
import signal
from importlib import import_module

import structlog

from registry.database import create_engine
from registry.embedded_postgres import database_url
from registry.jobs.handlers import JobContext
from registry.jobs.work import run_worker
from registry.logs import places
from registry.settings import Settings
from registry.values.clock import Clock, SystemClock

HANDLER_MODULES = (
    "registry.jobs.housekeeping",
    "registry.security.clients.housekeeping",
    "registry.matching.count_names",
    "registry.pds.ask",
    "registry.pds.refill",
    "registry.links.resume",
    "registry.fhir_api.once",
    "registry.fhir_api.lists.jobs",
    "registry.transactions.trail.watch_reading",
    "registry.fhir_api.events.jobs",
    "registry.transactions.sweep.night",
    "registry.due",
)
"""Modules that declare handlers. Whoever does jobs loads them all first."""

log = structlog.get_logger("registry.worker")


def load_handlers() -> None:
    """Import every module that declares a handler."""
    for module in HANDLER_MODULES:
        import_module(module)


async def work(settings: Settings, stop: asyncio.Event, clock: Clock | None = None) -> None:
    """Do jobs until `stop` is set. Those in hand are finished first."""
    load_handlers()
    url = database_url(settings)
    engine = create_engine(url, settings.pool_size)
    try:
        log.info("worker.started")
        await run_worker(url, JobContext(engine, clock or SystemClock(), settings), stop)
    finally:
        await engine.dispose()
        log.info("worker.stopped")


def main(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM."""

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await work(settings, stop)

    try:
        asyncio.run(until_told())
    except Exception as error:
        # The supervisor starts us again; a traceback would print what people are called.
        log.error("worker.failed", error=type(error).__name__, at=places(error))
        raise SystemExit(1) from None
