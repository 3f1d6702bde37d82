"""What happens to a person happens to their application."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.assignment.machine import APPLICATION
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance
from registry.transactions.rules.assignment_words import NotAssigned

SCHEME = "special-allocation"
"""The kind of matter that a place on the scheme is."""


def registered(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    """On a list by another way: nobody has to be assigned any more."""
    if person.matter(SCHEME) is None:
        advance(writes, context, APPLICATION, matter, "register", transaction_id=transaction_id)
    else:
        facts = {"refused_as": NotAssigned.ON_THE_SCHEME.value}
        advance(writes, context, APPLICATION, matter, "go-to-scheme", facts=facts, transaction_id=transaction_id)


def died(writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None) -> None:
    """Nobody is assigned who has died."""
    advance(writes, context, APPLICATION, matter, "die", transaction_id=transaction_id)
