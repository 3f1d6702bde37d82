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
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_practice
from registry.transactions.models import practice_messages
from registry.transactions.protected.rules import told_reason


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
    on_paper: bool = False
    """Whether what is answered came on paper. F3 and F4 are found by the practice's own number, and
    a form has none: its answer goes by post."""


def approve(writes: Writes, context: Context, to: Addressee, number: str | None) -> None:
    """F4: taken. Carries the number only where the practice's was absent or another."""
    if to.on_paper:
        _answer_by_post(writes, context, to, Letter.FORM_TAKEN, {})
        return
    _send(writes, context, to, "F4", {"number": number})


def reject(writes: Writes, context: Context, to: Addressee, text: str) -> None:
    """F3: not taken; the text starts with a code."""
    if to.on_paper:
        _answer_by_post(writes, context, to, Letter.FORM_REFUSED, {"text": text})
        return
    _send(writes, context, to, "F3", {"free_text": text})


def deduct(
    writes: Writes,
    context: Context,
    to: Addressee,
    *,
    number: str | None,
    reason: str,
    on: date,
    restricted: bool,
    new_authority: str | None = None,
) -> None:
    """F2: no longer on the practice's list. Of somebody `restricted` it tells of no other place, whatever is given."""
    neutral: dict[str, str] = context.policies.on("protected_deduction_reasons", context.today)
    reason = told_reason(reason, neutral, restricted=restricted)
    new_authority = None if restricted else new_authority
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
    """F1: the register's particulars, by item. Never a text; and no place of somebody restricted, which the
    database takes out: whoever asks for such an item asks `without_whereabouts` first whether anything is left."""
    _send(writes, context, to, "F1", {"number": number, **items})


def notify_fp69(
    writes: Writes, context: Context, to: Addressee, person: PersonFacts, *, reason: str, expires: date, text: str
) -> UUID:
    """F9: their address is in doubt; an answer is wanted until the day given. Returns the message's name."""
    name, address = person.name, person.address
    items: dict[str, Any] = {
        "number": person.nhs_number,
        "surname": name.surname,
        "first_forename": name.first_forename or None,
        "second_forename": name.second_forename or None,
        "other_forenames": name.other_forenames or None,
        "title": name.title or None,
        "date_of_birth": person.date_of_birth,
        "address": list(address.lines) if any(address.lines) else None,
        "postcode": address.postcode or None,
        "fp69_reason": reason,
        "fp69_expiry": expires,
        "free_text": text,
    }
    return _send(writes, context, to, "F9", items)


def lift_fp69(writes: Writes, context: Context, to: Addressee, number: str) -> UUID:
    """F10: their address is no longer in doubt. Returns the message's name."""
    return _send(writes, context, to, "F10", {"number": number})


def close_quarter(writes: Writes, context: Context, practice_id: UUID, ends_on: date) -> None:
    """F8: a quarter is closed. About nobody and under no doctor."""
    _send(writes, context, Addressee(practice_id, ""), "F8", {"quarter_end": ends_on})


def repeat(writes: Writes, context: Context, to: Addressee, kind: str, content: dict[str, Any]) -> None:
    """Send a message again, as a new one with the same content."""
    _send(writes, context, to, kind, content)


def _answer_by_post(writes: Writes, context: Context, to: Addressee, kind: Letter, content: dict[str, Any]) -> None:
    write_to_practice(
        writes, context, kind, to.practice_id, content, patient_id=to.patient_id, transaction_id=to.transaction_id
    )


def _send(writes: Writes, context: Context, to: Addressee, kind: str, items: dict[str, Any]) -> UUID:
    name = uuid7()
    content = {"gp_code": to.gp_code, **{name: value for name, value in items.items() if value is not None}}
    # All messages of a batch have one shape, so that they are written in the order of deciding.
    days = context.policies.on("receipt_due_working_days", context.today)
    writes.insert(
        practice_messages,
        uuid=name,
        practice_id=to.practice_id,
        kind=kind,
        content=content,
        transaction_id=to.transaction_id,
        patient_id=to.patient_id,
        created_at=context.now,
        due_at=context.after_working_days(days),
        transaction_number=to.reply_number,
    )
    return name
