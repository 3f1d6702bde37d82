"""The transactions of a split, and the places on lists. What is posted stays; nobody leaves a list by a split."""

from registry.database import Writes
from registry.transactions.confusions.items import PLACES
from registry.transactions.confusions.split import Part, Split
from registry.transactions.ledger import Movement, Place, join_list, stand_outside
from registry.transactions.office_transactions import note_transaction
from registry.transactions.outside import Outside

REASON = "split"


async def settle_lists(split: Split) -> None:
    """One transaction for each person, and one movement for each who gets a record of their own."""
    writes = Writes()
    for part in split.parts.values():
        note_transaction(
            writes,
            split.work.context,
            "split",
            outcome="kept-record" if part.keeps_record else "new-record",
            sentence="Two people who shared a record were taken apart.",
            command={
                "confusion": str(split.work.matter.id),
                "person": PLACES[part.who.place - 1],
                "number": part.who.ruling,
            },
            patient_id=part.patient_id,
            practice_id=None if part.stay is None else part.stay.practice_id,
            matter_id=split.work.matter.id,
            transaction_id=part.transaction_id,
        )
        if not part.keeps_record:
            _place(writes, split, part)
    await writes.flush(split.work.connection)


def _place(writes: Writes, split: Split, part: Part) -> None:
    """The new record comes from no list: to the practice's with the acceptance date and doctor of the stay that
    is theirs, or to the list outside where their last movement had led."""
    context, stay = split.work.context, part.stay
    movement = Movement(context.today, context.now, REASON, part.transaction_id, part.place.removal)
    if stay is not None:
        place = Place(stay.practice_id, stay.accepted_on, stay.gp_code, stay.out_of_area)
        join_list(writes, part.patient_id, Outside.UNREGISTERED.id, place, movement)
    elif part.place.list_id != Outside.UNREGISTERED.id:
        stand_outside(writes, part.patient_id, Outside.UNREGISTERED.id, part.place.list_id, movement)
