"""End the place of the record that is merged away, and with a ruling give it to the survivor; practices are told."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.ledger import Movement, Place, change_list, leave_list
from registry.transactions.matters.follow import follow
from registry.transactions.merges.choose import retained_number
from registry.transactions.merges.places import told_by_number
from registry.transactions.merges.plan import Approved, Plan
from registry.transactions.messages import Addressee, amend, deduct
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside
from registry.transactions.pending import end_pending
from registry.transactions.rules.removal_reasons import RemovalReason

REASON = "merge"
"""The reason of the movements."""


async def move_places(
    connection: AsyncConnection, context: Context, plan: Plan, approved: Approved, transaction_id: UUID
) -> UUID | None:
    """The loser's movement, and with a ruling the survivor's into the place; returns the latter's transaction."""
    writes, loser = Writes(), plan.choice.loser
    removal = RemovalReason.LDN
    movement = Movement(context.today, context.now, REASON, transaction_id, removal.code)
    moved = leave_list(writes, loser, Outside.SUPERSEDED.id, movement)
    now = loser.membership
    if now is not None:
        to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=loser.id)
        stays = retained_number(plan.choice.survivor, loser)
        if told_by_number(plan.places) and loser.nhs_number is not None:
            amend(writes, context, to, loser.nhs_number, {"new_number": stays})
        else:
            deduct(
                writes,
                context,
                to,
                number=loser.nhs_number,
                reason=removal.value.told_as,
                on=moved.on,
                restricted=loser.restricted or plan.choice.survivor.restricted,
            )
    taken_by = _take_place(writes, context, plan, approved, transaction_id) if plan.places.transfers else None
    await writes.flush(connection)
    return taken_by


def _take_place(writes: Writes, context: Context, plan: Plan, approved: Approved, transaction_id: UUID) -> UUID:
    """The survivor takes the loser's place, as it is; a transaction of its own explains the movement."""
    survivor, place = plan.choice.survivor, plan.choice.loser.membership
    if place is None:
        raise ValueError("there is no place to take")
    former = survivor.membership
    taken_by = note_transaction(
        writes,
        context,
        "merge",
        outcome="place-transferred",
        sentence="The place on the list goes on under the record that was retained by ruling.",
        command={"merged": str(plan.choice.loser.id), "case_reference": approved.case_reference},
        patient_id=survivor.id,
        practice_id=place.practice_id,
        matter_id=approved.matter_id,
        earlier_id=transaction_id,
    )
    moved = change_list(
        writes,
        survivor,
        Place(place.practice_id, place.accepted_on, place.gp_code, place.out_of_area),
        Movement(context.today, context.now, REASON, taken_by),
    )
    if former is not None:
        to = Addressee(former.practice_id, former.gp_code, transaction_id=taken_by, patient_id=survivor.id)
        deduct(
            writes,
            context,
            to,
            number=survivor.nhs_number,
            reason=RemovalReason.LDN.value.told_as,
            on=moved.on,
            restricted=survivor.restricted or plan.choice.loser.restricted,
        )
    for pending in survivor.pending:
        end_pending(writes, context, survivor, pending, "superseded", "The person has moved on.")
    follow(writes, context, survivor, "registered", taken_by)
    return taken_by
