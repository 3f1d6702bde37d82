"""A registration that was made onto the wrong person: proposed by one, confirmed by another."""

from uuid import UUID

from registry.database import Writes
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.kind import Kind, declare
from registry.transactions.matters.machine import Machine, Stage, Step
from registry.transactions.matters.stands import Matter
from registry.transactions.matters.step import advance

REVERSAL = Machine(
    kind="reversal",
    title="Registration onto the wrong person",
    meaning="An acceptance was taken for one person and was about another. Two people of the office look at it.",
    source="Domain rules R2 (confusions), R7 (a reversal leaves no gap), 5.4 (separation of duties)",
    stages=(
        Stage("proposed", "One person of the office says who was really meant.", "registration", "confirmation"),
        Stage("reversed", "The wrong person is back where they were; the acceptance is decided anew."),
        Stage("declined", "The second person does not agree; nothing was done."),
        Stage("overtaken", "The person moved on meanwhile, so that it can no longer be taken back."),
    ),
    steps=(
        Step("confirm", ("proposed",), "reversed", "Another person confirms it.", not_by="opened"),
        Step("decline", ("proposed",), "declined", "It is not so."),
        Step("overtake", ("proposed",), "overtaken", "Another registration, a deduction or a death came first."),
    ),
)


def _overtaken(
    writes: Writes, context: Context, person: PersonFacts, matter: Matter, transaction_id: UUID | None
) -> None:
    advance(writes, context, REVERSAL, matter, "overtake", transaction_id=transaction_id)


REVERSALS = declare(Kind(REVERSAL, follow={"registered": _overtaken, "left": _overtaken, "died": _overtaken}))
"""Nobody's confirmation in time: it rises to the supervisor."""
