"""What waits for practices leaves in interchanges: numbered, written and stored in one unit of work.

The transport takes the stored bytes afterwards (`deliver`). Sent again, an interchange keeps
its bytes and its numbers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.from_messages import PracticeMessage, to_items
from registry.links.models import interchanges
from registry.links.outbox import number_waiting, practices_waiting, unsent
from registry.links.sequences import Drawn, draw
from registry.retry import retrying
from registry.transactions.models import practice_messages
from registry.values.clock import Clock
from registry.values.organisation import link_code

MOST_TRANSACTIONS = 50
"""In one interchange. Practices' systems take an interchange whole or not at all, so it is kept small."""
_GOES_ALONE = "F8"


@dataclass(frozen=True, slots=True)
class Sent:
    """An interchange that was made. `transactions` counts what it carries."""

    interchange_id: UUID
    practice_id: UUID
    sender: str
    recipient: str
    sequence: int
    messages: int
    transactions: int


async def send(engine: AsyncEngine, clock: Clock, practices: Collection[UUID] | None = None) -> list[Sent]:
    """Make interchanges of everything that waits, for the named practices or for all.

    Each interchange is a unit of work of its own; messages keep the order in which they were decided.
    """
    async with engine.connect() as connection:
        waiting = sorted(await practices_waiting(connection))
    made: list[Sent] = []
    for practice_id in waiting:
        if practices is not None and practice_id not in practices:
            continue
        while (sent := await _send_some(engine, clock, practice_id)) is not None:
            made.append(sent)
    return made


async def _send_some(engine: AsyncEngine, clock: Clock, practice_id: UUID) -> Sent | None:
    async def act(connection: AsyncConnection) -> Sent | None:
        await number_waiting(connection, practice_id)
        waiting = await unsent(connection, practice_id, MOST_TRANSACTIONS)
        return await _write(connection, clock, waiting) if waiting else None

    return await retrying(engine, act)


async def _write(connection: AsyncConnection, clock: Clock, waiting: Sequence[PracticeMessage]) -> Sent:
    now, first = clock.now(), waiting[0]
    own, peer = link_code(first.authority_cipher), first.partner_code
    runs = list(_runs(waiting))
    numbers = await draw(connection, own, peer, len(runs))
    messages = [
        MessageToWrite(reference, now, tuple(NumberedItems(each.transaction_number, to_items(each)) for each in run))
        for reference, run in zip(numbers.messages, runs, strict=True)
    ]
    envelope = Envelope.for_registrations(own, peer, numbers.interchange, now)
    content = write_interchange(envelope, messages).encode()
    sent = Sent(uuid7(), first.practice_id, own, peer, numbers.interchange, len(runs), len(waiting))
    writes = Writes()
    writes.insert(
        interchanges,
        id=sent.interchange_id,
        direction="out",
        kind="registration",
        sender=own,
        recipient=peer,
        sequence=numbers.interchange,
        practice_id=first.practice_id,
        content=content,
        content_hash=sha256(content).hexdigest(),
        stored_at=iso(now),
        sent_at=iso(now),
        state="sent",
        report=_carried(numbers, runs),
    )
    for each in waiting:
        writes.update(practice_messages, each.id, interchange_id=sent.interchange_id, sent_at=iso(now))
    await writes.flush(connection)
    return sent


def _runs(waiting: Sequence[PracticeMessage]) -> Iterator[list[PracticeMessage]]:
    """Neighbours of one type share a message; a close of quarter goes alone."""
    for kind, run in groupby(waiting, key=lambda each: each.kind):
        if kind == _GOES_ALONE:
            yield from ([each] for each in run)
        else:
            yield list(run)


def _carried(numbers: Drawn, runs: Sequence[Sequence[PracticeMessage]]) -> list[dict[str, object]]:
    """Which messages of the outbox each message carries: a receipt names only the latter."""
    return [
        {"message": reference, "type": run[0].kind, "messages": [each.id for each in run]}
        for reference, run in zip(numbers.messages, runs, strict=True)
    ]
