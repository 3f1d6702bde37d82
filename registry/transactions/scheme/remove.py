"""Take somebody off a list at once, and see that a place on the scheme is found.

1. Off the list with the notice: one movement, an F2 whose reason says no more than any other
   removal's, pending deductions superseded.
2. A place on the scheme is wanted within 24 hours of it; the removal is lawful with none ready.
3. The practice has its acknowledgement in writing.
4. Where children live at the address, a person is told to think of them. Nobody but the person
   named is removed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from registry.anomalies.open_case import open_case
from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import MembershipFacts, PersonFacts
from registry.transactions.leave import take_off
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.step import open_matter
from registry.transactions.office_transactions import note_transaction
from registry.transactions.rules.removal_reasons import RemovalReason
from registry.transactions.scheme.placement import PLACEMENT, place_by
from registry.transactions.scheme.rules import counts_from
from registry.values.period import london_date

_CHILDREN = "Children live at the address of somebody of whom the office holds an open matter: think of their safety."


def remove_at_once(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    stay: MembershipFacts,
    *,
    acts_at: datetime,
    incident_id: UUID,
    children: list[dict[str, Any]],
    notice_id: UUID | None = None,
) -> tuple[UUID, UUID]:
    """Remove a person, who is locked and on the list of `stay`. Returns the ids of the place and the transaction.

    `acts_at` is the instant of the notice, or of the approval that it needed; the movement
    bears it, unless the person came to the list only afterwards. `notice_id` is a notice's matter
    whose step the caller writes.
    """
    transaction_id = uuid7()
    noticed_on = london_date(acts_at)
    place_id = open_matter(
        writes,
        context,
        PLACEMENT,
        due_at=place_by(acts_at, noticed_on, context),
        patient_id=person.id,
        practice_id=stay.practice_id,
        facts={
            "removed_from": stay.practice_id,
            "removed_at": acts_at,
            "area": stay.authority_cipher,
            "incident": incident_id,
            "children_at_address": len(children),
        },
        trigger_on=noticed_on,
        transaction_id=transaction_id,
    )
    note_transaction(
        writes,
        context,
        "immediate-removal",
        outcome="removed",
        sentence="Off the practice's list with the notice.",
        command={"acts_at": acts_at.isoformat(), "incident": incident_id},
        patient_id=person.id,
        practice_id=stay.practice_id,
        matter_id=place_id,
        transaction_id=transaction_id,
    )
    take_off(
        writes,
        context,
        person,
        RemovalReason.RDI,
        transaction_id,
        on=counts_from(noticed_on, context.today),
        at=acts_at,
        matter_id=notice_id,
    )
    if children:
        _think_of_children(writes, context, place_id, children)
    return place_id, transaction_id


def acknowledge(
    writes: Writes, context: Context, person: PersonFacts, practice_id: UUID, content: dict[str, Any], matter_id: UUID
) -> None:
    """Tell the practice in writing that its notice was received, and what became of it."""
    write_letter(
        writes,
        context,
        Letter.SCHEME_ACKNOWLEDGEMENT,
        person,
        content,
        practice_id=practice_id,
        matter_id=matter_id,
    )


def _think_of_children(writes: Writes, context: Context, place_id: UUID, children: list[dict[str, Any]]) -> None:
    """The case names the children as those shown, and no person: it must not stand on a child's own page, nor
    hold up a clock of anybody."""
    days = context.policies.on("anomaly_due_working_days", context.today)
    open_case(
        writes,
        kind="children-at-address",
        sentence=_CHILDREN,
        evidence={"matter": place_id, "candidates": children},
        opened_at=context.now,
        due_at=context.after_working_days(days),
    )
