"""The outermost segments of what we write, UNB and UNZ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.links.edifact.syntax import escape
from registry.links.edifact.wire_time import write_envelope_time

REGISTRATION_AGREEMENT = "FHSA EDI TRANSFERS"
RECEIPT_AGREEMENT = "EDIFACT TRANSFER"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, under which number, at which instant.

    Without an application reference the short header is written; the long one names it
    (FHSREG or RECEP) and, where there is one, the agreement.
    """

    sender: str
    recipient: str
    sequence: int
    sent_at: datetime
    application_reference: str | None = None
    agreement: str | None = None

    @classmethod
    def for_registrations(cls, sender: str, recipient: str, sequence: int, sent_at: datetime) -> "Envelope":
        """The long header in which an authority sends transactions."""
        return cls(sender, recipient, sequence, sent_at, "FHSREG", REGISTRATION_AGREEMENT)

    @classmethod
    def for_receipt(cls, sender: str, recipient: str, sequence: int, sent_at: datetime) -> "Envelope":
        """The long header in which both sides send receipts."""
        return cls(sender, recipient, sequence, sent_at, "RECEP", RECEIPT_AGREEMENT)


def write_envelope(envelope: Envelope, messages: Sequence[Sequence[str]]) -> str:
    """An interchange from the segments of its messages: one segment a line, no line end at the end."""
    header = (
        f"UNB+UNOA:2+{escape(envelope.sender)}+{escape(envelope.recipient)}"
        f"+{write_envelope_time(envelope.sent_at)}+{envelope.sequence:08d}"
    )
    if envelope.application_reference:
        header += f"++{escape(envelope.application_reference)}"
        if envelope.agreement:
            header += f"+++{escape(envelope.agreement)}"
    lines = [header]
    for message in messages:
        lines += message
    lines.append(f"UNZ+{len(messages)}+{envelope.sequence:08d}")
    return "'\n".join(lines) + "'"
