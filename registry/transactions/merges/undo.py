"""Undo a merge: two records again, item by item, in one unit of work.

1. Open work goes back to the record that it was of, and what ended because of the merge goes on.
2. The survivor's row says again what it said, where nobody changed it since.
3. The other record lives again, with its numbers, its keys, and whatever had been merged into it.
4. It is back on its list as if it had never left, and practices are told: what was not delivered yet is
   withdrawn, for the rest a letter says what is so now.

Versions and histories only grow. Sources: domain rules R8, R7 (no gap); the complaints of peers' users.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_to_practice
from registry.transactions.merges.give_places_back import give_places_back, note_undone
from registry.transactions.merges.give_work_back import give_work_back
from registry.transactions.merges.models import merges
from registry.transactions.merges.part_identities import part_identities
from registry.transactions.merges.standing import Merge, mark
from registry.transactions.merges.undo_plan import UndoPlan
from registry.transactions.national import tell
from registry.transactions.taking_back.restore import PutBack


async def undo(
    connection: AsyncConnection,
    context: Context,
    merge: Merge,
    source: PersonFacts,
    target: PersonFacts,
    plan: UndoPlan,
    took_place: UUID | None,
    reason: str,
) -> UUID:
    """Undo a merge as planned; both records and everything merged into the source are locked.

    `took_place` is the transaction by which the survivor took the place on a list and is on it still.
    Returns the transaction.
    """
    by, writes = uuid7(), Writes()
    note_undone(writes, context, merge, source.id, by, outcome="merge-undone", earlier_id=merge.transaction_id)
    await writes.flush(connection)
    await give_work_back(connection, context, merge, plan, by)
    await part_identities(connection, context, merge, source, target, plan, by)
    put = await give_places_back(connection, context, merge, source, target, plan, took_place, by)
    await _tell(connection, context, source, None if took_place else target, put, by)
    tell(writes, context, by, target.id)
    writes.update(
        merges,
        merge.id,
        state="undone",
        undone_at=context.now,
        undone_by=context.actor.name,
        undone_because=reason,
        undone_transaction_id=by,
    )
    await writes.flush(connection)
    await mark(connection, [each.id for each in plan.given_back], "given-back")
    await mark(connection, [each.id for each in plan.kept], "kept")
    return by


async def _tell(
    connection: AsyncConnection,
    context: Context,
    source: PersonFacts,
    target: PersonFacts | None,
    put: PutBack | None,
    by: UUID,
) -> None:
    """Both practices hear what is so now; the one that had been sent an F2 has its own letter already."""
    writes = Writes()
    content = {"undone_on": context.today.isoformat()}
    told: list[tuple[UUID, UUID]] = []
    if put is not None and put.practice_id is not None and not put.told_by_letter:
        told.append((put.practice_id, source.id))
    if target is not None and target.membership is not None:
        told.append((target.membership.practice_id, target.id))
    for practice_id, patient_id in told:
        write_to_practice(
            writes, context, Letter.TWO_RECORDS, practice_id, content, patient_id=patient_id, transaction_id=by
        )
    await writes.flush(connection)
