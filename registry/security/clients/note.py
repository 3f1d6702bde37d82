"""Every token that was given or refused is an event of the audit: who asked, and never what was sent.

Whoever is nobody's client can ask without end, and must not fill the audit by it: what is refused more often than so
many times a minute is counted, and the next event tells how many.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record
from registry.database import Writes
from registry.errors import RequestError
from registry.security.clients.store import Client
from registry.values.actor import Actor, ActorKind

MOST_EVENTS = 60
"""Refusals of one client, or of all strangers together, that are events in one minute in one process."""
STRANGER = Actor(ActorKind.SYSTEM, "client:unknown")


@dataclass(slots=True)
class _Minute:
    began: float
    events: int = 0
    left_out: int = 0


@dataclass(slots=True)
class RefusalBudget:
    """How many refusals of each client were noted in this minute."""

    now: Callable[[], float] = time.monotonic
    _minutes: dict[str, _Minute] = field(default_factory=dict)

    def take(self, name: str) -> int | None:
        """How many were left out before this one, which is to be noted; None where it is to be left out as well."""
        minute = self._minutes.setdefault(name, _Minute(self.now()))
        if self.now() - minute.began >= 60:
            minute.began, minute.events = self.now(), 0
        if minute.events >= MOST_EVENTS:
            minute.left_out += 1
            return None
        minute.events += 1
        left_out, minute.left_out = minute.left_out, 0
        return left_out


async def note_refusal(
    connection: AsyncConnection, client: Client | None, error: RequestError, now: datetime, left_out: int
) -> None:
    """Record a refusal: its status, and which part of the request was at fault."""
    subject: dict[str, object] = {"status": error.status, "error": error.code, "at_fault": error.field}
    if client is not None:
        subject["client"] = str(client.id)
    if left_out:
        subject["not_noted_before"] = left_out
    writes = Writes()
    record(writes, STRANGER if client is None else client.actor, "token.refused", now, subject=subject)
    await writes.flush(connection)


async def note_token(
    connection: AsyncConnection, client: Client, actor: Actor, now: datetime, subject: dict[str, object]
) -> None:
    """Record a token that was given."""
    writes = Writes()
    record(writes, actor, "token.issued", now, subject={"client": str(client.id), **subject})
    await writes.flush(connection)
