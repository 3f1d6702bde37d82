"""An interchange as bytes into what it holds. Lenient: whatever can be understood is understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from registry.links.edifact.interchange import Interchange, InterchangeKind, Message, Receipt
from registry.links.edifact.read_message import RawMessage, read_message
from registry.links.edifact.receipts import read_receipt
from registry.links.edifact.syntax import Segment, UnreadableInterchange, decode, tokenise
from registry.links.edifact.wire_time import read_envelope_time, read_sequence


def read_interchange(data: bytes, received_at: datetime) -> Interchange:
    """The interchange in the bytes; `received_at` settles the century of its two-digit year.

    What is wrong but harmless is told in warnings; a value that cannot be taken is a defect in
    its transaction's items; a transaction or message that cannot be read says so and its
    neighbours are read. Raises UnreadableInterchange, and nothing else, for bytes that are no
    interchange or do not name sender, recipient and number.
    """
    segments, warnings = tokenise(decode(data))
    if not segments or segments[0].tag != "UNB":
        raise UnreadableInterchange("no interchange: the text does not begin with a UNB segment")
    header = segments[0]
    sender, recipient = header.component(2), header.component(3)
    if not sender or not recipient:
        raise UnreadableInterchange("the interchange header UNB names no sender or no recipient")
    sequence = read_sequence(header.component(5))
    if sequence is None:
        raise UnreadableInterchange("the interchange header UNB has no number of up to eight digits")
    sent_at = read_envelope_time(header.component(4), header.component(4, 1), received_at)
    if sent_at is None:
        warnings.append("UNB: no legible time, the time of receipt stands in")
    parts = _cut(segments)
    messages, receipts = _read_messages(sender, recipient, parts.messages)
    claimed = None if parts.trailer is None else read_sequence(parts.trailer.component(1))
    return Interchange(
        sender=sender,
        recipient=recipient,
        sequence=sequence,
        sent_at=sent_at or received_at,
        kind=_kind(header, parts.messages),
        application_reference=header.component(7) or None,
        agreement=header.component(10) or None,
        ha_cipher=messages[0].ha_cipher if messages else None,
        gp_code=_first_gp_code(segments),
        messages=messages,
        receipts=receipts,
        claimed_messages=claimed,
        warnings=(*warnings, *parts.warnings, *_trailer_warnings(parts, sequence, claimed)),
    )


_SERVICE_TAGS = frozenset({"UNB", "UNH", "UNT", "UNZ"})


@dataclass(slots=True)
class _Parts:
    """An interchange cut into its messages, and its trailer if there is one."""

    messages: list[RawMessage] = field(default_factory=lambda: list[RawMessage]())
    trailer: Segment | None = None
    warnings: list[str] = field(default_factory=lambda: list[str]())


def _cut(segments: Sequence[Segment]) -> _Parts:
    """Messages between UNH and UNT; a message also ends where the next one begins."""
    parts = _Parts()
    current: RawMessage | None = None
    for position, segment in enumerate(segments[1:], start=2):
        if current is not None and segment.tag not in _SERVICE_TAGS:
            current.body.append(segment)
            continue
        match segment.tag:
            case "UNH":
                current = RawMessage(segment)
                parts.messages.append(current)
            case "UNT" if current is not None:
                current.closing = segment
                current = None
            case "UNZ":
                parts.trailer = segment
                if position < len(segments):
                    parts.warnings.append("segments after the trailer UNZ were ignored")
                return parts
            case "UNB":
                parts.warnings.append("a second interchange in the same file was ignored")
                return parts
            case _:
                parts.warnings.append(f"a {segment.tag} segment outside any message was ignored")
    return parts


def _read_messages(
    sender: str, recipient: str, raw_messages: Sequence[RawMessage]
) -> tuple[tuple[Message, ...], tuple[Receipt, ...]]:
    messages: list[Message] = []
    receipts: list[Receipt] = []
    for raw in raw_messages:
        found = read_receipt(raw) if raw.kind == "RECEP" else read_message(sender, recipient, raw)
        if isinstance(found, Receipt):
            receipts.append(found)
        else:
            messages.append(found)
    return tuple(messages), tuple(receipts)


def _kind(header: Segment, messages: Sequence[RawMessage]) -> InterchangeKind:
    named = messages[0].kind if messages else header.component(7)
    return InterchangeKind.RECEIPT if named == "RECEP" else InterchangeKind.REGISTRATION


def _first_gp_code(segments: Sequence[Segment]) -> str | None:
    codes = (each.component(2) for each in segments if each.key == "NAD+GP")
    return next((code for code in codes if code), None)


def _trailer_warnings(parts: _Parts, sequence: int, claimed: int | None) -> list[str]:
    if parts.trailer is None:
        return ["the trailer UNZ is missing"]
    warnings: list[str] = []
    if claimed != len(parts.messages):
        told = "no number of" if claimed is None else claimed
        warnings.append(f"UNZ claims {told} messages, there are {len(parts.messages)}")
    if read_sequence(parts.trailer.component(2)) != sequence:
        warnings.append("UNZ does not repeat the interchange number of UNB")
    return warnings
