"""What the office took of somebody while they were not with a practice is told to it when it has them back (R15)."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.messages import Addressee, amend
from registry.transactions.people import items_of

_TAKEN = text(
    "select distinct jsonb_object_keys(command -> 'changes') as item from transactions where patient_id = :patient_id"
    " and kind = 'particulars' and outcome = 'particulars-taken' and posted_at >= :since order by item"
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("since", type_=DateTime(timezone=True)))


async def tell_what_was_taken(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    since: datetime,
    has_back: Addressee,
) -> None:
    """F1 to the practice that has a person back: what the register says now of each item that was taken meanwhile."""
    taken = (await connection.execute(_TAKEN, {"patient_id": person.id, "since": since})).scalars()
    told = items_of(person, taken)
    if told and person.nhs_number is not None:
        amend(writes, context, has_back, person.nhs_number, told)
