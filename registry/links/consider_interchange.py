"""Each transaction of a stored interchange is considered in a unit of work of its own.

Its place (interchange, message, transaction number) is unique in the database, so that a
transaction which was done before, by an earlier attempt or a neighbour, is done no second time.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import UUID

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import Uuid

from registry.database import violated_constraint
from registry.links.edifact.interchange import Interchange, Message, Transaction
from registry.links.items import Items
from registry.links.received import Line
from registry.links.stored import Stored
from registry.links.to_commands import Arrival, to_command
from registry.retry import OVERTAKEN, is_out_of_reach, retrying
from registry.transactions.commands import Command
from registry.transactions.context import Context
from registry.transactions.outcome import Outcome
from registry.transactions.receive import consider

Place = tuple[int, int]
"""Message reference and transaction number."""

_ONCE = "one_transaction_per_place_in_interchange"

_DONE = text(
    "select id, message_reference, transaction_number, state, outcome, sentence, operation_id, warnings"
    " from transactions where interchange_id = :id"
).bindparams(bindparam("id", type_=Uuid))

log = structlog.get_logger("registry.links")


async def done_before(connection: AsyncConnection, interchange_id: UUID) -> dict[Place, Line]:
    """What is known of the transactions of an interchange, by place, as they are now."""
    rows = await connection.execute(_DONE, {"id": interchange_id})
    return {
        (row.message_reference, row.transaction_number): Line(
            message=row.message_reference,
            transaction=row.transaction_number,
            type=None,
            state=row.state,
            outcome=row.outcome,
            sentence=row.sentence,
            transaction_id=str(row.id),
            operation_id=row.operation_id,
            warnings=tuple(row.warnings),
        )
        for row in rows
    }


async def consider_transactions(
    engine: AsyncEngine, context: Context, stored: Stored, done: dict[Place, Line]
) -> AsyncIterator[Line]:
    """Consider what can be read, in the order of the file; one line for each transaction.

    `done` holds what earlier attempts did. Raises only where the database is out of reach.
    """
    assert stored.interchange is not None  # noqa: S101  (for the type checker)
    used: dict[Place, Items] = {}
    for message, transaction in _in_order(stored.interchange):
        line = _not_considered(message, transaction, used)
        if line is None:
            line = await _consider(engine, context, stored, message, transaction, done)
        told = (*message.warnings, *transaction.warnings, *_defects(transaction.items), *line.warnings)
        yield replace(line, warnings=told, type=message.type.value if message.type else None)


def _in_order(interchange: Interchange) -> Iterator[tuple[Message, Transaction]]:
    """Transactions with their messages; a message without any stands once, for its problem."""
    for message in interchange.messages:
        for transaction in message.transactions or (Transaction(None, None, message.problem),):
            yield message, transaction


def _not_considered(message: Message, transaction: Transaction, used: dict[Place, Items]) -> Line | None:
    """The line of what cannot be considered, or None. Takes the place of what can."""
    unreadable = Line(message.reference, transaction.number, None, "unreadable", problem=transaction.problem)
    items, number = transaction.items, transaction.number
    if items is None or number is None:
        return unreadable
    if not items.type.is_from_practice:
        return replace(unreadable, problem=f"{items.type.value} is not a transaction that practices send")
    earlier = used.setdefault((message.reference, number), items)
    if earlier is items:
        return None
    if earlier == items:
        return replace(unreadable, state="repeated", sentence="The same transaction stands in the message twice.")
    return replace(unreadable, problem="its transaction number (RFF+TN) is also that of another one in the message")


async def _consider(
    engine: AsyncEngine,
    context: Context,
    stored: Stored,
    message: Message,
    transaction: Transaction,
    done: dict[Place, Line],
) -> Line:
    assert transaction.items is not None and transaction.number is not None  # noqa: S101  (for the type checker)
    place = (message.reference, transaction.number)
    if place in done:
        return done[place]
    try:
        command = _command(stored, message, transaction.items, transaction.number)
        outcome = await retrying(engine, lambda connection: consider(connection, context, command), OVERTAKEN, _is_done)
    except Exception as error:
        if is_out_of_reach(error):
            raise
        if not _is_done(error):
            return _failed(place, error)
        async with engine.connect() as connection:
            return (await done_before(connection, stored.id))[place]
    return _line(place, outcome)


def _is_done(error: Exception) -> bool:
    """Whether a write was refused because the same transaction has been written already."""
    return isinstance(error, IntegrityError) and violated_constraint(error) == _ONCE


def _command(stored: Stored, message: Message, items: Items, number: int) -> Command:
    assert stored.sender is not None and stored.interchange is not None  # noqa: S101  (for the type checker)
    arrival = Arrival(
        source="edifact",
        practice_id=stored.sender.id,
        partner_code=stored.sender.code,
        transaction_number=number,
        received_at=stored.received_at,
        # The header's time: the document's own was found to be wrong in live traffic.
        document_at=stored.interchange.sent_at,
        interchange_id=stored.id,
        message_reference=message.reference,
    )
    return to_command(items, arrival)


def _line(place: Place, outcome: Outcome) -> Line:
    return Line(
        *place,
        type=None,
        state=outcome.state,
        outcome=outcome.outcome,
        sentence=outcome.sentence,
        transaction_id=str(outcome.transaction_id),
        operation_id=outcome.operation_id,
        warnings=outcome.warnings,
    )


def _failed(place: Place, error: Exception) -> Line:
    """A fault of ours: told, kept for a person, and no hindrance to the neighbours."""
    # The text of an error may hold data of people; its kind does not.
    kind = type(error.orig or error).__name__ if isinstance(error, DBAPIError) else type(error).__name__
    log.error("transaction.failed", reason=kind)
    return Line(*place, None, "failed", problem=f"a fault of the register ({kind})")


def _defects(items: Items | None) -> tuple[str, ...]:
    return () if items is None else tuple(f"{defect.field}: {defect.problem}" for defect in items.defects)
