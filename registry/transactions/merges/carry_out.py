"""Carry out a merge, in one unit of work: two people who are locked become one record, and nothing is deleted.

1. What ends of the loser's open work ends, with the reason.
2. The loser leaves its list, by a movement to the list of records that another stands for. Its practice
   is told: by an F1 with the number that stays where it keeps the person, else by an F2. Where the
   National Back Office ruled against the present practice's record, the survivor takes that place, with
   its acceptance date, doctor and turnover.
3. Every number leads to the survivor, and so does everything that was merged into the loser before.
4. The survivor takes over stricter markings, and what it lacked.
5. What is still open goes on for the survivor, but a case about a pair: a sweep compares the survivor anew.
6. Every row that was touched is kept as it was and as it became, for an undo.
7. Where only one of the two was protected, what was decided for the other before lets no place leave. An
   undo does not put that back: practices have been told.

Sources: domain rules R8; the order of locks is people by id, those merged before among them.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.gather import gather_person
from registry.transactions.judging.close_pairs import close_overtaken
from registry.transactions.letters.write import write_to_practice
from registry.transactions.merges.end_work import end_what_ends
from registry.transactions.merges.join_identities import join_identities
from registry.transactions.merges.models import merge_items, merges
from registry.transactions.merges.move_places import move_places
from registry.transactions.merges.places import letters_of
from registry.transactions.merges.plan import Approved, Plan
from registry.transactions.merges.re_point import re_point
from registry.transactions.merges.snapshot import Rows, Touched, look_again, touched
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.protected.machine import PROTECTION
from registry.transactions.protected.unsent import withhold_unsent
from registry.transactions.protected.withhold import withhold


async def carry_out(connection: AsyncConnection, context: Context, plan: Plan, approved: Approved) -> UUID:
    """Make the two one, as planned under the same locks; returns the merge's id. The caller steps the matter.

    Raises ValueError for a plan in whose way something stands.
    """
    if plan.blocked is not None:
        raise ValueError(plan.blocked.sentence)
    merge_id, transaction_id = uuid7(), uuid7()
    await _note(connection, context, plan, approved, merge_id, transaction_id)
    writes = Writes()
    end_what_ends(writes, context, plan.places, plan.rows, transaction_id, approved.matter_id)
    await writes.flush(connection)
    moved_by = await move_places(connection, context, plan, approved, transaction_id)
    await join_identities(connection, context, plan, approved, transaction_id)
    await close_overtaken(connection, context, [plan.choice.survivor.id, plan.choice.loser.id])
    re_point(writes, context, plan.places, await look_again(connection, plan.rows), transaction_id, approved.matter_id)
    await writes.flush(connection)
    # The practice that is given somebody else's place hears of it by the letter of that movement.
    _print(writes, context, plan, moved_by or transaction_id)
    tell(writes, context, transaction_id, plan.choice.survivor.id)
    for item in _touched(plan, await look_again(connection, plan.rows), approved):
        _keep(writes, merge_id, item)
    await writes.flush(connection)
    if plan.choice.survivor.restricted != plan.choice.loser.restricted:
        await _protect_the_other(connection, context, plan, transaction_id)
    return merge_id


async def _protect_the_other(connection: AsyncConnection, context: Context, plan: Plan, transaction_id: UUID) -> None:
    """The survivor is protected whichever of them was; messages of the loser stay under its record, and may wait."""
    survivor = await gather_person(connection, plan.choice.survivor.id)
    protection = survivor.matter(PROTECTION.kind)
    route = "practice" if protection is None else protection.facts["route"]
    matter_id = None if protection is None else protection.id
    await withhold(connection, context, survivor, route, transaction_id, matter_id)
    await withhold_unsent(connection, context, plan.choice.loser.id)


async def _note(
    connection: AsyncConnection,
    context: Context,
    plan: Plan,
    approved: Approved,
    merge_id: UUID,
    transaction_id: UUID,
) -> None:
    """The merge, and the transaction by which the loser's movement is explained."""
    writes, survivor, loser = Writes(), plan.choice.survivor, plan.choice.loser
    note_transaction(
        writes,
        context,
        "merge",
        outcome="merged",
        sentence="Two records of one person were made one.",
        command={"merge": str(merge_id), "survivor": str(survivor.id), "case_reference": approved.case_reference},
        patient_id=loser.id,
        practice_id=None if loser.membership is None else loser.membership.practice_id,
        matter_id=approved.matter_id,
        transaction_id=transaction_id,
    )
    writes.insert(
        merges,
        id=merge_id,
        source_id=loser.id,
        target_id=survivor.id,
        made_at=context.now,
        author=approved.author,
        approver=context.actor.name,
        reason=approved.reason,
        case_reference=approved.case_reference,
        national_ruling=approved.national_ruling,
        transaction_id=transaction_id,
        matter_id=approved.matter_id,
        source_before=loser.row,
        target_before=survivor.row,
    )
    await writes.flush(connection)


def _print(writes: Writes, context: Context, plan: Plan, transaction_id: UUID) -> None:
    content = {"merged_on": context.today.isoformat()}
    survivor = plan.choice.survivor.id
    for letter, practice_id in letters_of(plan.places):
        write_to_practice(
            writes, context, letter, practice_id, content, patient_id=survivor, transaction_id=transaction_id
        )


def _touched(plan: Plan, after: Rows, approved: Approved) -> list[Touched]:
    """What differs but the matter of this merge, and the number that is now kept as a former one."""
    found = [each for each in touched(plan.rows, after) if each.key != str(approved.matter_id)]
    survivor, loser = plan.choice.survivor, plan.choice.loser
    if survivor.nhs_number is not None and loser.nhs_number is not None:
        kept = {"patient_id": str(survivor.id)}
        found.append(Touched("patient_numbers", loser.nhs_number, "superseded", {"patient_id": None}, kept))
    return found


def _keep(writes: Writes, merge_id: UUID, item: Touched) -> None:
    writes.insert(
        merge_items,
        merge_id=merge_id,
        table_name=item.table,
        row_key=item.key,
        how=item.how,
        before=dict(item.before),
        after=dict(item.after),
    )
