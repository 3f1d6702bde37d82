"""The row of a notice's transaction: new, or the next version of one that was referred."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from registry.anomalies.open_case import open_case
from registry.audit.record import record
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.deductions.notice import Notice, to_stored
from registry.transactions.evidence import evidence_of
from registry.transactions.facts import PersonFacts
from registry.transactions.models import transactions
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outcome import State
from registry.transactions.rules.reasons import Referral

KIND = "notice"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a notice. `known`: the register said so already; only `done` and `referred` wrote anything."""

    result: Literal["done", "known", "referred", "refused"]
    outcome: str
    sentence: str
    field: str | None = None
    transaction_id: UUID | None = None
    patient_id: UUID | None = None
    matter_id: UUID | None = None
    """The birth that it ended, of a child who was on no list yet."""


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """A notice in hand: a new one, or a stored one that goes on (`version` of its row)."""

    id: UUID
    notice: Notice
    source: Literal["office", "notice-file"] = "office"
    version: int | None = None


def conclude_notice(
    writes: Writes,
    context: Context,
    case: NoticeCase,
    person: PersonFacts,
    state: State,
    outcome: str,
    sentence: str,
    *,
    due_at: datetime | None = None,
    expects: str | None = None,
) -> None:
    """Write what became of a notice about a person."""
    if case.version is None:
        note_transaction(
            writes,
            context,
            KIND,
            outcome=outcome,
            sentence=sentence,
            command=to_stored(case.notice),
            patient_id=person.id,
            practice_id=None if person.membership is None else person.membership.practice_id,
            source=case.source,
            state=state,
            due_at=due_at,
            expects=expects,
            transaction_id=case.id,
        )
        return
    writes.update(
        transactions,
        case.id,
        version=case.version + 1,
        state=state,
        outcome=outcome,
        sentence=sentence,
        patient_id=person.id,
        posted_at=context.now if due_at is None else None,
        due_at=due_at,
        expects=expects,
    )
    record(
        writes,
        context.actor,
        f"transaction.{state}",
        context.now,
        patient_ids=(person.id,),
        subject={"outcome": outcome, "kind": KIND},
        request_id=context.request_id,
        transaction_id=case.id,
    )


def refer_notice(
    writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, referral: Referral, field: str
) -> None:
    """Put a notice before a person, with its evidence and the day by which it is due."""
    due_at = context.after_working_days(context.policies.on("anomaly_due_working_days", context.today))
    evidence: dict[str, Any] = {"field": field, **evidence_of(person)}
    open_case(
        writes,
        kind=referral.label,
        sentence=referral.value,
        evidence=evidence,
        opened_at=context.now,
        due_at=due_at,
        practice_id=None if person.membership is None else person.membership.practice_id,
        transaction_id=case.id,
        patient_ids=(person.id,),
    )
    conclude_notice(
        writes,
        context,
        case,
        person,
        "in-queue",
        referral.label,
        referral.value,
        due_at=due_at,
        expects="decision",
    )


def done(writes: Writes, context: Context, case: NoticeCase, person: PersonFacts, outcome: str, sentence: str) -> Taken:
    """Conclude a notice that was followed at once."""
    conclude_notice(writes, context, case, person, "accepted", outcome, sentence)
    return Taken("done", outcome, sentence, None, case.id, person.id)
