"""Messages to practices, as items frozen when they are decided.

A row of the outbox holds the items by the names that GP Links gives them; the exchange turns
them into a document or an interchange when it delivers. Every message is due a receipt.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.models import practice_messages


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a message goes and what it answers.

    `reply_number` is the practice's own transaction number (F3, F4); without it the message
    takes the next number of the register's series.
    """

    practice_id: UUID
    gp_code: str
    transaction_id: UUID | None = None
    patient_id: UUID | None = None
    reply_number: int | None = None


def approve(writes: Writes, context: Context, to: Addressee, number: str | None) -> None:
    """F4: taken. Carries the number only where the practice's was absent or another."""
    _send(writes, context, to, "F4", {"number": number})


def reject(writes: Writes, context: Context, to: Addressee, text: str) -> None:
    """F3: not taken; the text starts with a code."""
    _send(writes, context, to, "F3", {"free_text": text})


def deduct(
    writes: Writes,
    context: Context,
    to: Addressee,
    *,
    number: str | None,
    reason: str,
    on: date,
    new_authority: str | None = None,
) -> None:
    """F2: no longer on the practice's list."""
    _send(
        writes,
        context,
        to,
        "F2",
        {"number": number, "deduction_reason": reason, "deduction_date": on, "new_ha_cipher": new_authority},
    )


def reject_request(writes: Writes, context: Context, to: Addressee, number: str, text: str) -> None:
    """F11: the deduction request is not, or not yet, followed."""
    _send(writes, context, to, "F11", {"number": number, "free_text": text})


def amend(writes: Writes, context: Context, to: Addressee, number: str, items: dict[str, Any]) -> None:
    """F1: the register's particulars, by item. Never a text."""
    _send(writes, context, to, "F1", {"number": number, **items})


def repeat(writes: Writes, context: Context, to: Addressee, kind: str, content: dict[str, Any]) -> None:
    """Send a message again, as a new one with the same content."""
    _send(writes, context, to, kind, content)


def _send(writes: Writes, context: Context, to: Addressee, kind: str, items: dict[str, Any]) -> None:
    content = {"gp_code": to.gp_code, **{name: value for name, value in items.items() if value is not None}}
    # All messages of a batch have one shape, so that they are written in the order of deciding.
    days = context.policies.on("receipt_due_working_days", context.today)
    writes.insert(
        practice_messages,
        uuid=uuid7(),
        practice_id=to.practice_id,
        kind=kind,
        content=content,
        transaction_id=to.transaction_id,
        patient_id=to.patient_id,
        created_at=context.now,
        due_at=context.after_working_days(days),
        transaction_number=to.reply_number,
    )
