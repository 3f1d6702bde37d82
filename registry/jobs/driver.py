"""The job library on a connection of ours."""

import asyncio
from typing import Any

from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver, NotifyCallback
from sqlalchemy.ext.asyncio import AsyncConnection


class ConnectionDriver(Driver):
    """Runs the library's statements on one SQLAlchemy connection, within its transaction.

    The library's own driver would speak to the bare connection underneath, where no
    transaction has begun until our first statement: a job enqueued first would commit alone.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        rows = await self._connection.exec_driver_sql(query, _parameters(args))
        return [dict(row) for row in rows.mappings()]

    async def execute(self, query: str, *args: object) -> str:
        return str((await self._connection.exec_driver_sql(query, _parameters(args))).rowcount)

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("select pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        raise NotImplementedError("a unit of work does not listen")

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> "ConnectionDriver":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


def _parameters(arguments: tuple[object, ...]) -> Any:
    return arguments
