"""The last unit of work of an interchange: receipt, report, cases, and that it is done.

All of it is committed together or not at all, so that an interchange has one receipt and a
case is opened once, however often its processing was begun.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.audit.record import record
from registry.database import Writes, iso
from registry.links.cases import LinkCase, open_link_case
from registry.links.models import interchanges
from registry.links.receipts_of_ours import receipt_for, write_answer
from registry.links.receipts_of_theirs import take_receipt
from registry.links.received import Line
from registry.links.stored import Stored, is_answered
from registry.transactions.context import Context

_LOCK = text("select state from interchanges where id = :id for update").bindparams(bindparam("id", type_=Uuid))


async def settle(
    connection: AsyncConnection, context: Context, stored: Stored, considered: Sequence[Line]
) -> tuple[tuple[Line, ...], UUID | None] | None:
    """Bring an interchange to its end. Returns its report and its receipt's id (None for receipts).

    None: somebody else has settled it in the meantime.
    """
    found = stored.interchange
    assert found is not None and stored.sender is not None  # noqa: S101  (for the type checker)
    if (await connection.execute(_LOCK, {"id": stored.id})).scalar_one() != "stored":
        return None
    writes = Writes()
    lines = list(considered)
    for receipt in found.receipts:
        lines.append(await take_receipt(connection, writes, context, stored.link, receipt))
    if not lines:
        lines.append(Line(None, None, None, "unreadable", problem="the interchange holds no message"))
    for line in lines:
        _alarm(writes, context, stored, line)
    receipt_id = None
    if is_answered(found):
        answer = receipt_for(found, lines, stored.sender.authority_cipher)
        receipt_id = await write_answer(connection, writes, context, stored.link, answer, stored.id)
    writes.update(
        interchanges,
        stored.id,
        state="processed",
        report=[line.stored() for line in lines],
        answered_by=receipt_id,
        closed_at=iso(context.now),
    )
    subject = {"interchange_id": str(stored.id), "transactions": len(considered)}
    record(writes, context.actor, "interchange.processed", context.now, subject=subject, request_id=context.request_id)
    await writes.flush(connection)
    return tuple(lines), receipt_id


def _alarm(writes: Writes, context: Context, stored: Stored, line: Line) -> None:
    """A transaction that was not taken is told to a person; its bytes are in the interchange."""
    if line.is_taken:
        return
    assert stored.sender is not None and stored.interchange is not None  # noqa: S101  (for the type checker)
    case = LinkCase.TRANSACTION_FAILED if line.state == "failed" else LinkCase.TRANSACTION_UNREADABLE
    evidence = {
        "interchange_id": str(stored.id),
        "interchange": stored.interchange.sequence,
        "message": line.message,
        "transaction": line.transaction,
        "type": line.type,
        "problem": line.problem,
    }
    open_link_case(writes, context, case, stored.sender.id, evidence)
