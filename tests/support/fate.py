"""A process that dies before its n-th step, so that every place between two steps is tried."""

import os
import sys
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

DIED = 9
"""The exit status of one that died so."""


class Fate:
    """Counts steps and ends the process before one of them: a statement, a commit, the renaming of a file."""

    def __init__(self, last: int) -> None:
        self.left = last

    def step(self, *_: object) -> None:
        if self.left == 0:
            os._exit(DIED)
        self.left -= 1

    def watch(self, engine: AsyncEngine) -> None:
        """Count what SQLAlchemy sends, what goes to the driver past it, commits, and renamed files."""
        event.listen(engine.sync_engine, "before_cursor_execute", self.step)
        event.listen(engine.sync_engine, "commit", self.step)
        sys.addaudithook(lambda name, _: self.step() if name == "os.rename" else None)
        fetch = asyncpg.Connection.fetch

        async def counted(*values: Any, **named: Any) -> Any:
            self.step()
            return await fetch(*values, **named)

        asyncpg.Connection.fetch = counted
