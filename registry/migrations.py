"""Bringing the database to the schema that this code expects."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

FOLDER = Path(__file__).resolve().parent.parent / "alembic"
"""Where the migrations are: beside the package in the checkout."""

_TURN = {"key": 7_203_114_011}
"""Key of the advisory lock under which migrations run."""

_CURRENT = text("select version_num from alembic_version")


@cache
def newest_revision() -> str:
    """The number of the last migration, from the names of the files (NNNN_what.py)."""
    numbers = [path.name[:4] for path in (FOLDER / "versions").glob("*.py") if re.match(r"\d{4}_", path.name)]
    if not numbers:
        raise RuntimeError(f"no migrations in {FOLDER}")
    return max(numbers)


async def current_revision(connection: AsyncConnection) -> str | None:
    """The revision that a database is at, or None where nothing has been made yet."""
    try:
        return (await connection.execute(_CURRENT)).scalar_one_or_none()
    except ProgrammingError:
        await connection.rollback()
        return None


async def migrate(engine: AsyncEngine, revision: str = "head") -> bool:
    """Migrate the engine's database to a revision. Returns whether there was anything to do.

    Two processes may call this at once: they take turns. A migration that cannot have its
    lock within five seconds fails, and the database stays at the migration before it.
    """
    async with engine.connect() as connection:
        before = await current_revision(connection)
        if before == (newest_revision() if revision == "head" else revision):
            return False
        async with one_at_a_time(connection):
            before = await current_revision(connection)
            await connection.rollback()
            await connection.run_sync(_upgrade, revision)
            return await current_revision(connection) != before


@asynccontextmanager
async def one_at_a_time(connection: AsyncConnection) -> AsyncIterator[None]:
    """Wait for whoever is migrating this database, and make others wait for us."""
    await connection.execute(text("select pg_advisory_lock(:key)"), _TURN)
    await connection.commit()
    try:
        yield
    finally:
        await connection.rollback()
        await connection.execute(text("reset lock_timeout"))
        await connection.execute(text("select pg_advisory_unlock(:key)"), _TURN)
        await connection.commit()


def _upgrade(connection: Connection, revision: str) -> None:
    # Imported here: most starts find nothing to do, and loading it takes a quarter of a second.
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, revision)
