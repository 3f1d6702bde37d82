"""The one store: metadata, engines, units of work, and rows written in one statement."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

import asyncpg
import orjson
from sqlalchemy import MetaData, Table, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the register. Constraints that keep a rule are named for the rule."""


def asyncpg_url(url: str) -> str:
    """A PostgreSQL URL in the form that the asyncpg driver is chosen by."""
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
        return f"postgresql+asyncpg://{rest}"
    raise ValueError("DATABASE_URL must start with postgresql://")


def create_engine(url: str, pool_size: int = 8) -> AsyncEngine:
    """An engine on asyncpg, with a pool of connections that never grows beyond its size."""
    return create_async_engine(
        asyncpg_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # what people are called must not travel in the text of an error
        connect_args={"server_settings": {"application_name": "registry", "timezone": "UTC", "jit": "off"}},
    )


@asynccontextmanager
async def unit_of_work(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction of the database: committed when the block ends, rolled back when it raises."""
    async with engine.begin() as connection:
        yield connection


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a write, where PostgreSQL told it."""
    cause = getattr(error.orig, "__cause__", None) or error.orig
    return getattr(cause, "constraint_name", None)


async def send(connection: AsyncConnection, statement: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """Send a statement in the driver's form ($1, $2 …) within the unit of work; returns its rows.

    For the few statements of which every transaction sends one: SQLAlchemy's execution takes
    several times as long as the rest of a round trip. Raises DBAPIError, as executing does.
    """
    assert connection.sync_connection is not None  # noqa: S101  (for the type checker)
    driver: asyncpg.Connection[Any] | None = connection.sync_connection.connection.driver_connection
    if driver is None or not driver.is_in_transaction():
        # SQLAlchemy begins a transaction with the first statement that it sends itself.
        result = await connection.exec_driver_sql(statement, tuple(parameters))
        return result.all() if result.returns_rows else ()
    try:
        return await driver.fetch(statement, *parameters)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
        raise kind(statement, None, error, hide_parameters=True, connection_invalidated=driver.is_closed()) from error


@dataclass(frozen=True, slots=True)
class Prebuilt:
    """A statement in the driver's form, and the names of its parameters in their order."""

    text: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, clause: TextClause) -> "Prebuilt":
        compiled = clause.compile(dialect=asyncpg_dialect())
        return cls(str(compiled), tuple(compiled.positiontup or ()))

    async def rows(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Send it with values by name; returns its rows. Raises DBAPIError."""
        return await send(connection, self.text, [values[name] for name in self.names])


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value)


def to_json(value: object) -> str:
    """JSON text of values as PostgreSQL reads them back: enums by value, bytes as hex."""
    return orjson.dumps(value, default=_plain).decode()


@dataclass(slots=True)
class Writes:
    """Rows to insert and rows to change, sent as one statement in one round trip.

    A unit of work decides first and then writes everything it decided. Each table's rows
    travel as one JSON parameter, so the text of the statement depends only on which tables
    and columns are touched, and is planned once for each connection. Constraints that two
    writes of one batch could pass through are deferrable.
    """

    _inserts: dict[tuple[Table, tuple[str, ...]], list[Mapping[str, Any]]] = field(default_factory=dict)
    _updates: dict[tuple[Table, tuple[str, ...]], list[Mapping[str, Any]]] = field(default_factory=dict)
    _deletes: dict[Table, list[Any]] = field(default_factory=dict)

    def insert(self, table: Table, **row: Any) -> None:
        """Add a row. Columns not named take their default."""
        self._inserts.setdefault((table, tuple(row)), []).append(row)

    def update(self, table: Table, key: Any, **changes: Any) -> None:
        """Change the named columns of the row whose primary key column `id` is `key`.

        A row may be changed once in a batch: PostgreSQL applies only one of two changes.
        """
        self._updates.setdefault((table, ("id", *changes)), []).append({"id": key, **changes})

    def changes(self, table: Table, key: Any) -> bool:
        """Whether a row is among those to be changed."""
        return any(row["id"] == key for (changed, _), rows in self._updates.items() if changed is table for row in rows)

    def delete(self, table: Table, key: Any) -> None:
        """Remove the row whose primary key column `id` is `key`."""
        self._deletes.setdefault(table, []).append(key)

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates or self._deletes)

    def statement(self) -> tuple[str, tuple[str, ...]]:
        """The text and its parameters."""
        parts: list[str] = []
        parameters: list[str] = []
        for (table, columns), rows in self._inserts.items():
            parameters.append(to_json(rows))
            parts.append(_insert_sql(table, columns, len(parameters)))
        for (table, columns), rows in self._updates.items():
            parameters.append(to_json(rows))
            parts.append(_update_sql(table, columns, len(parameters)))
        for table, keys in self._deletes.items():
            parameters.append(to_json(keys))
            parts.append(f"delete from {table.name} where {_keys_sql(len(parameters))}")
        named = ", ".join(f"w{number} as ({part})" for number, part in enumerate(parts))
        return f"with {named} select 1", tuple(parameters)

    async def flush(self, connection: AsyncConnection) -> None:
        """Send what has been gathered, and start afresh. Nothing gathered: nothing sent."""
        if not self:
            return
        text, parameters = self.statement()
        self._inserts.clear()
        self._updates.clear()
        self._deletes.clear()
        await send(connection, text, parameters)


@lru_cache(maxsize=1024)
def _insert_sql(table: Table, columns: tuple[str, ...], parameter: int) -> str:
    names = ", ".join(columns)
    return (
        f"insert into {table.name} ({names}) select {names}"
        f" from json_populate_recordset(null::{table.name}, ${parameter}::text::json)"
    )


@lru_cache(maxsize=1024)
def _update_sql(table: Table, columns: tuple[str, ...], parameter: int) -> str:
    changes = ", ".join(f"{name} = s.{name}" for name in columns if name != "id")
    return (
        f"update {table.name} t set {changes}"
        f" from json_populate_recordset(null::{table.name}, ${parameter}::text::json) s where t.id = s.id"
    )


def _keys_sql(parameter: int) -> str:
    return f"id in (select value::uuid from json_array_elements_text(${parameter}::text::json))"


def iso(value: date | datetime | None) -> str | None:
    """ISO 8601 text of a date or an instant, for JSON."""
    return None if value is None else value.isoformat()
