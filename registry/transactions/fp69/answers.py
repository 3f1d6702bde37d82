"""A practice's transaction that answers an open FP69."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.commands import AmendPatient, Changes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.lift import lift
from registry.transactions.fp69.machine import FP69
from registry.transactions.fp69.words import may_confirm
from registry.transactions.matters.step import advance
from registry.transactions.outside import Outside
from registry.transactions.people import from_amendment


def answered_by_amendment(
    writes: Writes, context: Context, person: PersonFacts, command: AmendPatient, transaction_id: UUID
) -> UUID | None:
    """An amendment that is followed says where the person lives: by another address, by stating the
    whole of the present one, or by a text that a clerk has read. Returns the FP69 that it ended."""
    matter = person.matter("fp69")
    if matter is None:
        return None
    if brings_address(command.changes, person):
        event = "answered"
    elif states_address(command.changes) or may_confirm(command.free_text):
        event = "confirmed"
    else:
        return None
    lift(writes, context, person, matter, event, transaction_id=transaction_id)
    return matter.id


def answered_by_office(
    writes: Writes, context: Context, person: PersonFacts, changes: Changes, reason: str
) -> UUID | None:
    """The office itself learnt another address. Returns the FP69 that it ended."""
    matter = person.matter("fp69")
    if matter is None or not brings_address(changes, person):
        return None
    lift(writes, context, person, matter, "answered", reason=reason)
    return matter.id


def answered_by_deduction(
    writes: Writes, context: Context, person: PersonFacts, to_list: Outside, transaction_id: UUID, *, pending: bool
) -> UUID | None:
    """A deduction request that is followed: gone away, which is at once, or one that waits for its
    day and takes the FP69's place. What takes somebody off the list otherwise ends it by itself."""
    matter = person.matter("fp69")
    if matter is None:
        return None
    if pending:
        lift(writes, context, person, matter, "leaves-area", transaction_id=transaction_id)
    elif to_list is Outside.GONE_AWAY:
        advance(writes, context, FP69, matter, "gone-away", transaction_id=transaction_id)
    else:
        return None
    return matter.id


def brings_address(changes: Changes, person: PersonFacts) -> bool:
    """Whether an amendment changes the address; to erase a part of it says nothing of where somebody lives."""
    after = from_amendment(changes, person)
    columns = ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode")
    return any(after.get(column) and _word(after[column]) != _word(person.row[column]) for column in columns)


def states_address(changes: Changes) -> bool:
    """Whether an amendment gives a whole address: house or road, and post town."""
    return changes.address is not None and any(changes.address[:3]) and bool(changes.address[3])


def _word(value: object) -> str:
    return " ".join(str(value or "").upper().split())
