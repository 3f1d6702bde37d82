"""What happens to a person happens to their open matters too, in the same unit of work."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Happening, kind_named


def follow(
    writes: Writes,
    context: Context,
    person: PersonFacts,
    happening: Happening,
    transaction_id: UUID | None,
    *,
    unless: UUID | None = None,
) -> None:
    """Have each open matter of a person, who is locked, follow what happened. `unless`: the one that made it happen."""
    for matter in person.matters:
        follows = kind_named(matter.kind).follow
        act = follows.get(happening) or (follows.get("left") if happening == "sent-away" else None)
        if act is not None and matter.id != unless:
            act(writes, context, person, matter, transaction_id)
