"""Take back a death that was wrong: alive again, and back where they were without a day's gap.

The stay on the practice's list goes on in its own row, with its acceptance date; the practice hears
by letter, and its own re-acceptance (G1, code D) finds the person there. The national side is
told. What the death ended stays ended, and is listed, so that a clerk begins again what is still
wanted; letters that it suppressed are never sent. A death on the registrar's word is reversed
only with a reference of the National Back Office (domain rules R7 and 1.7).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Uuid
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.ledger import Standing
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside
from registry.transactions.people import change_person
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.transactions.taking_back.restore import put_back
from registry.transactions.taking_back.rules import ANOTHERS_STAY
from registry.transactions.taking_back.standing import last_standing

_MATTERS = text(
    "select m.id, m.kind, m.state from matters m where m.patient_id = :id and m.closed_at >= :since order by m.id"
).bindparams(bindparam("id", type_=Uuid), bindparam("since", type_=DateTime(timezone=True)))
_DEDUCTIONS = text(
    "select d.transaction_id as id, d.removal, d.due_on from pending_deductions d where d.patient_id = :id"
    " and d.state = 'superseded' and d.closed_at >= :since order by d.id"
).bindparams(bindparam("id", type_=Uuid), bindparam("since", type_=DateTime(timezone=True)))
_LETTERS = text(
    "select l.id, l.kind from letters l where l.patient_id = :id and l.state = 'suppressed' and l.decided_at >="
    " :since - interval '7 days' order by l.id"
).bindparams(bindparam("id", type_=Uuid), bindparam("since", type_=DateTime(timezone=True)))


@dataclass(frozen=True, slots=True)
class Reversed:
    """A death was taken back. `practice_id` is the practice whose list they are on again; None for none."""

    transaction_id: UUID
    practice_id: UUID | None
    to_look_at: dict[str, Any]
    """Matters and deductions that the death ended, and letters about then that were never sent."""


async def reverse_death(
    connection: AsyncConnection,
    context: Context,
    person: PersonFacts,
    reason: str,
    nbo_reference: str | None = None,
    *,
    earlier_id: UUID | None = None,
) -> Reversed | str:
    """Take back the death of a person, who is locked. Returns why not, where it cannot be; then nothing was written."""
    if not person.is_dead:
        return "The person is not recorded as dead."
    if person.status == "formal-dead" and not nbo_reference:
        return (
            "This death is on the registrar's word and is not reversed here: ask the National Back Office, and name"
            " its reference."
        )
    last = await last_standing(connection, person.id)
    if last is not None and last.ended_anothers:
        return ANOTHERS_STAY
    ended = await _what_it_ended(connection, person, last)
    writes, transaction_id = Writes(), uuid7()
    change_person(writes, context, person, {"status": "live", "date_of_death": None}, transaction_id)
    practice_id = None
    if last is not None and last.to_list == Outside.DEATH.id:
        back = await put_back(connection, writes, context, person, last, transaction_id, removal=RemovalReason.ORR.code)
        practice_id = back.practice_id
    else:
        tell(writes, context, transaction_id, person.id)
    note_transaction(
        writes,
        context,
        "reversal",
        outcome="death-reversed",
        sentence="The death was wrong and is taken back.",
        command={
            "number": person.nhs_number,
            "was": person.status,
            "died_on": None if person.date_of_death is None else person.date_of_death.isoformat(),
            "reason": reason,
            "nbo_reference": nbo_reference,
        },
        patient_id=person.id,
        practice_id=practice_id,
        earlier_id=earlier_id or (None if last is None else last.transaction_id),
        transaction_id=transaction_id,
    )
    await writes.flush(connection)
    return Reversed(transaction_id, practice_id, ended)


async def _what_it_ended(connection: AsyncConnection, person: PersonFacts, last: Standing | None) -> dict[str, Any]:
    """What a clerk may want to begin again, by id."""
    since: datetime = person.updated_at if last is None else last.at
    values = {"id": person.id, "since": since}
    found = {"matters": _MATTERS, "deductions": _DEDUCTIONS, "letters": _LETTERS}
    return {
        name: [dict(row) for row in (await connection.execute(query, values)).mappings()]
        for name, query in found.items()
    }
