"""Receive an interchange: store it, consider each transaction, settle it.

Every step is a unit of work of its own. A process that ends between two of them leaves an
interchange in the state `stored`; whoever goes on with it, the same file or the worker's job,
finds what is done and does the rest.
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.links.answer_at_once import answer_again
from registry.links.consider_interchange import consider_transactions, done_before
from registry.links.models import interchanges
from registry.links.partners import Partner
from registry.links.received import Line, Received
from registry.links.settle_interchange import settle
from registry.links.store_interchange import store
from registry.links.stored import Stored, context_for, is_answered, read
from registry.policies.store import PolicyStore
from registry.retry import retrying
from registry.values.clock import Clock

_ROW = text(
    "select i.id, i.state, i.content, i.stored_at, i.report, i.answered_by, p.id as practice_id, p.ods_code,"
    " p.trading_partner_code, p.authority_cipher"
    " from interchanges i left join practices p on p.id = i.practice_id where i.id = :id"
).bindparams(bindparam("id", type_=Uuid))


async def receive(
    engine: AsyncEngine, clock: Clock, policies: PolicyStore, data: bytes, at: datetime | None = None
) -> Received:
    """Receive the bytes of one interchange, received at `at` (now unless given).

    Returns when every transaction is decided, waits with a due time, or stands in the queue,
    and the receipt is stored. Never raises for what the bytes hold; raises where the database
    is out of reach, and then the same bytes, or `go_on`, finish what was begun.
    """
    received_at = at or clock.now()

    async def first(connection: AsyncConnection) -> Stored:
        return await store(connection, clock, await policies.current(connection), data, received_at)

    stored = await retrying(engine, first)
    match stored.state:
        case "stored":
            return (await _finish(engine, clock, policies, stored))[0]
        case "repeated":
            return await _repeat(engine, clock, policies, stored)
        case _:
            return _answer(stored, stored.id, ())


async def go_on(engine: AsyncEngine, clock: Clock, policies: PolicyStore, interchange_id: UUID) -> Received:
    """Finish an interchange that was stored. One that is at its end already is only told again."""
    return (await _go_on(engine, clock, policies, interchange_id))[0]


async def _go_on(
    engine: AsyncEngine, clock: Clock, policies: PolicyStore, interchange_id: UUID
) -> tuple[Received, bool]:
    """The answer, and whether it was this call that settled it."""
    async with engine.connect() as connection:
        stored, lines = await _load(connection, interchange_id)
        if stored.state != "stored":
            return _answer(stored, stored.id, lines), False
    return await _finish(engine, clock, policies, stored, resumed=True)


async def _finish(
    engine: AsyncEngine, clock: Clock, policies: PolicyStore, stored: Stored, *, resumed: bool = False
) -> tuple[Received, bool]:
    """Consider and settle. `resumed`: look first at what an earlier attempt has done."""
    async with engine.connect() as connection:
        context = context_for(stored.sender, clock, await policies.current(connection), stored.id)
        done = await done_before(connection, stored.id) if resumed else {}
    considered = [line async for line in consider_transactions(engine, context, stored, done)]
    settled = await retrying(engine, lambda connection: settle(connection, context, stored, considered))
    if settled is None:
        async with engine.connect() as connection:
            ended, lines = await _load(connection, stored.id)
        return _answer(replace(ended, warnings=stored.warnings), stored.id, lines), False
    lines, receipt_id = settled
    return _answer(replace(stored, state="processed", receipt_id=receipt_id), stored.id, lines), True


async def _repeat(engine: AsyncEngine, clock: Clock, policies: PolicyStore, repeat: Stored) -> Received:
    """A repetition has no second effect. Where the first never came to its end, it ends now."""
    assert repeat.original_id is not None and repeat.interchange is not None  # noqa: S101  (for the type checker)
    original, settled_now = await _go_on(engine, clock, policies, repeat.original_id)
    receipt_id = repeat.receipt_id
    if repeat.original_is_open and is_answered(repeat.interchange):
        receipt_id = original.receipt_id if settled_now else None
        receipt_id = await _late_answer(engine, clock, policies, repeat, receipt_id)
    return _answer(replace(repeat, receipt_id=receipt_id), original.id, original.lines)


async def _late_answer(
    engine: AsyncEngine, clock: Clock, policies: PolicyStore, repeat: Stored, receipt_id: UUID | None
) -> UUID | None:
    """Note the receipt that answers a repetition; a fresh one where somebody else ended the original."""

    async def note(connection: AsyncConnection) -> UUID | None:
        context = context_for(repeat.sender, clock, await policies.current(connection), repeat.id)
        writes = Writes()
        answer = receipt_id or await answer_again(connection, writes, context, repeat)
        writes.update(interchanges, repeat.id, answered_by=answer)
        await writes.flush(connection)
        return answer

    return await retrying(engine, note)


async def _load(connection: AsyncConnection, interchange_id: UUID) -> tuple[Stored, tuple[Line, ...]]:
    row = (await connection.execute(_ROW, {"id": interchange_id})).one()
    received_at = row.stored_at.astimezone(UTC)
    found = read(bytes(row.content), received_at)
    interchange = None if isinstance(found, str) else found
    sender = (
        Partner(row.practice_id, row.ods_code, row.trading_partner_code, row.authority_cipher)
        if row.practice_id
        else None
    )
    stored = Stored(
        row.id,
        row.state,
        received_at,
        interchange,
        sender,
        problem=found if isinstance(found, str) else None,
        warnings=interchange.warnings if interchange else (),
        receipt_id=row.answered_by,
    )
    return stored, tuple(Line.from_stored(each) for each in row.report)


def _answer(stored: Stored, considered_id: UUID, lines: tuple[Line, ...]) -> Received:
    found = stored.interchange
    return Received(
        id=stored.id,
        state=stored.state,
        kind="unreadable" if found is None else found.kind.value,
        considered_id=considered_id,
        sender="" if found is None else found.sender,
        recipient="" if found is None else found.recipient,
        sequence=None if found is None else found.sequence,
        practice_id=stored.sender.id if stored.sender else None,
        problem=stored.problem,
        warnings=stored.warnings,
        lines=lines,
        receipt_id=stored.receipt_id,
    )
