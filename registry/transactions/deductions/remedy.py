"""A referred notice after a clerk's decision: it holds and is followed, or it is declined."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.conclude_notice import NoticeCase, conclude_notice
from registry.transactions.deductions.notice import from_stored
from registry.transactions.deductions.take_notice import go_on
from registry.transactions.evidence import evidence_of
from registry.transactions.gather import gather_person, lock_by_number
from registry.transactions.outcome import Outcome


async def look_at_notice(connection: AsyncConnection, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The person concerned as they are now, locked."""
    found = await lock_by_number(connection, from_stored(stored).number)
    return evidence_of(await gather_person(connection, found[0]) if found else None)


async def accept_notice(
    connection: AsyncConnection, context: Context, transaction_id: UUID, version: int, stored: Mapping[str, Any]
) -> Outcome | str:
    """Follow a notice that a person says holds. Returns why not, where it cannot be; then nothing was written."""
    notice = from_stored(stored)
    taken = await go_on(connection, context, NoticeCase(transaction_id, notice, version=version), ruled=True)
    if taken.result == "refused":
        return taken.sentence
    state = "pending" if taken.outcome == "deduction-pending" else "accepted"
    if taken.result == "known":
        state = "superseded"
    return Outcome(transaction_id, "", state, taken.outcome, taken.sentence, taken.patient_id)


async def decline_notice(
    connection: AsyncConnection, context: Context, transaction_id: UUID, version: int, stored: Mapping[str, Any]
) -> Outcome:
    """Do not follow a notice. The sender hears by the route it came, not on the link."""
    notice = from_stored(stored)
    [patient_id, *_] = await lock_by_number(connection, notice.number)
    person = await gather_person(connection, patient_id)
    writes = Writes()
    outcome, sentence = "declined-by-office", "The office did not follow it."
    case = NoticeCase(transaction_id, notice, version=version)
    conclude_notice(writes, context, case, person, "refused", outcome, sentence)
    await writes.flush(connection)
    return Outcome(transaction_id, "", "refused", outcome, sentence, person.id)
