"""Put the other record back on its list as if it had never left; the survivor leaves a place that it took.

Source: domain rules R7 (no gap).
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.gather import gather_person
from registry.transactions.ledger import Movement, leave_list
from registry.transactions.merges.standing import Merge
from registry.transactions.merges.undo_plan import UndoPlan
from registry.transactions.national import tell
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside
from registry.transactions.taking_back.restore import PutBack, put_back
from registry.transactions.taking_back.standing import last_standing


def note_undone(
    writes: Writes,
    context: Context,
    merge: Merge,
    patient_id: UUID,
    by: UUID,
    *,
    outcome: str,
    earlier_id: UUID,
) -> None:
    """The transaction `by` which a person moves because a merge is undone; `earlier_id` is the one that it undoes."""
    note_transaction(
        writes,
        context,
        "merge-undo",
        outcome=outcome,
        sentence="Two records that had been made one are two again.",
        command={"merge": str(merge.id)},
        patient_id=patient_id,
        matter_id=merge.matter_id,
        earlier_id=earlier_id,
        transaction_id=by,
    )


async def give_places_back(
    connection: AsyncConnection,
    context: Context,
    merge: Merge,
    source: PersonFacts,
    target: PersonFacts,
    plan: UndoPlan,
    took_place: UUID | None,
    by: UUID,
) -> PutBack | None:
    """The survivor leaves a place that it took, and the other record is where it was."""
    if took_place is not None:
        writes, second = Writes(), uuid7()
        note_undone(writes, context, merge, target.id, second, outcome="place-given-back", earlier_id=took_place)
        last = await last_standing(connection, target.id)
        if last is None or last.transaction_id != took_place:
            raise ValueError("the survivor has moved since")
        # What was given back above is no longer among the survivor's open work.
        survivor = await gather_person(connection, target.id)
        await put_back(connection, writes, context, survivor, last, second)
        await writes.flush(connection)
    writes = Writes()
    if not plan.place_given_back:
        leave_list(writes, source, Outside.UNREGISTERED.id, Movement(context.today, context.now, "merge-undone", by))
        tell(writes, context, by, source.id)
        await writes.flush(connection)
        return None
    last = await last_standing(connection, source.id)
    if last is None or last.transaction_id != merge.transaction_id:
        raise ValueError("a record that was merged away does not move")
    put = await put_back(connection, writes, context, source, last, by)
    await writes.flush(connection)
    return put
