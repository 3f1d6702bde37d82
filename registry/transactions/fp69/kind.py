"""FP69 as a kind of matter: its clock, and what moves of the person do to it."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.fp69.fall_due import falls_due
from registry.transactions.fp69.lift import lift
from registry.transactions.fp69.machine import FP69, FP69_REQUEST
from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance


def _accepted_again(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    """The practice that was asked accepts the person again (correction 3)."""
    lift(writes, context, person, matter, "answered", transaction_id=transaction_id)


def _moved(writes: Writes, context: Context, _: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    """Elsewhere, off the list, or dead: the practice hears so by an F2, and of the flag no more."""
    advance(writes, context, FP69, matter, "moved", transaction_id=transaction_id)


def _nothing_to_ask(
    writes: Writes, context: Context, _: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, FP69_REQUEST, matter, "moved", transaction_id=transaction_id)


# An amendment may or may not say where somebody lives: `answers.py` looks into it.
KIND = declare(
    Kind(
        FP69,
        falls_due,
        {"registered": _moved, "accepted-again": _accepted_again, "left": _moved, "died": _moved},
    )
)
REQUEST = declare(
    Kind(
        FP69_REQUEST,
        follow={
            "registered": _nothing_to_ask,
            "accepted-again": _nothing_to_ask,
            "left": _nothing_to_ask,
            "died": _nothing_to_ask,
        },
    )
)
