"""A document into the interchange that carries it: one message, one transaction or one receipt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from registry.links.documents import from_document
from registry.links.edifact.envelope import REGISTRATION_AGREEMENT, Envelope
from registry.links.edifact.interchange import InterchangeCode, MessageCode, Receipt, ReceiptLine
from registry.links.edifact.receipts import write_receipt
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import FIELDS, Items, TransactionType

_TYPES = {each.value: each for each in TransactionType}
_QUARTER_END_NAMES = ("quarterEndDate", "quarterEnd")


def write_file(
    document: Mapping[str, Any],
    type: str,  # noqa: A002
    sender: str,
    recipient: str,
    interchange: int,
    message: int,
    transaction: int,
    at: datetime,
    document_time: datetime | None = None,
    application_reference: str | None = None,
) -> str:
    """The text of an interchange from sender to recipient.

    `type` is a transaction type, or `RECEP` for a receipt (`transaction` is not used then). The
    document's postcode is carried as it is. A close quarter notification is written from the
    document `to_document` makes, or from `{"quarterEndDate": "1991-12-31"}` and optionally
    `haCipher`, which otherwise is told by the sender's link code. Without an application reference the short header
    is written, except for a receipt, which has only the long one. Raises ValueError, naming the
    fields, where the document cannot be written.
    """
    if type == "RECEP":
        envelope = Envelope.for_receipt(sender, recipient, interchange, at)
        return write_receipt(envelope, message, _receipt(document, document_time))
    if type not in _TYPES:
        raise ValueError(f"type: not one of {', '.join(_TYPES)}, RECEP")
    items = _items(document, _TYPES[type], sender, recipient)
    # Practices name the application only; the authority names its agreement too.
    agreement = None if items.type.is_from_practice else REGISTRATION_AGREEMENT
    envelope = Envelope(sender, recipient, interchange, at, application_reference, agreement)
    numbered = MessageToWrite(message, document_time or at, (NumberedItems(transaction, items),))
    return write_interchange(envelope, [numbered], pad_postcodes=False)


def _items(document: Mapping[str, Any], kind: TransactionType, sender: str, recipient: str) -> Items:
    if kind is TransactionType.F8 and "parameter" not in document:
        document = _quarter_parameters(document, sender, recipient)
    items = from_document(document, kind)
    if items.defects:
        raise ValueError("; ".join(f"{defect.field}: {defect.problem}" for defect in items.defects))
    if kind is TransactionType.F8 and items.quarter_end is None:
        raise ValueError(f"{FIELDS['quarter_end']}: missing")
    return items


def _quarter_parameters(document: Mapping[str, Any], sender: str, recipient: str) -> dict[str, Any]:
    """The short form of a close quarter notification as the Parameters it stands for."""
    quarter_end = next((document[name] for name in _QUARTER_END_NAMES if name in document), None)
    cipher = document.get("haCipher") or sender.removesuffix("01" if len(sender) == 4 and sender[2:] == "01" else "1")
    return {
        "parameter": [
            {"name": "gpTradingPartnerCode", "valueString": recipient},
            {"name": "patient", "resource": {"managingOrganization": {"identifier": {"value": cipher}}}},
            {"name": FIELDS["quarter_end"], "valueString": quarter_end},
        ]
    }


def _receipt(document: Mapping[str, Any], at: datetime | None) -> Receipt:
    codes = {code.value: code for code in InterchangeCode}
    code = document.get("code")
    if code not in codes:
        raise ValueError(f"code: not one of {', '.join(codes)}")
    messages = document.get("messages")
    if not isinstance(messages, list):
        raise ValueError("messages: must be a list")
    count = document.get("count")
    return Receipt(
        interchange=_number(document.get("interchange"), "interchange"),
        code=codes[code],
        ha_cipher=_text(document.get("haCipher"), "haCipher"),
        gp_code=_text(document.get("gpCode"), "gpCode"),
        messages=tuple(_line(each, place) for place, each in enumerate(cast("list[object]", messages))),
        count=None if count is None else _number(count, "count"),
        at=at,
    )


def _line(value: object, place: int) -> ReceiptLine:
    codes = {code.value: code for code in MessageCode}
    line = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if line.get("code") not in codes:
        raise ValueError(f"messages[{place}].code: not one of {', '.join(codes)}")
    return ReceiptLine(_number(line.get("reference"), f"messages[{place}].reference"), codes[line["code"]])


def _number(value: object, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 99_999_999:
        raise ValueError(f"{field}: must be a number of up to eight digits")
    return value


def _text(value: object, field: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{field}: must be text")
    return value
