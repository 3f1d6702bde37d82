"""What an interchange turns out to hold. Everything here is a fact that was read, nothing is judged."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from registry.links.items import Items, TransactionType

NO_GP = "9999"
"""What a receipt says in place of a doctor where the received interchange named none."""


class InterchangeKind(Enum):
    """What an interchange carries."""

    REGISTRATION = "registration"
    """Transactions."""
    RECEIPT = "receipt"
    """Acknowledgements of an interchange of the other side."""


class InterchangeCode(Enum):
    """What a receipt says of an interchange."""

    OK = "OK"
    """Received, everything in it could be read."""
    ER = "ER"
    """Received, with some data that could not be read."""
    NA = "NA"
    """No valid data."""


class MessageCode(Enum):
    """What a receipt says of one message."""

    CP = "CP"
    """Translated."""
    CA = "CA"
    """Not translated, because of an error."""
    CI = "CI"
    """Incomplete because of a fatal error."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of a message. `items` is None exactly where `problem` says why it is unreadable."""

    number: int | None
    items: Items | None
    problem: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a type and its transactions.

    Where `problem` is set, no transaction has items; their numbers are given as far as they
    were legible. A `reference` of 0 was not legible.
    """

    reference: int
    type: TransactionType | None
    ha_cipher: str | None
    document_time: datetime | None
    transactions: tuple[Transaction, ...]
    warnings: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What a receipt says of the message with that reference."""

    reference: int
    code: MessageCode


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt: what the other side says of our interchange of that number.

    `gp_code` is as written, `9999` where there was none. `count` is the number of messages
    that the received interchange claimed; `at` the time of the receipt. A receipt that does
    not say which interchange it is for is no receipt, but a message with a problem.
    """

    interchange: int
    code: InterchangeCode
    ha_cipher: str | None
    gp_code: str | None
    messages: tuple[ReceiptLine, ...]
    count: int | None = None
    at: datetime | None = None
    reference: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interchange:
    """An interchange as read. `sent_at` is in UTC; `claimed_messages` is the trailer's count.

    `ha_cipher` is the authority of the first message and `gp_code` the first doctor named: what
    its receipt repeats. The kind is that of its first message. Receipts and messages that could not be understood
    stand side by side in `receipts` and `messages`, whatever the kind.
    """

    sender: str
    recipient: str
    sequence: int
    sent_at: datetime
    kind: InterchangeKind
    application_reference: str | None = None
    agreement: str | None = None
    ha_cipher: str | None = None
    gp_code: str | None = None
    messages: tuple[Message, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    claimed_messages: int | None = None
    warnings: tuple[str, ...] = ()
