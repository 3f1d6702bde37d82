"""Questions to the national side, as rows of the same unit of work.

The network is never touched here: a job asks, and the answer comes back through
`national_answers`. A request is P (waiting), E (error, tried again), U (answered, and to be
applied) or C (complete). NHAIS: the PDS allocations and update queues.
"""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.jobs import names
from registry.jobs.enqueue import enqueue_with
from registry.transactions.commands import RegisterPatient, Ruling
from registry.transactions.context import Context
from registry.transactions.models import national_requests
from registry.transactions.outcome import Case, Outcome, conclude

_WAITING = {
    "trace": "Waiting for the national side to say who this is.",
    "allocate": "Waiting for the national side to allot a number.",
}


def ask(
    writes: Writes,
    context: Context,
    case: Case[RegisterPatient],
    kind: Literal["trace", "allocate"],
    ruling: Ruling | None = None,
) -> Outcome:
    """Ask who a person is, or for a number; the transaction waits, visibly, until its hour."""
    _request(writes, context, case.id, kind)
    hours = context.policies.on("trace_answer_hours", context.today)
    return conclude(
        writes,
        context,
        case,
        "waiting-for-trace",
        f"{kind}-asked",
        _WAITING[kind],
        due_at=context.now + timedelta(hours=hours),
        expects=f"national-{kind}",
        ruling=_stored(ruling),
    )


def tell(writes: Writes, context: Context, transaction_id: UUID, patient_id: UUID) -> None:
    """Tell the national side where a person now is."""
    _request(writes, context, transaction_id, "update", patient_id)


def announce(writes: Writes, context: Context, transaction_id: UUID, patient_id: UUID, number: str) -> None:
    """Tell the national side who was given a number of the reserve."""
    _request(writes, context, transaction_id, "announce", patient_id, {"number": number})


def ask_number(writes: Writes, context: Context, patient_id: UUID) -> UUID:
    """Ask for a number for somebody whom the register holds without one; returns the request's id.

    No transaction waits for it: a matter of theirs does, until the answer comes.
    """
    return _request(writes, context, None, "allocate", patient_id)


def _request(
    writes: Writes,
    context: Context,
    transaction_id: UUID | None,
    kind: str,
    patient_id: UUID | None = None,
    question: dict[str, Any] | None = None,
) -> UUID:
    """The row is the truth, the job only the nudge: what falls due is nudged again."""
    request_id = uuid7()
    writes.insert(
        national_requests,
        id=request_id,
        kind=kind,
        transaction_id=transaction_id,
        patient_id=patient_id,
        question=question or {},
        asked_at=context.now,
        next_attempt_at=context.now,
    )
    enqueue_with(writes, names.ASK_NATIONAL_SIDE, {"request_id": str(request_id)})
    return request_id


def _stored(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "action": ruling.action,
        "reason": ruling.reason,
        "by": ruling.by,
        "seen": list(ruling.seen),
        "patient_id": ruling.patient_id,
    }
