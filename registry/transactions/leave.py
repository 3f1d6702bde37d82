"""Somebody leaves a practice's list: the one way off, whatever the reason, with all that follows.

1. One movement, from the practice's list to the list outside that the reason leads to.
2. The practice is told (F2).
3. Pending deductions are superseded, and open matters follow.
4. The national side is told.
"""

from datetime import date, datetime
from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PendingDeduction, PersonFacts
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.matters.follow import follow
from registry.transactions.matters.kind import Happening
from registry.transactions.messages import Addressee, deduct
from registry.transactions.national import tell
from registry.transactions.pending import end_pending
from registry.transactions.rules.removal_reasons import RemovalReason

_HAPPENING: dict[RemovalReason, Happening] = {
    RemovalReason.DEA: "died",
    RemovalReason.RDR: "sent-away",
    RemovalReason.OPA: "sent-away",
}


def take_off(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    reason: RemovalReason,
    transaction_id: UUID,
    *,
    on: date | None = None,
    at: datetime | None = None,
    told_as: str | None = None,
    gp_code: str | None = None,
    to_list: UUID | None = None,
    ending: PendingDeduction | None = None,
    matter_id: UUID | None = None,
) -> Movement:
    """Take a person, who is locked and on a practice's list, off it. Returns the movement as dated.

    It counts from today, from notification, unless another day is given; and happened now, unless
    another instant `at` is given (a removal for violence acts with the call). `told_as` and `to_list`
    stand for the reason's own; `ending` is a pending deduction whose end the caller writes, and
    `matter_id` a matter whose step the caller writes. Raises ValueError for somebody on no
    practice's list.
    """
    now = person.membership
    if now is None:
        raise ValueError("the person is on no practice's list")
    told = told_as or reason.value.told_as
    moved = leave_list(
        writes,
        person,
        to_list or reason.value.to_list.id,
        Movement(on or context.today, at or context.now, f"deduction-{told}", transaction_id, reason.code, context.now),
    )
    to = Addressee(now.practice_id, gp_code or now.gp_code, transaction_id=transaction_id, patient_id=person.id)
    deduct(writes, context, to, number=person.nhs_number, reason=told, on=moved.on, restricted=person.restricted)
    for pending in person.pending:
        if ending is None or pending.id != ending.id:
            end_pending(writes, context, person, pending, "superseded", "The person has moved on.")
    follow(writes, context, person, _HAPPENING.get(reason, "left"), transaction_id, unless=matter_id)
    tell(writes, context, transaction_id, person.id)
    return moved
