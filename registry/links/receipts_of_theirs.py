"""A receipt that a practice sends for an interchange of ours closes the messages that it carried."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import BigInteger, DateTime, Integer

from registry.database import Writes, iso
from registry.links.cases import LinkCase, open_link_case
from registry.links.edifact.interchange import InterchangeCode, MessageCode, Receipt
from registry.links.models import interchanges
from registry.links.receipts_of_ours import Link
from registry.links.received import Line
from registry.transactions.context import Context

_SENT = text(
    """
    select id, state, report from interchanges
    where direction = 'out' and kind = 'registration' and sender = :own and recipient = :peer and sequence = :sequence
    order by id desc limit 1 for update
    """
).bindparams(bindparam("sequence", type_=Integer))

_CLOSE = text(
    "update practice_messages set closed_at = :now, due_at = null where id = any(:ids) and closed_at is null"
).bindparams(bindparam("now", type_=DateTime(timezone=True)), bindparam("ids", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class _Sent:
    """An interchange of ours: its messages' references with the messages of the outbox in each."""

    id: UUID
    is_receipted: bool
    carried: dict[int, list[int]]


async def take_receipt(
    connection: AsyncConnection, writes: Writes, context: Context, link: Link, receipt: Receipt
) -> Line:
    """Close what the practice's system has taken; what it could not take is put before a person.

    A receipt for something we never sent is put before a person too. A second receipt for the
    same interchange closes what is still open and alarms nobody again.
    """
    sent = await _find(connection, link, receipt.interchange)
    line = Line(receipt.reference, None, "RECEP", "closed", receipt.code.value, warnings=receipt.warnings)
    if sent is None:
        evidence = {"interchange": receipt.interchange, "code": receipt.code.value}
        open_link_case(writes, context, LinkCase.RECEIPT_UNMATCHED, link.practice_id, evidence)
        return _with(line, "unmatched", LinkCase.RECEIPT_UNMATCHED.value)
    taken = [
        each
        for told in receipt.messages
        if told.code is MessageCode.CP and receipt.code is not InterchangeCode.NA
        for each in sent.carried.get(told.reference, ())
    ]
    await connection.execute(_CLOSE, {"ids": taken, "now": context.now})
    if sent.is_receipted:
        return _with(line, "repeated", "The interchange had its receipt already.")
    writes.update(interchanges, sent.id, state="receipted", closed_at=iso(context.now))
    if _is_faulty(receipt):
        open_link_case(
            writes, context, LinkCase.MESSAGE_NOT_TRANSLATED, link.practice_id, _evidence(sent, receipt, taken)
        )
        return _with(line, "closed", LinkCase.MESSAGE_NOT_TRANSLATED.value)
    return line


async def _find(connection: AsyncConnection, link: Link, sequence: int) -> _Sent | None:
    row = (await connection.execute(_SENT, {"own": link.own, "peer": link.peer, "sequence": sequence})).one_or_none()
    if row is None:
        return None
    carried = {each["message"]: each["messages"] for each in row.report}
    return _Sent(row.id, row.state == "receipted", carried)


def _is_faulty(receipt: Receipt) -> bool:
    return receipt.code is not InterchangeCode.OK or any(told.code is not MessageCode.CP for told in receipt.messages)


def _evidence(sent: _Sent, receipt: Receipt, taken: list[int]) -> dict[str, Any]:
    """What was said, and which messages of the outbox stay open."""
    return {
        "interchange_id": str(sent.id),
        "interchange": receipt.interchange,
        "code": receipt.code.value,
        "messages": {str(told.reference): told.code.value for told in receipt.messages},
        "open": [each for carried in sent.carried.values() for each in carried if each not in taken],
    }


def _with(line: Line, state: str, sentence: str) -> Line:
    return Line(line.message, None, line.type, state, line.outcome, sentence, warnings=line.warnings)
