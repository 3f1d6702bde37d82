"""The reserve of numbers, when the API starts: a fresh server can give numbers at once, with or without a worker."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from registry.database import create_engine
from registry.jobs.handlers import JobContext
from registry.pds.refill import refill
from registry.settings import Settings
from registry.values.clock import SystemClock

log = structlog.get_logger("registry.pds")


def fill_reserve(settings: Settings, url: str) -> None:
    """Have numbers set aside where too few are. Whatever stands in the way is logged, and the API starts: most of
    what it does needs no number, and the worker tries on."""
    try:
        came = asyncio.run(_fill(settings, url))
    except (DBAPIError, LookupError, OSError) as error:
        log.warning("numbers.not-filled", error=type(error).__name__)
        return
    if came:
        log.info("numbers.filled", came=came)


async def _fill(settings: Settings, url: str) -> int:
    engine = create_engine(url, pool_size=2)
    try:
        return await refill(JobContext(engine, SystemClock(), settings))
    finally:
        await engine.dispose()
