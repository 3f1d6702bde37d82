"""The receipt for an interchange of a practice: what could be read of it, message by message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes, iso
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.interchange import Interchange, InterchangeCode, MessageCode, Receipt, ReceiptLine
from registry.links.edifact.receipts import write_receipt
from registry.links.edifact.show import receipt_document
from registry.links.models import interchanges
from registry.links.received import Line
from registry.links.sequences import draw
from registry.transactions.context import Context


@dataclass(frozen=True, slots=True)
class Link:
    """The two ends of a receipt, we first, and the practice where it is one of ours."""

    own: str
    peer: str
    practice_id: UUID | None = None


def receipt_for(interchange: Interchange, lines: Sequence[Line], cipher: str) -> Receipt:
    """What is said of an interchange that was taken.

    A message is CA only when nothing in it could be used. The interchange is NA when no message
    could, ER when something could not, else OK. `cipher` stands in where it named no authority.
    """
    of_message = _by_message(interchange, lines)
    read = {reference: any(line.is_taken for line in its) for reference, its in of_message.items()}
    if not any(read.values()):
        code = InterchangeCode.NA
    elif all(line.is_taken for its in of_message.values() for line in its):
        code = InterchangeCode.OK
    else:
        code = InterchangeCode.ER
    told = (ReceiptLine(reference, MessageCode.CP if each else MessageCode.CA) for reference, each in read.items())
    return _receipt(interchange, code, told, cipher)


def refusing_receipt(interchange: Interchange, cipher: str) -> Receipt:
    """What is said of an interchange of which nothing was considered; no message was looked at, so none is named."""
    return _receipt(interchange, InterchangeCode.NA, (), cipher)


async def write_answer(
    connection: AsyncConnection, writes: Writes, context: Context, link: Link, receipt: Receipt, answers: UUID
) -> UUID:
    """Add the receipt's interchange, under the next numbers of the link, to a batch of writes; returns its id."""
    numbers = await draw(connection, link.own, link.peer, 1)
    envelope = Envelope.for_receipt(link.own, link.peer, numbers.interchange, context.now)
    content = write_receipt(envelope, numbers.messages[0], receipt).encode()
    receipt_id = uuid7()
    writes.insert(
        interchanges,
        id=receipt_id,
        direction="out",
        kind="receipt",
        sender=link.own,
        recipient=link.peer,
        sequence=numbers.interchange,
        practice_id=link.practice_id,
        content=content,
        content_hash=sha256(content).hexdigest(),
        stored_at=iso(context.now),
        sent_at=iso(context.now),
        state="sent",
        report=[{**receipt_document(receipt), "answers": str(answers)}],
    )
    return receipt_id


def again(document: Mapping[str, Any]) -> Receipt:
    """A receipt from the report of one that was written, to be sent under new numbers."""
    return Receipt(
        interchange=document["interchange"],
        code=InterchangeCode(document["code"]),
        ha_cipher=document["haCipher"],
        gp_code=document["gpCode"],
        messages=tuple(ReceiptLine(each["reference"], MessageCode(each["code"])) for each in document["messages"]),
        count=document.get("count"),
    )


def _by_message(interchange: Interchange, lines: Sequence[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {message.reference: [] for message in interchange.messages}
    for line in lines:
        if line.message in found:
            found[line.message].append(line)
    return found


def _receipt(interchange: Interchange, code: InterchangeCode, told: Iterable[ReceiptLine], cipher: str) -> Receipt:
    # A message without a legible reference (0) cannot be named; the interchange's code speaks for it.
    return Receipt(
        interchange=interchange.sequence,
        code=code,
        ha_cipher=interchange.ha_cipher or cipher,
        gp_code=interchange.gp_code,
        messages=tuple(line for line in told if line.reference),
        count=interchange.claimed_messages,
    )
