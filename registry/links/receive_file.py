"""One file from a practice to its end: received, what follows done, and every reply on its way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import Uuid

from registry.links.consider_interchange import done_before
from registry.links.deliver import deliver_files
from registry.links.receive_interchange import receive
from registry.links.received import Line, Received
from registry.links.send import send
from registry.policies.store import PolicyStore
from registry.values.clock import Clock

WhatFollows = Callable[[AsyncEngine, Clock], Awaitable[None]]
"""Does the work that an interchange has asked for, such as asking the national side."""

_CONCERNED = text(
    """
    select p.id, p.trading_partner_code as code from practices p where p.id = :sender or p.id in (
      select m.practice_id from practice_messages m join transactions t on t.id = m.transaction_id
      where t.interchange_id = :interchange)
    """
).bindparams(bindparam("sender", type_=Uuid), bindparam("interchange", type_=Uuid))


@dataclass(frozen=True, slots=True)
class FileReceived:
    """The answer to the interchange, with transactions as they are after what followed, and the replies' files."""

    received: Received
    replies: tuple[Path, ...]

    def objects(self, file: str) -> list[dict[str, Any]]:
        """One plain object for each transaction and receipt; one for an interchange of which nothing was taken."""
        received = self.received
        about = {
            "file": file,
            "kind": received.kind,
            "sender": received.sender,
            "recipient": received.recipient,
            "interchange": received.sequence,
            "interchange_state": received.state,
        }
        lines = received.lines or (Line(None, None, None, received.state, problem=received.problem),)
        return [{**about, **line.stored(), "warnings": [*received.warnings, *line.warnings]} for line in lines]


async def receive_file(
    engine: AsyncEngine,
    clock: Clock,
    policies: PolicyStore,
    data: bytes,
    what_follows: WhatFollows,
    reply_folder: Path,
) -> FileReceived:
    """Receive a file's bytes and write the replies: the receipt first, then what the transactions
    caused, to whichever practice. Raises OSError where the folder cannot be written to; the
    replies then stay due.
    """
    received = await receive(engine, clock, policies, data)
    await what_follows(engine, clock)
    concerned = await _concerned(engine, received)
    await send(engine, clock, list(concerned))
    recipients = {received.sender, *concerned.values()} - {""}
    replies = await deliver_files(engine, clock, reply_folder, recipients)
    return FileReceived(await _as_it_is_now(engine, received), tuple(replies))


async def _concerned(engine: AsyncEngine, received: Received) -> dict[UUID, str]:
    """The practices that may hear something, with their partner codes."""
    async with engine.connect() as connection:
        values = {"sender": received.practice_id, "interchange": received.considered_id}
        return {row.id: row.code for row in await connection.execute(_CONCERNED, values)}


async def _as_it_is_now(engine: AsyncEngine, received: Received) -> Received:
    """What was waiting for the national side may have been decided since."""
    async with engine.connect() as connection:
        now = {line.transaction_id: line for line in (await done_before(connection, received.considered_id)).values()}
    lines = (
        replace(line, state=now[line.transaction_id].state, outcome=now[line.transaction_id].outcome,
                sentence=now[line.transaction_id].sentence)
        if line.transaction_id in now and line.transaction_id is not None
        else line
        for line in received.lines
    )  # fmt: skip
    return replace(received, lines=tuple(lines))
