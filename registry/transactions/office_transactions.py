"""A transaction that the office makes itself, by a person, a file or a clock: its row.

What practices send goes by `outcome.conclude`; this is for everything else that moves somebody
or changes what the register says, so that each movement can be traced to what caused it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.models import transactions
from registry.transactions.outcome import State


def note_transaction(
    writes: Writes,
    context: Context,
    kind: str,
    *,
    outcome: str,
    sentence: str,
    command: Mapping[str, Any],
    patient_id: UUID | None = None,
    practice_id: UUID | None = None,
    matter_id: UUID | None = None,
    source: str = "office",
    state: State = "accepted",
    received_at: datetime | None = None,
    due_at: datetime | None = None,
    expects: str | None = None,
    earlier_id: UUID | None = None,
    transaction_id: UUID | None = None,
) -> UUID:
    """Add a transaction to the batch, with its audit event, and return its id.

    `kind` is one of the kinds in the table's constraint; `command` what was asked, as plain
    data. An open state (in-queue, pending) says what it `expects` and by when it is `due_at`.
    """
    made = transaction_id or uuid7()
    writes.insert(
        transactions,
        id=made,
        kind=kind,
        source=source,
        practice_id=practice_id,
        matter_id=matter_id,
        command=dict(command),
        earlier_id=earlier_id,
        document_at=received_at or context.now,
        received_at=received_at or context.now,
        state=state,
        outcome=outcome,
        sentence=sentence,
        patient_id=patient_id,
        posted_at=context.now if due_at is None else None,
        due_at=due_at,
        expects=expects,
    )
    record(
        writes,
        context.actor,
        f"transaction.{state}",
        context.now,
        patient_ids=() if patient_id is None else (patient_id,),
        subject={"outcome": outcome, "kind": kind},
        request_id=context.request_id,
        transaction_id=made,
    )
    return made
