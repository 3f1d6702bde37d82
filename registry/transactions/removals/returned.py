"""A letter of advice that came back: nobody was advised, so nobody is removed for it."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.pending import end_pending

TURNED_INTO_FP69 = "turned-into-fp69"
"""The outcome of a removal whose letter of advice came back."""


def letter_returned(writes: Writes, context: Context, person: PersonFacts, pending_id: UUID) -> bool:
    """End the out-of-area removal whose letter of advice came back, for whoever marks the letter as returned.

    The person is locked. True where there was such a removal: the case goes on as an FP69, with
    its own notice and its own window, which the caller sets (domain rules, correction 9).
    """
    for pending in person.pending:
        if pending.id == pending_id:
            end_pending(
                writes,
                context,
                person,
                pending,
                "cancelled",
                "The letter of advice came back: nobody was advised, and the address is in doubt.",
                outcome=TURNED_INTO_FP69,
            )
            return True
    return False
