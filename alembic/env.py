"""Runs migrations, on a connection that is handed in or on one of the settings' database."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from registry.database import create_engine, metadata
from registry.embedded_postgres import database_url
from registry.jobs.models import is_queue_object
from registry.migrations import one_at_a_time
from registry.settings import settings


def include_object(_thing: object, name: str | None, kind: str, reflected: bool, _compared: object) -> bool:
    """The job queue's objects belong to its library and are in no model of ours."""
    return not (reflected and is_queue_object(kind, name))


def run(connection: Connection) -> None:
    """Bring the database to the revision asked for. Each migration commits by itself."""
    # Old code runs while a new schema arrives: rather give up than make everybody queue behind us.
    connection.execute(text("set lock_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on_own_engine() -> None:
    """For the `alembic` command, which hands in no connection and may compare models with tables."""
    import registry.tables  # noqa: F401  (fills the metadata; upgrades do without it)

    engine = create_engine(database_url(settings()), pool_size=1)
    async with engine.connect() as connection, one_at_a_time(connection):
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    asyncio.run(run_on_own_engine())
