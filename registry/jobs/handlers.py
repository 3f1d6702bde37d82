"""Which function does which job, and which jobs come back by the clock."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.database import unit_of_work
from registry.settings import Settings
from registry.values.actor import Actor, ActorKind
from registry.values.clock import Clock

Payload = dict[str, Any]
"""What a job needs to know: ids and codes, as JSON carries them."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a handler works with. `resources` holds what the worker has opened, such as clients."""

    engine: AsyncEngine
    clock: Clock
    settings: Settings
    resources: dict[str, Any] = field(default_factory=dict)

    def unit_of_work(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction of the handler's own. It opens as many as it needs, and none while it waits for a network."""
        return unit_of_work(self.engine)


JobHandler = Callable[[JobContext, Payload], Awaitable[None]]
"""Does one job. May be called twice for one job, and must then change nothing the second time."""

HANDLERS: dict[str, JobHandler] = {}
SCHEDULES: dict[str, str] = {}
"""Cron expressions (UTC) by the name of the job."""


def handler(name: str) -> Callable[[JobHandler], JobHandler]:
    """Declare the function that does the jobs of a name. Two for one name: ValueError."""

    def register(function: JobHandler) -> JobHandler:
        if HANDLERS.setdefault(name, function) is not function:
            raise ValueError(f"{name} has two handlers")
        return function

    return register


def schedule(name: str, cron: str) -> None:
    """Have a job of this name enqueued by the clock, with an empty payload."""
    SCHEDULES[name] = cron


def job_actor(name: str) -> Actor:
    """The actor for what a job does."""
    return Actor(ActorKind.JOB, name)
