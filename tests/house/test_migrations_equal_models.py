"""The migrations make the tables that the models describe."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

import registry.tables  # noqa: F401  (fills the metadata)
from registry.database import metadata
from registry.jobs.models import is_queue_object
from registry.migrations import FOLDER
from tests.support.catalogue import catalogue
from tests.support.databases import Database

INDEX_CHANGES = ("add_index", "remove_index")


def difference(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_server_default": True,
            "include_object": lambda _thing, name, kind, reflected, _: not (reflected and is_queue_object(kind, name)),
        },
    )
    found = list(compare_metadata(context, metadata))
    # An index on an expression is written differently by PostgreSQL, and seen as another one;
    # the catalogues below are compared in PostgreSQL's own words.
    removed = {entry[1].name for entry in found if entry[0] == "remove_index"}
    added = {entry[1].name for entry in found if entry[0] == "add_index"}
    return [entry for entry in found if entry[0] not in INDEX_CHANGES or entry[1].name not in removed & added]


async def test_there_is_nothing_left_to_generate(database: Database):
    async with database.engine.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_tables_made_from_the_models_are_the_same_to_the_last_constraint(database: Database):
    """Finer than the comparison above, which does not see exclusions, predicates, or what is deferred."""
    async with database.engine.connect() as connection:
        migrated = await catalogue(connection)
        names = ", ".join(table.name for table in metadata.sorted_tables)
        await connection.execute(text(f"drop table {names} cascade"))
        await connection.run_sync(metadata.create_all)
        modelled = await catalogue(connection)
        await connection.rollback()
    assert sorted(migrated - modelled) == []
    assert sorted(modelled - migrated) == []


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (FOLDER / "versions").glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))
