"""What an interchange holds, as plain objects: one for each transaction or receipt."""

from datetime import UTC, datetime
from typing import Any

from registry.links.documents import to_document
from registry.links.edifact.interchange import Interchange, Message, Receipt, Transaction
from registry.links.edifact.reader import read_interchange


def show(data: bytes, file: str, received_at: datetime) -> list[dict[str, Any]]:
    """One object for each transaction, receipt, or message without either, in the file's order.

    Keys: file, kind, sender, recipient, interchange, message, transaction, type, sent_at,
    warnings, document, problem. Defects stand among the warnings as `field: problem`; where
    nothing could be read `document` is None and `problem` says why. Raises UnreadableInterchange.
    """
    interchange = read_interchange(data, received_at)
    shown = [_transaction_line(file, interchange, *pair) for pair in _pairs(interchange)]
    shown += [_receipt_line(file, interchange, receipt) for receipt in interchange.receipts]
    return shown or [_line(file, interchange, problem="the interchange holds no message")]


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """A receipt in the shape from which one is written; a count only where it is not that of the messages."""
    document: dict[str, Any] = {
        "interchange": receipt.interchange,
        "code": receipt.code.value,
        "haCipher": receipt.ha_cipher,
        "gpCode": receipt.gp_code,
        "messages": [{"reference": line.reference, "code": line.code.value} for line in receipt.messages],
    }
    if receipt.count is not None and receipt.count != len(receipt.messages):
        document["count"] = receipt.count
    return document


def _pairs(interchange: Interchange) -> list[tuple[Message, Transaction]]:
    """Transactions with their messages; a message without any stands once, for its problem."""
    return [
        (message, transaction)
        for message in interchange.messages
        for transaction in message.transactions or (Transaction(None, None, message.problem),)
    ]


def _transaction_line(
    file: str, interchange: Interchange, message: Message, transaction: Transaction
) -> dict[str, Any]:
    items = transaction.items
    defects = () if items is None else tuple(f"{defect.field}: {defect.problem}" for defect in items.defects)
    return _line(
        file,
        interchange,
        message=message.reference,
        transaction=transaction.number,
        code=None if message.type is None else message.type.value,
        warnings=(*message.warnings, *transaction.warnings, *defects),
        document=None if items is None else to_document(items),
        problem=transaction.problem,
    )


def _receipt_line(file: str, interchange: Interchange, receipt: Receipt) -> dict[str, Any]:
    return _line(
        file,
        interchange,
        message=receipt.reference,
        code="RECEP",
        warnings=receipt.warnings,
        document=receipt_document(receipt),
    )


def _line(
    file: str,
    interchange: Interchange,
    *,
    message: int | None = None,
    transaction: int | None = None,
    code: str | None = None,
    warnings: tuple[str, ...] = (),
    document: dict[str, Any] | None = None,
    problem: str | None = None,
) -> dict[str, Any]:
    return {
        "file": file,
        "kind": interchange.kind.value,
        "sender": interchange.sender,
        "recipient": interchange.recipient,
        "interchange": interchange.sequence,
        "message": message,
        "transaction": transaction,
        "type": code,
        "sent_at": interchange.sent_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "warnings": [*interchange.warnings, *warnings],
        "document": document,
        "problem": problem,
    }
