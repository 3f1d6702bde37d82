"""What became of a transaction, and the row that says so."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from registry.anomalies.open_case import open_case
from registry.audit.record import record
from registry.database import Writes, iso
from registry.transactions.commands import Command, RegisterPatient, kind_of, to_stored
from registry.transactions.context import Context
from registry.transactions.models import transactions
from registry.transactions.rules.reasons import Referral

State = Literal["waiting-for-trace", "in-queue", "pending", "accepted", "refused", "superseded", "cancelled"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command, as stored: repeatable and explained."""

    transaction_id: UUID
    operation_id: str
    state: State
    outcome: str
    sentence: str
    patient_id: UUID | None = None
    warnings: tuple[str, ...] = ()


Asked = TypeVar("Asked", bound=Command, covariant=True)


@dataclass(frozen=True, slots=True)
class Case(Generic[Asked]):
    """A transaction in hand: a new one, or a stored one that goes on (`version` of its row)."""

    id: UUID
    command: Asked
    version: int | None = None
    earlier_id: UUID | None = None
    warnings: tuple[str, ...] = field(default=())


def operation_id(partner_code: str, transaction_number: int) -> str:
    """The public handle of a practice's transaction, as the GP Links adaptor makes it."""
    return sha256(f"{partner_code}{transaction_number}".encode()).hexdigest()


def conclude(
    writes: Writes,
    context: Context,
    case: Case[Command],
    state: State,
    outcome: str,
    sentence: str,
    *,
    patient_id: UUID | None = None,
    due_at: datetime | None = None,
    expects: str | None = None,
    ruling: dict[str, Any] | None = None,
    chase_at: datetime | None = None,
) -> Outcome:
    """Write what became of a transaction: a new row, or the next version of the stored one.

    A transaction that is not at its end says what it waits for and by when.
    """
    columns: dict[str, Any] = {
        "state": state,
        "outcome": outcome,
        "sentence": sentence,
        "warnings": list(case.warnings),
        "patient_id": patient_id,
        "posted_at": context.now if due_at is None else None,
        "due_at": due_at,
        "expects": expects,
        "ruling": ruling,
        "chase_at": chase_at,
    }
    if case.version is None:
        writes.insert(transactions, **_as_asked(case), **columns)
    else:
        writes.update(transactions, case.id, version=case.version + 1, **columns)
    origin = case.command.origin
    record(
        writes,
        context.actor,
        f"transaction.{state}",
        context.now,
        patient_ids=() if patient_id is None else (patient_id,),
        subject={"outcome": outcome, "kind": kind_of(case.command)},
        request_id=context.request_id,
        transaction_id=case.id,
    )
    return Outcome(
        case.id,
        operation_id(origin.partner_code, origin.transaction_number),
        state,
        outcome,
        sentence,
        patient_id,
        case.warnings,
    )


def _as_asked(case: Case[Command]) -> dict[str, Any]:
    command, origin = case.command, case.command.origin
    return {
        "id": case.id,
        "kind": kind_of(command),
        "source": origin.source,
        "practice_id": origin.practice_id,
        "operation_id": operation_id(origin.partner_code, origin.transaction_number),
        "transaction_number": origin.transaction_number,
        "interchange_id": origin.interchange_id,
        "message_reference": origin.message_reference,
        "command": to_stored(command),
        "accepted_on": iso(command.accepted_on) if isinstance(command, RegisterPatient) else None,
        "document_at": origin.document_at,
        "received_at": origin.received_at,
        "earlier_id": case.earlier_id,
    }


def refer(
    writes: Writes,
    context: Context,
    case: Case[Command],
    referral: Referral,
    *,
    field: str | None = None,
    patient_ids: tuple[UUID, ...] = (),
    evidence: dict[str, Any] | None = None,
) -> Outcome:
    """Put a transaction before a person, with its evidence and the day by which it is due."""
    due_at = context.after_working_days(context.policies.on("anomaly_due_working_days", context.today))
    open_case(
        writes,
        kind=referral.label,
        sentence=referral.value,
        evidence={"field": field, **(evidence or {})},
        opened_at=context.now,
        due_at=due_at,
        practice_id=case.command.origin.practice_id,
        transaction_id=case.id,
        patient_ids=patient_ids,
    )
    return conclude(
        writes, context, case, "in-queue", referral.label, referral.value, due_at=due_at, expects="decision"
    )
