"""What is answered at once, with the storing: refusals, conflicts and repetitions."""

from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.links.receipts_of_ours import again, refusing_receipt, write_answer
from registry.links.stored import Stored, is_answered
from registry.transactions.context import Context

_ANSWER_OF = text(
    "select r.report -> 0 from interchanges i join interchanges r on r.id = i.answered_by where i.id = :id"
).bindparams(bindparam("id", type_=Uuid))


async def answer_at_once(connection: AsyncConnection, writes: Writes, context: Context, arrival: Stored) -> UUID | None:
    """The receipt that can be given at once: none is, for a receipt, or where nobody can be addressed."""
    found = arrival.interchange
    if found is None or not is_answered(found):
        return None
    match arrival.state:
        case "conflicting" | "refused":
            if not arrival.answers_as:
                return None
            receipt = refusing_receipt(found, arrival.sender.authority_cipher if arrival.sender else "")
            return await write_answer(connection, writes, context, arrival.link, receipt, arrival.id)
        case "repeated" if not arrival.original_is_open:
            return await answer_again(connection, writes, context, arrival)
        case _:
            return None


async def answer_again(connection: AsyncConnection, writes: Writes, context: Context, repeat: Stored) -> UUID | None:
    """A fresh receipt with what the original's said, or None where that had none."""
    said = (await connection.execute(_ANSWER_OF, {"id": repeat.original_id})).scalar_one_or_none()
    if said is None:
        return None
    return await write_answer(connection, writes, context, repeat.link, again(said), repeat.id)
