"""The statements that units of work really send, with their parameters, as they happen."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry import database

Statement = tuple[str, tuple[Any, ...]]


@dataclass(slots=True)
class Unit:
    """One unit of work that was committed: of whom, and its statements between BEGIN and COMMIT."""

    of: int
    statements: list[Statement] = field(default_factory=list)

    @property
    def round_trips(self) -> int:
        """Each statement is one round trip, and so are BEGIN and COMMIT."""
        return len(self.statements) + 2


class Recorder:
    """Hears everything that an engine sends. `of_task` says on whose behalf a task works."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.units: list[Unit] = []
        self.of_task: dict[asyncio.Task[Any] | None, int] = {}
        self._open: dict[int, Unit] = {}
        for name, listener in (
            ("before_cursor_execute", self._executed),
            ("commit", self._committed),
            ("rollback", self._rolled_back),
        ):
            event.listen(engine.sync_engine, name, listener)
        self._hear_what_goes_to_the_driver()

    def _hear_what_goes_to_the_driver(self) -> None:
        """What SQLAlchemy is not asked to execute. The first statement of a unit of work it executes all the same."""
        send = database.send

        async def heard(connection: AsyncConnection, statement: str, parameters: Sequence[Any]) -> Any:
            assert connection.sync_connection is not None
            if id(connection.sync_connection) in self._open:
                self._note(connection.sync_connection, statement, parameters)
            return await send(connection, statement, parameters)

        database.send = heard

    def _executed(
        self, connection: Connection, cursor: Any, statement: str, parameters: Sequence[Any], *_: Any
    ) -> None:
        self._note(connection, statement, parameters)

    def _note(self, connection: Connection, statement: str, parameters: Sequence[Any]) -> None:
        unit = self._open.setdefault(id(connection), Unit(self.of_task.get(asyncio.current_task(), 0)))
        unit.statements.append((statement, tuple(parameters)))

    def _committed(self, connection: Connection) -> None:
        unit = self._open.pop(id(connection), None)
        if unit is not None:
            self.units.append(unit)

    def _rolled_back(self, connection: Connection) -> None:
        self._open.pop(id(connection), None)
