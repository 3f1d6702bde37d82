"""A statement in the queue after a clerk's decision: it holds and is taken, or it is declined."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.evidence import evidence_of
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.outcome import Outcome
from registry.transactions.particulars.statement import from_stored
from registry.transactions.particulars.take import conclude_stored, take_statement


async def look_at_statement(connection: AsyncConnection, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The person concerned as they are now, locked."""
    _, number = from_stored(stored)
    found = await lock_by_number(connection, number)
    return evidence_of(await gather_person(connection, found[0]) if found else None)


async def accept_statement(
    connection: AsyncConnection, context: Context, transaction_id: UUID, version: int, stored: Mapping[str, Any]
) -> Outcome | str:
    """Take what a clerk says holds. Returns why not, where it cannot be."""
    statement, number = from_stored(stored)
    [patient_id] = await lock_by_number(connection, number)
    person = await gather_person(connection, patient_id)
    taken = await take_statement(connection, context, person, statement, ruled=True, stored=(transaction_id, version))
    if taken.state == "refused":
        return next(iter(taken.kept.values())).value
    return Outcome(transaction_id, "", taken.state, taken.outcome, taken.sentence, person.id)


async def decline_statement(
    connection: AsyncConnection, context: Context, transaction_id: UUID, version: int, stored: Mapping[str, Any]
) -> Outcome:
    """Stand by what is held. Whoever wrote hears by the way they wrote, not on the link."""
    _, number = from_stored(stored)
    [patient_id] = await lock_by_number(connection, number)
    person = await gather_person(connection, patient_id)
    outcome, sentence = "declined-by-office", "The office did not follow it."
    writes = Writes()
    conclude_stored(writes, context, person, transaction_id, version, "refused", outcome, sentence)
    await writes.flush(connection)
    return Outcome(transaction_id, "", "refused", outcome, sentence, person.id)
