"""Take back a person's last movement, with all that follows: the one way to undo a change of list.

1. A counter-movement from the same day; the stay that was ended goes on, without a day's gap.
2. What was not delivered yet of what the movement had to say is withdrawn, letters too.
3. The practice that loses the person is told (F2, reason 10: registration cancelled). The one that
   has the person back is told by letter where the F2 had left: GP Links has no message for it. Its
   FP69, if the movement had ended one, is withdrawn (F10), and it hears what was taken of the
   person's particulars meanwhile (F1).
4. Pending deductions are superseded, and open matters follow.
5. The national side is told.

Sources: domain rules R7 (a reversal restores list, screening and acceptance date without a gap),
R2 (a practice cannot cancel by itself; the office does).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.lift import lift_after_all
from registry.transactions.ledger import Movement, Standing, take_back
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter
from registry.transactions.matters.follow import follow
from registry.transactions.messages import Addressee, deduct
from registry.transactions.models import transactions
from registry.transactions.national import tell
from registry.transactions.pending import close_pending
from registry.transactions.recall import Recalled, recall
from registry.transactions.taking_back.meanwhile import tell_what_was_taken

_LAST_TOLD = text(
    "select kind from practice_messages where practice_id = :practice_id and patient_id = :patient_id"
    " and kind in ('F2', 'F4') and withdrawn_at is null order by id desc limit 1"
).bindparams(bindparam("practice_id", type_=Uuid), bindparam("patient_id", type_=Uuid))

REASON = "taken-back"
"""The reason of a counter-movement."""
_OF_RECORDS = frozenset({"merge", "split"})
"""Movements between records: who undoes them tells of particulars by itself."""
CANCELLED = "10"
"""GP Links: registration cancelled."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What a taking back did. `practice_id` is the practice whose list the person is on again; None for none."""

    practice_id: UUID | None
    recalled: Recalled
    told_by_letter: bool
    """Whether the practice that has the person back had been told otherwise, and is told by letter."""


async def put_back(
    connection: AsyncConnection,
    writes: Writes,
    context: Context,
    person: PersonFacts,
    last: Standing,
    transaction_id: UUID,
    *,
    removal: str | None = None,
    answered_anew: bool = False,
    matter_id: UUID | None = None,
    content: dict[str, str] | None = None,
) -> PutBack:
    """Take back the last standing movement of a person, who is locked; see `last_standing`.

    `transaction_id` is the transaction (kind cancellation or reversal) that does it, noted by the
    caller. `removal` is the code of why they are then on no practice's list, where the movement
    before says none. `answered_anew` says that the acceptance gets another answer, so that its F4
    is withdrawn too; a letter that answers a form of paper is not, and F2 follows it. `matter_id` is
    a matter whose step the caller writes, and `content` what the letter says besides. Messages and
    letters are withdrawn at once, in the caller's unit of work; everything else waits in `writes`.
    Raises ValueError where the person is not where the movement led.
    """
    kinds = ("F1", "F2", "F4") if answered_anew else ("F1", "F2")
    recalled = Recalled(frozenset(), 0)
    if last.transaction_id is not None:
        recalled = await recall(connection, context, last.transaction_id, person.id, kinds)
        writes.update(transactions, last.transaction_id, taken_back_by=transaction_id)
    regained = last.from_list if last.ended is not None else None
    why = None if regained is not None else last.removal_before or removal
    take_back(writes, person, last, Movement(last.on, context.now, REASON, transaction_id, why))
    _tell_who_loses(writes, context, person, last, transaction_id, recalled)
    if last.ended is not None and last.transaction_id is not None:
        has_back = Addressee(last.from_list, last.ended.gp_code, transaction_id=transaction_id, patient_id=person.id)
        await lift_after_all(connection, writes, context, person, has_back, last.transaction_id)
        if last.reason not in _OF_RECORDS:
            await tell_what_was_taken(connection, writes, context, person, last.at, has_back)
    by_letter = regained is not None and await _was_told_otherwise(connection, regained, person.id)
    if by_letter:
        said = {"former_deduction_on": last.on.isoformat(), **(content or {})}
        write_letter(
            writes,
            context,
            Letter.ON_THE_LIST_AFTER_ALL,
            person,
            said,
            practice_id=regained,
            transaction_id=transaction_id,
            matter_id=matter_id,
        )
    close_pending(writes, context, person, holder=regained)
    follow(writes, context, person, "left" if regained is None else "registered", transaction_id, unless=matter_id)
    tell(writes, context, transaction_id, person.id)
    return PutBack(regained, recalled, by_letter)


async def _was_told_otherwise(connection: AsyncConnection, practice_id: UUID, patient_id: UUID) -> bool:
    """Whether the last that a practice was told of a person, or will be, is that they have left: by the movement
    that is taken back, or since, in answer to something else."""
    told = await connection.execute(_LAST_TOLD, {"practice_id": practice_id, "patient_id": patient_id})
    return told.scalar_one_or_none() == "F2"


def _tell_who_loses(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    last: Standing,
    transaction_id: UUID,
    recalled: Recalled,
) -> None:
    """F2, unless the practice was never told that the person is theirs."""
    now = person.membership
    if now is None or recalled.holds(now.practice_id, "F4"):
        return
    to = Addressee(now.practice_id, now.gp_code, transaction_id=transaction_id, patient_id=person.id)
    deduct(writes, context, to, number=person.nhs_number, reason=CANCELLED, on=last.on, restricted=person.restricted)
