"""Receipts (RECEP): what one side says of an interchange of the other. Read and written.

One receipt for each interchange, none for a receipt. The layout is exact because senders were
refused for small deviations.
"""

from datetime import datetime

from registry.links.edifact.alphabet import wire_text
from registry.links.edifact.envelope import Envelope, write_envelope
from registry.links.edifact.interchange import NO_GP, InterchangeCode, Message, MessageCode, Receipt, ReceiptLine
from registry.links.edifact.read_message import RawMessage
from registry.links.edifact.syntax import Segment
from registry.links.edifact.wire_time import read_minute, read_sequence, write_minute

_INTERCHANGE_CODES = {code.value: code for code in InterchangeCode}
_MESSAGE_CODES = {code.value: code for code in MessageCode}


def read_receipt(raw: RawMessage) -> Receipt | Message:
    """A receipt from its message as cut, or a message with the problem why it is none."""
    told = raw.warnings()
    reference = raw.reference or 0
    cipher = gp_code = None
    at: datetime | None = None
    lines: list[ReceiptLine] = []
    received: tuple[int, InterchangeCode, int | None] | None = None
    for segment in raw.body:
        qualifier = segment.component(1)
        if segment.tag == "NHS":
            cipher, gp_code = qualifier or None, segment.component(2) or None
        elif segment.tag == "BGM":
            at = read_minute(segment.component(3, 1))
        elif segment.tag == "RFF" and qualifier == "MIS":
            line = _message_line(segment)
            if line is None:
                told.append("a message reference (RFF+MIS) is not legible")
            else:
                lines.append(line)
        elif segment.tag == "RFF" and qualifier == "RIS":
            received = _interchange_line(segment)
        elif segment.tag != "DTM":
            told.append(f"unknown segment {segment.tag} was ignored")
    if received is None:
        problem = "the receipt does not say which interchange it is for (RFF+RIS)"
        return Message(reference, None, cipher, at, (), tuple(told), problem)
    interchange, code, count = received
    return Receipt(interchange, code, cipher, gp_code, tuple(lines), count, at, reference, tuple(told))


def write_receipt(envelope: Envelope, reference: int, receipt: Receipt) -> str:
    """The interchange that carries one receipt, our own numbers in `envelope` and `reference`.

    The receipt's time is `receipt.at`, or the envelope's where that is None; its count is the
    number of its messages where none is given.
    """
    minute = write_minute(receipt.at or envelope.sent_at)
    count = len(receipt.messages) if receipt.count is None else receipt.count
    cipher, gp_code = wire_text(receipt.ha_cipher or ""), wire_text(receipt.gp_code or NO_GP)
    segments = [
        f"UNH+{reference:08d}+RECEP:0:2:FH",
        f"BGM++600+243:{minute}:306+64",
        f"NHS+{cipher}:819:201+{gp_code}:814:202",
        f"DTM+815:{minute}:306",
        *(f"RFF+MIS:{line.reference:08d} {line.code.value}" for line in receipt.messages),
        f"RFF+RIS:{receipt.interchange:08d} {receipt.code.value}:{count}",
    ]
    segments.append(f"UNT+{len(segments) + 1}+{reference:08d}")
    return write_envelope(envelope, [segments])


def _message_line(segment: Segment) -> ReceiptLine | None:
    number, code = _number_and_code(segment.component(1, 1))
    found = _MESSAGE_CODES.get(code)
    return None if number is None or found is None else ReceiptLine(number, found)


def _interchange_line(segment: Segment) -> tuple[int, InterchangeCode, int | None] | None:
    number, code = _number_and_code(segment.component(1, 1))
    found = _INTERCHANGE_CODES.get(code)
    return None if number is None or found is None else (number, found, read_sequence(segment.component(1, 2)))


def _number_and_code(text: str) -> tuple[int | None, str]:
    number, _, code = text.partition(" ")
    return read_sequence(number), code.strip()
