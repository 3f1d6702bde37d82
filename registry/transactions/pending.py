"""Pending deductions: made by a request, ended by their day, by a move, or by the office."""

from uuid import UUID

from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes, iso
from registry.transactions.commands import Command
from registry.transactions.context import Context
from registry.transactions.facts import PendingDeduction, PersonFacts
from registry.transactions.models import pending_deductions, transactions
from registry.transactions.outcome import Case
from registry.transactions.rules.decisions import Pend
from registry.transactions.rules.removal_reasons import DEDUCTED_AS


def open_pending(writes: Writes, context: Context, case: Case[Command], decision: Pend) -> None:
    """Add a deduction that waits for its day, for the practice and doctor of the request."""
    origin = case.command.origin
    writes.insert(
        pending_deductions,
        id=uuid7(),
        patient_id=decision.person.id,
        practice_id=origin.practice_id,
        transaction_id=case.id,
        gp_code=origin.gp_code,
        reason=decision.reason,
        removal=DEDUCTED_AS[decision.to_list].code,
        to_list=decision.to_list.id,
        requested_on=iso(context.today),
        due_on=iso(decision.due_on),
    )


def replace_pending(
    writes: Writes, context: Context, case: Case[Command], pending: PendingDeduction, decision: Pend
) -> None:
    """Have a request with an earlier day take the place of the one that is pending, which is at its end."""
    writes.update(
        pending_deductions,
        pending.id,
        transaction_id=case.id,
        gp_code=case.command.origin.gp_code,
        reason=decision.reason,
        removal=DEDUCTED_AS[decision.to_list].code,
        to_list=decision.to_list.id,
        requested_on=iso(context.today),
        due_on=iso(decision.due_on),
        held_because=None,
        held_on=None,
    )
    sentence = "A request with an earlier day took its place."
    _end(writes, context, decision.person, pending.transaction_id, "superseded", "deduction-replaced", sentence)


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
    writes: Writes, context: Context, person: PersonFacts, pending: PendingDeduction, state: str, sentence: str
) -> None:
    """Close one pending deduction and the transaction that asked for it."""
    writes.update(pending_deductions, pending.id, state=state, closed_at=context.now, held_because=None)
    end = "accepted" if state == "executed" else state
    _end(writes, context, person, pending.transaction_id, end, f"deduction-{state}", sentence)


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
