"""What is left behind: every row of the database, the statistics of its planner, logs, and the server's own log."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import text

from registry.logs import configure_logs
from tests.leaks.find import find
from tests.leaks.walk import Walk
from tests.leaks.world import World
from tests.support.databases import HOME

OUTSIDE = ("simulated_people", "simulated_registrations")
"""The national side as development imagines it: the world outside, which knows everybody."""

_TABLES = text(
    "select format('%I.%I', schemaname, tablename), tablename from pg_tables"
    " where schemaname not in ('pg_catalog', 'information_schema', 'vault') order by 1"
)
_STATISTICS = text(
    "select tablename || '.' || attname, s::text from pg_stats s"
    " where schemaname not in ('pg_catalog', 'information_schema')"
)
_STATEMENTS = text("select coalesce(query, '') from pg_stat_activity where datname = current_database()")


async def dump(world: World, walk: Walk) -> None:
    """Look at every row of every table outside the vault, as a copy of the database would show it."""
    async with world.engine.connect() as connection:
        for table, name in (await connection.execute(_TABLES)).all():
            if name in OUTSIDE:
                continue
            rows = list((await connection.execute(text(f"select to_jsonb(t)::text from {table} t"))).scalars())
            if find(walk.marks, "\n".join(rows), ""):
                for row in rows:
                    walk.look(f"table {name}", row, row[:80])
        for column, row in (await connection.execute(_STATISTICS)).all():
            walk.look(f"pg_stats of {column}", row)
        for statement in (await connection.execute(_STATEMENTS)).scalars():
            walk.look("pg_stat_activity", statement)


@contextmanager
def logs(walk: Walk) -> Iterator[None]:
    """Look at everything that is logged meanwhile, by us and by libraries, down to debugging."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logs("walk", stream, logging.DEBUG)
    for ours in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(ours).setLevel(logging.WARNING)  # the caller's own
    # What is remembered would log into our stream after the walk.
    structlog.configure(cache_logger_on_first_use=False)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = before
        root.setLevel(level)
        for line in stream.getvalue().splitlines():
            walk.look("log", line)


@contextmanager
def server_log(walk: Walk) -> Iterator[None]:
    """Look at what PostgreSQL logs meanwhile, where the server is our own."""
    path = _server_log()
    begin = path.stat().st_size if path else 0
    yield
    if path is not None:
        with path.open("rb") as file:
            file.seek(begin)
            walk.look("log of PostgreSQL", file.read())


def _server_log() -> Path | None:
    if os.environ.get("REGISTRY_TEST_DATABASE_URL"):
        return None
    return next((path for path in HOME.rglob("*.log") if "postgres" in path.name), None)
