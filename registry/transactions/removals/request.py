"""A removal that the office keys: put down as pending, as superseded, or as refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.acts.act import Done
from registry.transactions.context import Context
from registry.transactions.facts import PendingDeduction, PersonFacts, pending_for
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import posts_on, write_letter
from registry.transactions.office_transactions import note_transaction
from registry.transactions.pending import Leaving, open_pending, replace_pending, waiting_for
from registry.transactions.removals.grounds import RemovalRefusal
from registry.transactions.removals.machine import stage_of
from registry.transactions.removals.rules import takes_the_place


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, as it is kept: the kind of its transaction, for whose list, and its particulars."""

    transaction_id: UUID
    kind: str
    practice_id: UUID
    command: Mapping[str, Any]

    @classmethod
    def of(cls, kind: str, practice_id: UUID, command: Mapping[str, Any]) -> "Request":
        """A new request."""
        return cls(uuid7(), kind, practice_id, command)


def in_the_way(context: Context, person: PersonFacts, request: Request, due_on: date | None) -> PendingDeduction | None:
    """The pending deduction that a request with a day (None: not known yet) does not take the place of."""
    pending = pending_for(person, request.practice_id)
    return None if pending is None or takes_the_place(pending, due_on, posts_on(context)) else pending


def put_down_beside(
    writes: Writes, context: Context, person: PersonFacts, request: Request, pending: PendingDeduction
) -> Done:
    """Another request with the same or an earlier day is pending: this one changes nothing."""
    sentence = "A deduction of this person is pending already; nothing was added."
    _note(writes, context, person, request, "superseded", "already-pending", sentence)
    return Done(sentence, pending.id, pending.version, "superseded", request.transaction_id)


def put_down(writes: Writes, context: Context, person: PersonFacts, request: Request, leaving: Leaving) -> Done:
    """Put a request down as pending, in the place of one with a later day where there is one."""
    pending = pending_for(person, request.practice_id)
    if pending is None:
        pending_id, version = open_pending(writes, context, person, leaving), 1
    else:
        replace_pending(writes, context, person, pending, leaving)
        pending_id, version = pending.id, pending.version + 1
    sentence, due_at, expects = waiting_for(context, leaving)
    note_transaction(
        writes,
        context,
        request.kind,
        outcome="deduction-pending",
        sentence=sentence,
        command=request.command,
        patient_id=person.id,
        practice_id=request.practice_id,
        state="pending",
        due_at=due_at,
        expects=expects,
        transaction_id=request.transaction_id,
    )
    state = stage_of("pending", leaving.waits_for)
    return Done(sentence, pending_id, version, state, request.transaction_id)


def refuse(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    request: Request,
    refusal: RemovalRefusal,
    *,
    by: Letter,
) -> Done:
    """Put a request down as refused, and write to whoever asked why."""
    _note(writes, context, person, request, "refused", refusal.label, refusal.value)
    write_letter(
        writes,
        context,
        by,
        person,
        {"refusal": refusal.label},
        practice_id=request.practice_id,
        transaction_id=request.transaction_id,
    )
    return Done(f"Refused, and told so by letter: {refusal.value}", None, None, "refused", request.transaction_id)


def _note(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    request: Request,
    state: Any,
    outcome: str,
    sentence: str,
) -> None:
    note_transaction(
        writes,
        context,
        request.kind,
        outcome=outcome,
        sentence=sentence,
        command=request.command,
        patient_id=person.id,
        practice_id=request.practice_id,
        state=state,
        transaction_id=request.transaction_id,
    )
