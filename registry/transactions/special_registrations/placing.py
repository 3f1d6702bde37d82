"""The office puts somebody on a practice's list by a special registration, and tells the practice by letter."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.acts.act import Impossible
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.office_transactions import note_transaction
from registry.transactions.place import put_on
from registry.transactions.scheme.find import FoundPractice, find_practice

PLACED = "placed-on-list"
"""The outcome and the movement's reason of everybody whom the office puts on a list, for whatever reason."""


async def open_practice(
    connection: AsyncConnection, context: Context, ods_code: str, gp_code: str = ""
) -> FoundPractice | Impossible:
    """A practice that may take somebody: with an open list and the doctor named, or its first one."""
    found = await find_practice(connection, ods_code, context.today, gp_code)
    if found is None:
        return Impossible("No practice of the register has this ODS code.", "practice")
    if not found.facts.list_is_open:
        return Impossible("The practice's list is closed.", "practice")
    if not found.gp_code:
        return Impossible("The practice has no such doctor today.", "gp_code" if gp_code else "practice")
    return found


def place_specially(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    practice: FoundPractice,
    because: str,
    *,
    accepted_on: date | None = None,
    matter_id: UUID | None = None,
) -> UUID:
    """Put a person, who is locked and not on that list, on it; returns the transaction's id.

    `because` is for the practice's letter: whoever reads the ledger learns no more than that the office did it.
    """
    transaction = note_transaction(
        writes,
        context,
        "special-registration",
        outcome=PLACED,
        sentence="Put on the practice's list by the office.",
        command={"practice": practice.facts.ods_code, "accepted_on": accepted_on},
        patient_id=person.id,
        practice_id=practice.facts.id,
        matter_id=matter_id,
    )
    put_on(
        writes,
        context,
        person,
        practice.facts,
        practice.gp_code,
        PLACED,
        transaction,
        accepted_on=accepted_on,
        matter_id=matter_id,
    )
    write_letter(
        writes,
        context,
        Letter.PLACED_ON_LIST,
        person,
        {"accepted_on": (accepted_on or context.today).isoformat(), "because": because},
        practice_id=practice.facts.id,
        transaction_id=transaction,
        matter_id=matter_id,
    )
    return transaction
