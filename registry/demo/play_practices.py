"""The practices' side of the link: a receipt for each interchange that they are sent, nearly."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.links.edifact.envelope import Envelope
from registry.links.edifact.interchange import InterchangeCode, MessageCode, Receipt, ReceiptLine
from registry.links.edifact.reader import read_interchange
from registry.links.edifact.receipts import write_receipt
from registry.links.receive_interchange import receive
from registry.policies.store import PolicyStore
from registry.values.clock import FixedClock

_SENT = text(
    "select content, recipient from interchanges where direction = 'out' and kind = 'registration' order by id"
)
_LAST = text("select interchange from link_sequences where sender = :sender and recipient = :recipient")
_SILENT = 11
"""One interchange in so many gets no receipt, as happens."""


async def return_receipts(engine: AsyncEngine, clock: FixedClock, policies: PolicyStore) -> int:
    """Answer what the practices were sent. Returns how many receipts came."""
    async with engine.connect() as connection:
        sent = (await connection.execute(_SENT)).all()
    answered = 0
    for place, row in enumerate(sent, start=1):
        if place % _SILENT == 0:
            continue
        clock.instant += timedelta(seconds=20)
        interchange = read_interchange(bytes(row.content), clock.now())
        async with engine.connect() as connection:
            ends = {"sender": interchange.recipient, "recipient": interchange.sender}
            last = (await connection.execute(_LAST, ends)).scalar_one_or_none() or 0
        receipt = Receipt(
            interchange=interchange.sequence,
            code=InterchangeCode.OK,
            ha_cipher=interchange.ha_cipher,
            gp_code=interchange.gp_code,
            messages=tuple(ReceiptLine(message.reference, MessageCode.CP) for message in interchange.messages),
            count=len(interchange.messages),
            at=clock.now(),
        )
        own = Envelope.for_receipt(interchange.recipient, interchange.sender, last + 1, clock.now())
        await receive(engine, clock, policies, write_receipt(own, last + 1, receipt).encode())
        answered += 1
    return answered
