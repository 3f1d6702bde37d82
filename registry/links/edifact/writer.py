"""Transactions into the text of an interchange. Exact: what we write, any reader takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.links.edifact.alphabet import wire_text
from registry.links.edifact.envelope import Envelope, write_envelope
from registry.links.edifact.wire_time import write_date, write_minute
from registry.links.edifact.write_transaction import write_transaction
from registry.links.items import Items, TransactionType


@dataclass(frozen=True, slots=True)
class NumberedItems:
    """One transaction to be written, under its transaction number."""

    number: int
    items: Items


@dataclass(frozen=True, slots=True)
class MessageToWrite:
    """Transactions of one type and one authority, at least one; a quarter's close goes alone."""

    reference: int
    document_time: datetime
    transactions: tuple[NumberedItems, ...]

    def __post_init__(self) -> None:
        if len({(each.items.type, each.items.ha_cipher) for each in self.transactions}) != 1:
            raise ValueError("a message holds transactions of exactly one type and authority")
        if self.type is TransactionType.F8 and len(self.transactions) > 1:
            raise ValueError("a message holds one close quarter notification")

    @property
    def type(self) -> TransactionType:
        return self.transactions[0].items.type


def write_interchange(envelope: Envelope, messages: Sequence[MessageToWrite], *, pad_postcodes: bool = True) -> str:
    """The text of an interchange: one segment a line, no line end after the last.

    Postcodes of known shape are padded to eight characters, as we do with what we originate;
    with `pad_postcodes` False they are carried as they were read.
    """
    return write_envelope(envelope, [_write_message(message, pad_postcodes) for message in messages])


def _write_message(message: MessageToWrite, pad_postcodes: bool) -> list[str]:
    cipher = message.transactions[0].items.ha_cipher
    segments = [
        f"UNH+{message.reference:08d}+FHSREG:0:1:FH:FHS001",
        "BGM+++507",
        f"NAD+FHS+{wire_text(cipher)}:954",
        f"DTM+137:{write_minute(message.document_time)}:203",
    ]
    if message.type is TransactionType.F8:
        segments += _close_of_quarter(message.transactions[0])
    else:
        segments.append(f"RFF+950:{message.type.value}")
        for each in message.transactions:
            segments += write_transaction(each.items, each.number, pad_postcodes)
    segments.append(f"UNT+{len(segments) + 1}+{message.reference:08d}")
    return segments


def _close_of_quarter(notification: NumberedItems) -> list[str]:
    """Everything at the level of the message, the quarter's end before the type."""
    if notification.items.quarter_end is None:
        raise ValueError("a close quarter notification needs the quarter's end")
    return [
        f"DTM+206:{write_date(notification.items.quarter_end)}:102",
        "RFF+950:F8",
        f"RFF+TN:{notification.number}",
        "GIS+Q:ZZZ",
    ]
