"""Pending deductions: made by a request, ended by their day, by a move, or by the office."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.transactions.context import Context
from registry.transactions.facts import PendingDeduction, PersonFacts
from registry.transactions.letters.write import next_post
from registry.transactions.models import pending_deductions, transactions
from registry.transactions.outcome import State
from registry.transactions.removals.machine import Waits
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.values.period import LONDON, start_of_day


@dataclass(frozen=True, slots=True)
class Leaving:
    """A deduction that waits: for its day, or for what begins its `days`.

    `told_as` and `to_list` are those of the request, where they differ from the reason's own.
    """

    practice_id: UUID
    transaction_id: UUID
    gp_code: str
    reason: RemovalReason
    told_as: str
    to_list: UUID
    requested_on: date
    due_on: date | None = None
    waits_for: Waits | None = None
    days: int | None = None
    letter_id: UUID | None = None
    earliest_on: date | None = None
    chase_at: datetime | None = None


def open_pending(writes: Writes, context: Context, person: PersonFacts, leaving: Leaving) -> UUID:
    """Add a deduction that waits; returns its id. Its transaction is written by the caller."""
    pending_id = uuid7()
    writes.insert(
        pending_deductions,
        id=pending_id,
        patient_id=person.id,
        practice_id=leaving.practice_id,
        **_columns(context, leaving),
    )
    return pending_id


def replace_pending(
    writes: Writes, context: Context, person: PersonFacts, pending: PendingDeduction, leaving: Leaving
) -> None:
    """Have a request with an earlier day take the place of the one that is pending, which is at its end."""
    writes.update(
        pending_deductions,
        pending.id,
        version=pending.version + 1,
        held_because=None,
        held_on=None,
        chased=0,
        **_columns(context, leaving),
    )
    sentence = "A request with an earlier day took its place."
    _end(writes, context, person, pending.transaction_id, "superseded", "deduction-replaced", sentence)


def give_day(writes: Writes, context: Context, pending: PendingDeduction, due_on: date, earliest_on: date) -> None:
    """Let a deduction that waited for something have its day."""
    writes.update(
        pending_deductions,
        pending.id,
        version=pending.version + 1,
        due_on=iso(due_on),
        earliest_on=iso(earliest_on),
        waits_for=None,
        chase_at=None,
    )
    _fall_due_on(writes, context, pending, due_on)


def move_day(writes: Writes, context: Context, pending: PendingDeduction, due_on: date) -> None:
    """Give a deduction another day; where it was held it is tried on that day."""
    writes.update(
        pending_deductions,
        pending.id,
        version=pending.version + 1,
        due_on=iso(due_on),
        held_because=None,
        held_on=None,
    )
    _fall_due_on(writes, context, pending, due_on)


def close_pending(writes: Writes, context: Context, person: PersonFacts, *, holder: UUID | None) -> None:
    """End every pending deduction of a person because of a registration.

    With the practice that now holds the person the request is cancelled: it has accepted them
    again. With another it is superseded: they have moved on. `holder` None: they left by
    another way, and everything is superseded.
    """
    for pending in person.pending:
        state = "cancelled" if pending.practice_id == holder else "superseded"
        sentence = "The practice has accepted the person again." if state == "cancelled" else "The person has moved on."
        end_pending(writes, context, person, pending, state, sentence)


def end_pending(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    pending: PendingDeduction,
    state: str,
    sentence: str,
    *,
    outcome: str | None = None,
    as_transaction: State | None = None,
) -> None:
    """Close one pending deduction and the transaction that asked for it.

    The transaction ends in the same state (executed: accepted), unless `as_transaction` says
    another; its outcome is `deduction-STATE` unless one is given.
    """
    writes.update(
        pending_deductions,
        pending.id,
        version=pending.version + 1,
        state=state,
        closed_at=context.now,
        held_because=None,
        chase_at=None,
    )
    end = as_transaction or ("accepted" if state == "executed" else state)
    _end(writes, context, person, pending.transaction_id, end, outcome or f"deduction-{state}", sentence)


def waiting_for(context: Context, leaving: Leaving) -> tuple[str, datetime, str]:
    """What the transaction of a deduction that waits says: its sentence, by when something must come, and what."""
    if leaving.due_on is not None:
        due_at = acts_from(context, leaving.reason, leaving.due_on, leaving.requested_on)
        return f"Falls due on {leaving.due_on.isoformat()}.", due_at, "deduction"
    if leaving.chase_at is not None:
        return _WAITS[leaving.waits_for], leaving.chase_at, leaving.waits_for or ""
    return _WAITS[leaving.waits_for], next_post(context), "posting"


_WAITS: dict[Waits | None, str] = {
    "letter": "Its days begin when the letter about it is posted.",
    "treatment-end": "Its days begin when the practice gives notice that treatment at short intervals has ended.",
    "carer-check": "It waits for the practice to say whether the patient looks after themselves.",
}


def acts_from(context: Context, reason: RemovalReason, due_on: date, requested_on: date) -> datetime:
    """The instant of its day from which a deduction acts, by the rules of the day of the request."""
    hour = _hour(context, reason, requested_on)
    start = start_of_day(due_on)
    if hour is None:
        return start
    # Clocks change in the night: the hour is one of London's own clock, and not so long after midnight.
    return datetime.combine(due_on, time.fromisoformat(hour), LONDON).astimezone(start.tzinfo)


def _columns(context: Context, leaving: Leaving) -> dict[str, Any]:
    return {
        "transaction_id": leaving.transaction_id,
        "gp_code": leaving.gp_code,
        "reason": leaving.told_as,
        "removal": leaving.reason.code,
        "to_list": leaving.to_list,
        "requested_on": iso(leaving.requested_on),
        "due_on": iso(leaving.due_on),
        "waits_for": leaving.waits_for,
        "days": leaving.days,
        "letter_id": leaving.letter_id,
        "earliest_on": iso(leaving.earliest_on),
        "acts_at": _hour(context, leaving.reason, leaving.requested_on),
        "chase_at": leaving.chase_at,
    }


def _hour(context: Context, reason: RemovalReason, day: date) -> str | None:
    """The hour of the due day before which the day's own acceptances come first; None for midnight."""
    return context.policies.on("removal_acts_at", day).get(reason.code)


def _fall_due_on(writes: Writes, context: Context, pending: PendingDeduction, due_on: date) -> None:
    writes.update(
        transactions,
        pending.transaction_id,
        sentence=f"Falls due on {due_on.isoformat()}.",
        due_at=acts_from(context, RemovalReason[pending.removal], due_on, pending.requested_on or context.today),
        expects="deduction",
    )


def _end(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    transaction_id: UUID,
    state: str,
    outcome: str,
    sentence: str,
) -> None:
    writes.update(
        transactions,
        transaction_id,
        state=state,
        outcome=outcome,
        sentence=sentence,
        due_at=None,
        expects=None,
        posted_at=context.now,
    )
    record(
        writes,
        context.actor,
        f"transaction.{state}",
        context.now,
        patient_ids=(person.id,),
        subject={"outcome": outcome},
        request_id=context.request_id,
        transaction_id=transaction_id,
    )
